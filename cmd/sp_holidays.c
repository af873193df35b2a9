/* SPDX-License-Identifier: MIT */
/*
 * sp_holidays.c - schedule holidays: the days of an iCalendar file as dated exceptions of a schedule.
 *
 * The file is read by the helper csm-calendar before the database is locked; what it answers is taken by the dictionary's
 * rules like anything else that comes from outside.
 */
#include <inttypes.h>
#include <string.h>

#include <csm/model.h>
#include <csm/svc.h>

#include "cli_priv.h"

#define YEARS 10			/* before and after this one, when the range is unsaid */

static const struct cli_opt holidays_options[] = {
	{ .name = "kind",
	  .arg = CLI_ARG_CHOICE,
	  .choices = "closed,hours",
	  .help = "What the days become: closed (as unsaid), or hours from 00:00 to 24:00, for a schedule that others exclude" },
	{ .name = "from",
	  .arg = CLI_ARG_TEXT,
	  .value = "DATE",
	  .help = "First day to take; unsaid the first of January ten years ago" },
	{ .name = "to",
	  .arg = CLI_ARG_TEXT,
	  .value = "DATE",
	  .help = "Last day to take; unsaid the last of December in ten years" },
	{ .name = "timed",
	  .arg = CLI_ARG_CHOICE,
	  .choices = "days,hours",
	  .help = "Events with times too: as the whole days they are on, or as hours (with kind closed: breaks)" },
	{ .name = "overrides",
	  .arg = CLI_ARG_CHOICE,
	  .choices = "replace,add",
	  .help = "An event with RECURRENCE-ID takes the place of the occurrence it names (replace, as unsaid), or is added" },
	{ .name = "replace",
	  .arg = CLI_ARG_NONE,
	  .help = "Remove the dated exceptions of the same kind in the range that the file does not have" },
	{ .name = "verbose",
	  .letter = 'v',
	  .arg = CLI_ARG_NONE,
	  .help = "Tell of each ignored event on standard error, with its line" },
	{ .name = NULL },
};

struct event {				/* an ignored one, or a component that is no event */
	int64_t line;
	const char *name, *why;
};
struct reading {
	struct cli *c;
	const char *file;
	struct csm_rec *schedule;
	char from[CSM_TIME_SIZE], to[CSM_TIME_SIZE];
	/* what the helper answered */
	struct csm_vec days;		/* struct csm_schedule_date */
	struct csm_vec ignored, others;	/* struct event */
	int64_t events, taken, errors;
	bool whole;			/* its last line came */
};

/* ---- the range ---- */

static int read_date(struct cli *c, const char *option, char *out, struct csm_err *err)
{
	int64_t day;

	if (!cli_given(c, option))
		return CSM_OK;
	if (csm_date_parse(cli_text(c, option), &day, err)) {
		err->code = CSM_E_USAGE;
		return csm_wrap(err, "--%s", option);
	}
	csm_date_format(day, out);
	return CSM_OK;
}

/* Whole years, so that running it again another day asks for the same. */
static int find_range(struct reading *r, struct csm_err *err)
{
	struct cli *c = r->c;
	int64_t year;
	unsigned month, day;

	csm_civil_from_days((c->env.now - CSM_TIME_MIN) / CSM_DAY + CSM_TIME_MIN / CSM_DAY, &year, &month, &day);
	csm_date_format(csm_days_from_civil(year > YEARS ? year - YEARS : 1, 1, 1), r->from);
	csm_date_format(csm_days_from_civil(year + YEARS > 9999 ? 9999 : year + YEARS, 12, 31), r->to);
	if (read_date(c, "from", r->from, err) || read_date(c, "to", r->to, err))
		return (int)err->code;
	if (strcmp(r->from, r->to) > 0)
		return csm_fail(err, CSM_E_USAGE, "--from %s is after --to %s", r->from, r->to);
	return CSM_OK;
}

/* ---- the helper's answer ---- */

static int fail_answer(const char *what, struct csm_err *err)
{
	return csm_fail(err, CSM_E_INTERNAL, "the helper program csm-calendar gave an answer that is not understood: %s", what);
}

static const char *text_of(const struct csm_node *map, const char *key)
{
	const struct csm_node *n = csm_node_get(map, key);

	return n && n->type == CSM_N_SCALAR && n->scalar != CSM_SC_NULL ? n->text : NULL;
}

static int number_of(const struct csm_node *map, const char *key, int64_t *out, struct csm_err *err)
{
	const char *s = text_of(map, key);
	char *end;

	*out = s ? strtoll(s, &end, 10) : 0;
	return s && end != s && !*end && *out >= 0 ? CSM_OK : fail_answer(key, err);
}

static int take_event(struct reading *r, const struct csm_node *map, const char *key, struct csm_vec *out,
		      struct csm_err *err)
{
	struct event *e = csm_vec_add(out);

	e->name = text_of(map, "name");
	e->why = text_of(map, "why");
	if (out == &r->others)
		e->why = e->name;
	if (!e->why)
		return fail_answer(key, err);
	return number_of(map, key, &e->line, err);
}

static int take_finding(struct reading *r, const struct csm_node *map, const char *key, char severity,
			struct csm_err *err)
{
	const char *why = text_of(map, "why");
	struct csm_err found = { 0 };
	int64_t line;

	if (!why || number_of(map, key, &line, err))
		return fail_answer(key, err);
	csm_fail(&found, CSM_E_INVALID, "%s", why);
	csm_err_at(&found, r->file, line, 0);
	r->errors += severity == 'e';
	if (severity == 'e')
		cli_report(r->c, &found);
	else
		cli_fault(r->c, &found, 'w');
	return CSM_OK;
}

static int take_day(struct reading *r, const struct csm_node *map, struct csm_err *err)
{
	struct csm_schedule_date *d = csm_vec_add(&r->days);
	const char *start = text_of(map, "start"), *end = text_of(map, "end"), *kind = cli_text(r->c, "kind");
	bool hours = kind && strcmp(kind, "hours") == 0;
	int64_t day;

	d->date = text_of(map, "day");
	d->name = text_of(map, "name");
	d->kind = hours ? "hours" : start ? "break" : "closed";
	d->end = hours ? CSM_DAY : 0;
	if (!d->date || csm_date_parse(d->date, &day, err) || strcmp(d->date, r->from) < 0 || strcmp(d->date, r->to) > 0)
		return fail_answer("day", err);
	if (start && (!end || csm_clock_parse(start, &d->start, err) || csm_clock_parse(end, &d->end, err)))
		return fail_answer("start", err);
	return CSM_OK;
}

static int take_line(struct reading *r, const struct csm_node *map, struct csm_err *err)
{
	if (csm_node_get(map, "day"))
		return take_day(r, map, err);
	if (csm_node_get(map, "ignored"))
		return take_event(r, map, "ignored", &r->ignored, err);
	if (csm_node_get(map, "other"))
		return take_event(r, map, "other", &r->others, err);
	if (csm_node_get(map, "error"))
		return take_finding(r, map, "error", 'e', err);
	if (csm_node_get(map, "warning"))
		return take_finding(r, map, "warning", 'w', err);
	if (csm_node_get(map, "taken")) {
		r->taken++;
		return CSM_OK;
	}
	if (!csm_node_get(map, "end"))
		return fail_answer("an unknown line", err);
	r->whole = true;
	return number_of(map, "events", &r->events, err);
}

static int take_answer(struct reading *r, const struct csm_buf *answer, struct csm_err *err)
{
	struct cli *c = r->c;
	struct csm_source src = csm_source_memory(c->arena, answer->s, answer->n, "csm-calendar");
	struct csm_reader *reader;
	struct csm_event ev;
	struct csm_node *map;
	int code = csm_reader_open(&reader, c->arena, CSM_FMT_NDJSON, src, NULL, err);

	if (code)
		return code;
	while (!(code = csm_reader_next(reader, &ev, err)) && ev.type != CSM_EV_END) {
		code = csm_reader_node(reader, &ev, c->arena, &map, err);
		if (!code)
			code = take_line(r, map, err);
		if (code)
			break;
	}
	csm_reader_close(reader);
	if (code)
		return err->code == CSM_E_INTERNAL ? code : fail_answer("no NDJSON", err);
	if (r->errors) {
		csm_fail(err, CSM_E_INVALID, "%" PRId64 " error%s in the file; nothing was stored", r->errors,
			 r->errors == 1 ? "" : "s");
		return csm_err_at(err, r->file, 0, 0);
	}
	if (!r->whole || r->events != r->taken + (int64_t)r->ignored.n)
		return fail_answer("it is not whole", err);
	return CSM_OK;
}

static int ask_helper(struct reading *r, const char *text, size_t n, struct csm_err *err)
{
	struct cli *c = r->c;
	struct csm_buf answer = CSM_BUF(c->arena);
	static char timed_days[] = "--timed-days", timed_hours[] = "--timed-hours", add[] = "--add-overrides", zone[] = "--zone",
		    tzdir[] = "--tzdir";
	char *argv[10] = { NULL, r->from, r->to };
	const char *overrides = cli_text(c, "overrides");
	unsigned k = 3;

	if (cli_given(c, "timed"))
		argv[k++] = strcmp(cli_text(c, "timed"), "days") == 0 ? timed_days : timed_hours;
	if (overrides && strcmp(overrides, "add") == 0)
		argv[k++] = add;
	if (!csm_rec_null(r->schedule, SCHEDULE_TIME_ZONE)) {
		argv[k++] = zone;
		argv[k++] = csm_strdup(c->arena, csm_rec_text(r->schedule, SCHEDULE_TIME_ZONE));
	}
	if (c->env.tzdir) {
		argv[k++] = tzdir;
		argv[k++] = csm_strdup(c->arena, c->env.tzdir);
	}
	if (cli_helper(c, "csm-calendar", argv, text, n, &answer, err)) {
		csm_err_at(err, r->file, 0, 0);
		return (int)err->code;
	}
	return take_answer(r, &answer, err);
}

/* ---- the report ---- */

static const struct csm_column columns[] = {
	{ .name = "what", .label = "What", .type = CSM_W_TEXT },
	{ .name = "count", .label = "Count", .type = CSM_W_NUMBER, .right = true },
	{ .name = "first", .label = "First", .type = CSM_W_TEXT },
	{ .name = "last", .label = "Last", .type = CSM_W_TEXT },
	{ .name = "why", .label = "Why", .type = CSM_W_TEXT, .wrap = true },
	{ .name = "lines", .label = "Lines", .type = CSM_W_TEXT, .wrap = true, .wide = true },
};

static int print_count(struct reading *r, struct cli_list *l, const char *what, int64_t n, struct csm_err *err)
{
	const char *values[CSM_COUNT(columns)] = { what, csm_sprintf(r->c->arena, "%" PRId64, n) };

	if (strcmp(what, "days") == 0 && r->days.n) {
		values[2] = CSM_AT(&r->days, struct csm_schedule_date, 0)->date;
		values[3] = CSM_AT(&r->days, struct csm_schedule_date, r->days.n - 1)->date;
	}
	return cli_list_row(l, values, NULL, err);
}

/* One row for each reason, in the order they come up, with the lines of its events. */
static int print_reasons(struct reading *r, struct cli_list *l, const char *what, const struct csm_vec *events,
			 struct csm_err *err)
{
	int code = CSM_OK;

	for (size_t i = 0; !code && i < events->n; i++) {
		const char *why = CSM_AT(events, struct event, i)->why;
		struct csm_buf lines = CSM_BUF(r->c->arena);
		const char *values[CSM_COUNT(columns)] = { what, NULL, NULL, NULL, why };
		bool before = false;
		int64_t n = 0;

		for (size_t k = 0; k < i && !before; k++)
			before = strcmp(CSM_AT(events, struct event, k)->why, why) == 0;
		for (size_t k = i; k < events->n && !before; k++) {
			const struct event *e = CSM_AT(events, struct event, k);

			if (strcmp(e->why, why) == 0)
				csm_buf_addf(&lines, "%s%" PRId64, n++ ? "," : "", e->line);
		}
		values[1] = csm_sprintf(r->c->arena, "%" PRId64, n);
		values[5] = lines.s;
		if (!before)
			code = cli_list_row(l, values, NULL, err);
	}
	return code;
}

static int print_report(struct reading *r, const struct csm_schedule_dates_result *res, struct csm_err *err)
{
	struct cli *c = r->c;
	struct cli_list *l;
	int code;

	for (size_t i = 0; cli_given(c, "verbose") && i < r->ignored.n; i++) {
		const struct event *e = CSM_AT(&r->ignored, struct event, i);

		cli_note(c, "%s:%" PRId64 ": ignored '%s': %s", r->file, e->line, e->name ? e->name : "", e->why);
	}
	if (c->quiet)
		return CSM_OK;
	code = cli_list_open(&l, c, columns, CSM_COUNT(columns), err);
	if (!code)
		code = print_count(r, l, "events", r->events, err);
	if (!code)
		code = print_count(r, l, "taken", r->taken, err);
	if (!code)
		code = print_reasons(r, l, "ignored", &r->ignored, err);
	if (!code)
		code = print_reasons(r, l, "other", &r->others, err);
	if (!code)
		code = print_count(r, l, "days", (int64_t)r->days.n, err);
	if (!code)
		code = print_count(r, l, "added", res->added, err);
	if (!code)
		code = print_count(r, l, "unchanged", res->unchanged, err);
	if (!code && cli_given(c, "replace"))
		code = print_count(r, l, "removed", res->removed, err);
	return code ? code : cli_list_close(l, err);
}

/* ---- the command ---- */

static int store_days(struct reading *r, struct csm_err *err)
{
	struct cli *c = r->c;
	const char *kind = cli_text(c, "kind"), *timed = cli_text(c, "timed");
	struct csm_schedule_dates days = { .day = r->days.p, .n = r->days.n, .from = r->from, .to = r->to };
	struct csm_schedule_dates_result res;

	if (cli_given(c, "replace"))
		days.replace = kind && strcmp(kind, "hours") == 0	? "hours"
			       : timed && strcmp(timed, "hours") == 0	? "closed,break"
									: "closed";
	if (cli_begin(c, err) || csm_schedule_put_dates(c->store, r->schedule->id, &days, c->arena, &res, err) ||
	    print_report(r, &res, err))
		return (int)err->code;
	if (!res.added && !res.removed)
		cli_note(c, "schedule %s is unchanged", csm_rec_key(c->arena, r->schedule));
	return cli_commit(c, err);
}

static int cmd_schedule_holidays(struct cli *c, struct csm_err *err)
{
	bool std = strcmp(c->args[1], "-") == 0;
	struct reading r = { .c = c,
			     .file = std ? "standard input" : c->args[1],
			     .days = CSM_VEC(c->arena, struct csm_schedule_date),
			     .ignored = CSM_VEC(c->arena, struct event),
			     .others = CSM_VEC(c->arena, struct event) };
	const char *text;
	size_t n;

	if (find_range(&r, err) || cli_find(c, &csm_type_schedule, c->args[0], &r.schedule, err))
		return (int)err->code;
	if (std && c->stdin_used)
		return csm_fail(err, CSM_E_USAGE, "standard input can be read once only");
	c->stdin_used = c->stdin_used || std;
	if (cli_read_all(c->arena, c->args[1], false, &text, &n, err) || ask_helper(&r, text, n, err))
		return (int)err->code;
	return store_days(&r, err);
}

const struct cli_verb sp_holidays_verbs[] = {
	{ .noun = "schedule",
	  .verb = "holidays",
	  .fn = cmd_schedule_holidays,
	  .needs = CLI_WRITE | CLI_OWNTX | CLI_LIST,
	  .options = holidays_options,
	  .args = "SCHEDULE FILE",
	  .min = 2,
	  .max = 2,
	  .arg_type = "file",
	  .summary = "Take the days of an iCalendar file (.ics) as exceptions of a schedule",
	  .help = "Each day of an event of whole days becomes a dated exception, with the event's name; rules of recurrence\n"
		  "are gone through within the range. A FILE of - is standard input. Days that the schedule has already, of\n"
		  "the same kind and name, stay as they are: running it twice changes nothing. A file that is broken is\n"
		  "refused with all its faults, each with its line, and nothing is stored.\n"
		  "Events with times are ignored unless --timed takes them; so are cancelled ones, and those on no day of\n"
		  "the range. The report counts events and days, and says why events were ignored.\n"
		  "The file is read by the helper program csm-calendar, a process of its own with limits of time and memory\n"
		  "(setting helper_seconds).\n" },
	{ .verb = NULL },
};
