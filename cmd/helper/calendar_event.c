/* SPDX-License-Identifier: MIT */
/* calendar_event.c - the structure of the file: components within components, and the properties of events. */
#include <string.h>
#include <strings.h>

#include <csm/time.h>
#include <csm/utf8.h>

#include "calendar.h"

#define DEPTH_MAX 32
#define DURATION_MAX (CSM_DAY * 36600)	/* a hundred years */
#define NAME_MAX_CHARS 255		/* of an exception's name */

struct level {
	const char *name;
	int64_t line;
};
struct parse {
	struct ics_file *f;
	struct level stack[DEPTH_MAX];
	unsigned depth;
	bool cancels;			/* METHOD:CANCEL: the calendar takes its events back */
	struct ics_event *event;	/* of the VEVENT that is open; NULL: none is */
	bool bad;			/* a property of it is wrong: it is not looked at as a whole */
	struct ics_zone_name *zone;	/* of the VTIMEZONE that is open; NULL: none is */
};

/* ---- values of properties ---- */

static int read_moments(struct parse *p, const struct ics_content *c, struct csm_vec *out, struct csm_err *err)
{
	struct ics_content one = *c;
	int code = CSM_OK;

	for (char *s = c->value, *comma; s && !code; s = comma ? comma + 1 : NULL) {
		comma = strchr(s, ',');
		if (comma)
			*comma = '\0';
		one.value = s;
		code = ics_moment_of(p->f->arena, &one, csm_vec_add(out), err);
	}
	return code;
}

/* RDATE. Of periods only the starts are read: an event that has some is not taken. */
static int read_dates(struct parse *p, const struct ics_content *c, struct ics_event *e, struct csm_err *err)
{
	const char *type = ics_param(p->f->arena, c, "VALUE");
	struct csm_buf starts = CSM_BUF(p->f->arena);
	struct ics_content plain = *c;
	static char none[] = "";

	e->dates_line = c->line;
	if (!type || strcasecmp(type, "PERIOD") != 0)
		return read_moments(p, c, &e->dates, err);
	for (const char *s = c->value; *s; s += strcspn(s, ",")) {
		size_t comma = *s == ',';

		csm_buf_addn(&starts, s, comma + strcspn(s + comma, "/,"));
		s += comma;
	}
	plain.value = starts.s;
	plain.params = none;
	e->periods = true;
	return read_moments(p, &plain, &e->dates, err);
}

static int read_one(struct parse *p, const struct ics_content *c, bool *has, int64_t *line, struct ics_moment *out,
		    struct csm_err *err)
{
	if (*has)
		return csm_fail(err, CSM_E_INVALID, "a second one; the first is in line %lld", (long long)*line);
	*has = true;
	*line = c->line;
	return ics_moment_of(p->f->arena, c, out, err);
}

static int read_duration(const struct ics_content *c, struct ics_event *e, struct csm_err *err)
{
	const char *s = c->value + (*c->value == '+');
	struct csm_err ignored = { 0 };

	if (e->has_duration)
		return csm_fail(err, CSM_E_INVALID, "a second one; the first is in line %lld", (long long)e->duration_line);
	e->has_duration = true;
	e->duration_line = c->line;
	/* csm reads more forms than this one, and has no years and months either */
	if (s[*s == '-'] != 'P' || csm_duration_parse(s, true, &e->duration, &ignored) || e->duration > DURATION_MAX)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is no duration; expected such as P1D, P1W or PT2H30M",
				CSM_Q(c->value));
	if (e->duration < 0)
		return csm_fail(err, CSM_E_INVALID, "'%.*s': an event can't end before it starts", CSM_Q(c->value));
	return CSM_OK;
}

static int read_rule(const struct ics_content *c, struct ics_event *e, struct csm_err *err)
{
	struct ics_rule *r = csm_vec_add(&e->rules);

	r->text = c->value;
	r->line = c->line;
	r->exclude = strcmp(c->name, "EXRULE") == 0;
	return ics_rule_check(r, err);
}

/* TEXT on one line, without blanks at its ends. */
static char *plain_text(struct csm_arena *a, const char *s)
{
	struct csm_buf b = CSM_BUF(a);

	for (; *s; s++) {
		char ch = *s;

		if (ch == '\\' && s[1]) {
			ch = *++s;
			if (ch == 'n' || ch == 'N')
				ch = ' ';
		}
		if (ch == '\t')
			ch = ' ';
		if (ch != ' ' || b.n)
			csm_buf_addc(&b, ch);
	}
	while (b.n && b.s[b.n - 1] == ' ')
		b.s[--b.n] = '\0';
	return b.n ? b.s : NULL;
}

static void read_name(struct parse *p, const struct ics_content *c, struct ics_event *e)
{
	char *name = plain_text(p->f->arena, c->value);
	struct csm_err *w;

	e->name = name;
	if (!name || csm_utf8_len(name) <= NAME_MAX_CHARS)
		return;
	name[csm_utf8_cut(name, NAME_MAX_CHARS)] = '\0';
	w = csm_vec_add(&p->f->warnings);
	csm_fail(w, CSM_E_INVALID, "SUMMARY: cut to its first %d characters", NAME_MAX_CHARS);
	csm_err_at(w, NULL, c->line, 0);
}

static int read_id(struct parse *p, const struct ics_content *c, struct ics_event *e, struct csm_err *err)
{
	const char *range = ics_param(p->f->arena, c, "RANGE");

	if (range && strcasecmp(range, "THISANDFUTURE") != 0)
		return csm_fail(err, CSM_E_INVALID, "RANGE=%.*s: expected THISANDFUTURE", CSM_Q(range));
	e->future = range != NULL;
	return read_one(p, c, &e->has_id, &e->id_line, &e->id, err);
}

static int read_event_property(struct parse *p, const struct ics_content *c, struct ics_event *e, struct csm_err *err)
{
	if (strcmp(c->name, "DTSTART") == 0)
		return read_one(p, c, &e->has_start, &e->start_line, &e->start, err);
	if (strcmp(c->name, "DTEND") == 0)
		return read_one(p, c, &e->has_end, &e->end_line, &e->end, err);
	if (strcmp(c->name, "DURATION") == 0)
		return read_duration(c, e, err);
	if (strcmp(c->name, "RRULE") == 0 || strcmp(c->name, "EXRULE") == 0)
		return read_rule(c, e, err);
	if (strcmp(c->name, "RDATE") == 0)
		return read_dates(p, c, e, err);
	if (strcmp(c->name, "EXDATE") == 0)
		return read_moments(p, c, &e->not_dates, err);
	if (strcmp(c->name, "RECURRENCE-ID") == 0)
		return read_id(p, c, e, err);
	if (strcmp(c->name, "SUMMARY") == 0)
		read_name(p, c, e);
	else if (strcmp(c->name, "UID") == 0)
		e->uid = c->value;
	else if (strcmp(c->name, "STATUS") == 0)
		e->cancelled = e->cancelled || strcasecmp(c->value, "CANCELLED") == 0;
	return CSM_OK;
}

static int read_property(struct parse *p, const struct ics_content *c, struct csm_err *err)
{
	int code = CSM_OK;

	if (p->depth == 2 && p->event)
		code = read_event_property(p, c, p->event, err);
	else if (p->depth == 2 && p->zone && strcmp(c->name, "TZID") == 0)
		p->zone->tzid = c->value;
	else if (p->depth == 2 && p->zone && strcmp(c->name, "X-LIC-LOCATION") == 0)
		p->zone->location = c->value;
	else if (p->depth == 1 && strcmp(c->name, "METHOD") == 0)
		p->cancels = strcasecmp(c->value, "CANCEL") == 0;
	return code ? csm_wrap(err, "%s", c->name) : CSM_OK;
}

/* ---- an event as a whole ---- */

static bool same_clock(const struct ics_moment *a, const struct ics_moment *b)
{
	if (a->day != b->day || a->utc != b->utc || !a->tzid != !b->tzid)
		return false;
	return !a->tzid || strcmp(a->tzid, b->tzid) == 0;
}

static bool all_are(const struct csm_vec *moments, bool day)
{
	for (size_t i = 0; i < moments->n; i++)
		if (CSM_AT(moments, struct ics_moment, i)->day != day)
			return false;
	return true;
}

/* What an event says twice or against itself; each fault at its own line. */
static int end_event(struct ics_event *e, struct csm_err *err)
{
	int64_t line = e->line;

	if (!e->has_start)
		csm_fail(err, CSM_E_INVALID, "the event has no DTSTART");
	else if (e->has_end && e->has_duration)
		csm_fail(err, CSM_E_INVALID, "the event has both DTEND and DURATION");
	else if (line = e->end_line, e->has_end && e->end.day && !e->start.day)
		csm_fail(err, CSM_E_INVALID, "DTEND: expected a moment, as DTSTART is");
	else if (e->has_end && e->end.at < e->start.at && (e->start.day || same_clock(&e->start, &e->end)))
		csm_fail(err, CSM_E_INVALID, "DTEND is before DTSTART");
	else if (line = e->duration_line, e->has_duration && e->start.day && e->duration % CSM_DAY)
		csm_fail(err, CSM_E_INVALID, "DURATION: expected whole days, as DTSTART is a day");
	else if (line = e->dates_line, !all_are(&e->dates, e->start.day))
		csm_fail(err, CSM_E_INVALID, "RDATE: expected %s, as DTSTART is", e->start.day ? "days" : "moments");
	else
		return CSM_OK;
	return csm_err_at(err, NULL, line, 0);
}

/* ---- components ---- */

static void begin_event(struct parse *p, int64_t line)
{
	struct ics_event *e = csm_vec_add(&p->f->events);

	e->line = line;
	e->cancelled = p->cancels;
	e->rules = (struct csm_vec)CSM_VEC(p->f->arena, struct ics_rule);
	e->dates = (struct csm_vec)CSM_VEC(p->f->arena, struct ics_moment);
	e->not_dates = (struct csm_vec)CSM_VEC(p->f->arena, struct ics_moment);
	p->event = e;
	p->bad = false;
}

/* What stands in a VCALENDAR and nowhere else: inside of another, an END is missing. */
static bool is_outer(const char *name)
{
	static const char *const names[] = { "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE" };

	for (unsigned i = 0; i < CSM_COUNT(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static int begin(struct parse *p, const struct ics_content *c, struct csm_err *err)
{
	bool calendar = strcasecmp(c->value, "VCALENDAR") == 0;
	char *name = csm_strdup(p->f->arena, c->value);

	for (char *s = name; *s; s++)
		if (*s >= 'a' && *s <= 'z')
			*s = (char)(*s - 'a' + 'A');
	if (!calendar && !p->depth)
		return csm_fail(err, CSM_E_INVALID, "expected BEGIN:VCALENDAR");
	if (p->depth && (calendar || (is_outer(name) && p->depth > 1)))
		return csm_fail(err, CSM_E_INVALID, "BEGIN:%s inside of the %s of line %lld; an END is missing", name,
				p->stack[p->depth - 1].name, (long long)p->stack[p->depth - 1].line);
	if (p->depth == DEPTH_MAX)
		return csm_fail(err, CSM_E_INVALID, "components more than %d deep", DEPTH_MAX);
	p->stack[p->depth++] = (struct level){ name, c->line };
	if (calendar)
		p->cancels = false;
	else if (strcmp(name, "VEVENT") == 0)
		begin_event(p, c->line);
	else if (p->depth == 2)
		*(struct ics_other *)csm_vec_add(&p->f->others) = (struct ics_other){ c->line, name };
	if (strcmp(name, "VTIMEZONE") == 0)
		p->zone = csm_vec_add(&p->f->zones);
	return CSM_OK;
}

static void note_error(struct ics_file *f, struct csm_err *err)
{
	*(struct csm_err *)csm_vec_add(&f->errors) = *err;
	csm_err_clear(err);
}

static int end(struct parse *p, const struct ics_content *c, struct csm_err *err)
{
	const struct level *open = p->depth ? &p->stack[p->depth - 1] : NULL;

	if (!open)
		return csm_fail(err, CSM_E_INVALID, "expected BEGIN:VCALENDAR");
	if (strcasecmp(open->name, c->value) != 0)
		return csm_fail(err, CSM_E_INVALID, "END:%.*s, but the %s of line %lld is open", CSM_Q(c->value), open->name,
				(long long)open->line);
	p->depth--;
	if (p->depth > 1)
		return CSM_OK;
	if (p->event && !p->bad && end_event(p->event, err))
		note_error(p->f, err);
	p->event = NULL;
	p->zone = NULL;
	return CSM_OK;
}

/* A line. What is wrong with a property is noted, and the next one follows; where the structure is wrong nothing after it means anything. */
static int take(struct parse *p, const struct ics_content *c, struct csm_err *err)
{
	size_t errors = p->f->errors.n;
	int code;

	if (strcmp(c->name, "BEGIN") == 0)
		return begin(p, c, err);
	if (strcmp(c->name, "END") == 0) {
		code = end(p, c, err);
	} else if (!p->depth) {
		code = csm_fail(err, CSM_E_INVALID, "expected BEGIN:VCALENDAR");
	} else {
		code = CSM_OK;
		if (read_property(p, c, err)) {
			csm_err_at(err, NULL, c->line, 0);
			note_error(p->f, err);
			p->bad = true;
		}
	}
	return code ? code : errors < ICS_ERRORS_MAX && p->f->errors.n >= ICS_ERRORS_MAX
		? csm_fail(err, CSM_E_INVALID, "more than %d errors; the rest is not looked at", ICS_ERRORS_MAX) : CSM_OK;
}

void ics_read(struct ics_file *f, const char *text, size_t n)
{
	static const char bom[] = "\xEF\xBB\xBF";
	struct ics_source src = { .arena = f->arena, .p = text, .end = text + n };
	struct parse p = { .f = f };
	struct ics_content c;
	struct csm_err err = { 0 };
	bool more = true, any = false;
	int code = CSM_OK;

	if (n >= 3 && memcmp(text, bom, 3) == 0)
		src.p += 3;
	while (!code && more) {
		code = ics_next(&src, &c, &more, &err);
		if (!code && more)
			code = take(&p, &c, &err);
		any = any || more;
	}
	if (!code && !any)
		code = csm_fail(&err, CSM_E_INVALID, "expected BEGIN:VCALENDAR, and there is nothing");
	else if (!code && p.depth)
		code = csm_fail(&err, CSM_E_INVALID, "the file ends inside of the %s of line %lld", p.stack[p.depth - 1].name,
				(long long)p.stack[p.depth - 1].line);
	if (!code)
		return;
	if (!err.line)
		csm_err_at(&err, NULL, src.line ? src.line : 1, 0);
	note_error(f, &err);
}
