/* SPDX-License-Identifier: MIT */
/* sp_week.c - schedule show --week: seven days as bars of their hours, or as a document. */
#include <inttypes.h>
#include <string.h>

#include <csm/svc.h>
#include <csm/utf8.h>

#include "cli_priv.h"

static const struct cli_opt options[] = {
	{ .name = "related", .help = "Print who refers to the records, as rows" },
	{ .name = "week",
	  .arg = CLI_ARG_TEXT,
	  .value = "DATE",
	  .help = "Print the week that holds this day: a row a day, with its open hours" },
	{ .name = "time-zone",
	  .arg = CLI_ARG_ZONE,
	  .help = "With --week, the zone of a floating schedule; the setting time.zone when unsaid" },
	{ .name = NULL },
};

static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
static const char *const weekday_labels[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

struct weeks {
	struct csm_calc *calc;
	struct csm_writer *writer;	/* NULL: pictures */
	unsigned n;
};
struct week {
	const char *name;
	struct csm_calc_schedule schedule;
	struct csm_schedule_day days[7];
	int64_t seconds;
};

static const char *date(struct cli *c, int64_t day)
{
	char buf[CSM_TIME_SIZE];

	return csm_strdup(c->arena, csm_date_format(day, buf));
}

/* ---- the picture ---- */

/* Sums are of hours, not of days of 24 of them: "40h", "7h30m". */
static const char *hours(struct cli *c, int64_t seconds)
{
	int64_t rest = seconds % 3600;
	const char *head = csm_sprintf(c->arena, "%" PRId64 "h", seconds / 3600);

	return !seconds ? "closed" : rest ? csm_sprintf(c->arena, "%s%s", seconds < 3600 ? "" : head,
						      cli_duration(c, rest)) : head;
}

/* What the clocks do on a day, for its row; NULL when nothing. */
static const char *clock_note(struct cli *c, const struct csm_schedule_day *d)
{
	struct csm_buf b = CSM_BUF(c->arena);

	if (d->start == d->end)
		return "the zone skips this day";
	for (unsigned i = 0; i < d->nparts; i++) {
		int32_t was = i ? d->parts[i - 1].offset : d->before, by = d->parts[i].offset - was;
		int64_t wall = d->parts[i].start + was - d->day * CSM_DAY;
		char text[CSM_TIME_SIZE];

		if (by && by < CSM_DAY && by > -CSM_DAY) /* a day that is skipped has said so itself */
			csm_buf_addf(&b, "%sclocks %s %s at %s", b.n ? ", " : "", by > 0 ? "forward" : "back",
				     cli_duration(c, by > 0 ? by : -by),
				     csm_clock_format(wall < 0 ? 0 : wall > CSM_DAY ? CSM_DAY : wall, text));
	}
	return b.n ? b.s : NULL;
}

/* Seconds of a stretch of time [start, end) that a cell of wall clock readings [from, to) shows. */
static int64_t overlap(int64_t start, int64_t end, int64_t from, int64_t to)
{
	start = start > from ? start : from;
	end = end < to ? end : to;
	return end > start ? end - start : 0;
}

/*
 * One cell of the bar. A reading that does not exist on the day is blank; one that happens twice is shown
 * once, and the time of both counts.
 */
static char cell(const struct csm_schedule_day *d, int64_t from, int64_t to)
{
	int64_t all = 0, open = 0;

	for (unsigned i = 0; i < d->nparts; i++) {
		const struct csm_schedule_part *p = &d->parts[i];

		all += overlap(p->start + p->offset, p->end + p->offset, from, to);
		for (unsigned k = 0; k < d->nopen; k++) {
			int64_t start = d->open[k].start, end = d->open[k].end;

			start = start > p->start ? start : p->start;
			end = end < p->end ? end : p->end;
			if (end > start)
				open += overlap(start + p->offset, end + p->offset, from, to);
		}
	}
	return !all ? ' ' : !open ? '.' : open == all ? '#' : '+';
}

static bool is_open(char ch)
{
	return ch == '#' || ch == '+';
}

static void put_bar(struct cli *c, const struct csm_schedule_day *d, unsigned per_hour)
{
	struct csm_buf b = CSM_BUF(c->arena);
	int64_t size = 3600 / per_hour;
	bool open = false;

	for (unsigned i = 0; i < 24 * per_hour; i++) {
		int64_t from = d->day * CSM_DAY + i * size;
		char ch = cell(d, from, from + size);

		if (c->world->color && is_open(ch) != open)
			csm_buf_add(&b, open ? "\033[0m" : "\033[32m");
		open = is_open(ch);
		csm_buf_addc(&b, ch);
	}
	if (c->world->color && open)
		csm_buf_add(&b, "\033[0m");
	cli_print(c, "|%s|", b.s);
}

static void put_hours(struct cli *c, unsigned per_hour)
{
	cli_print(c, "%15s ", "");
	for (unsigned hour = 0; hour < 24; hour += per_hour > 1 ? 2 : 3)
		cli_print(c, "%-*u", (int)(per_hour * (per_hour > 1 ? 2 : 3)), hour);
	cli_print(c, "24\n");
}

static void put_day(struct cli *c, const struct csm_schedule_day *d, unsigned per_hour, unsigned width)
{
	const char *clocks = clock_note(c, d), *day = date(c, d->day);
	/* one without a name is called by its date, which is there already */
	const char *name = !d->note ? "" : strcmp(d->note, day) == 0 ? "exception" : cli_safe(c, d->note, true);
	const char *note = csm_sprintf(c->arena, "%s%s%s", name, *name && clocks ? "; " : "", clocks ? clocks : "");
	unsigned used = 15 + 2 + 24 * per_hour + 8 + 2;

	cli_print(c, "%s %s ", weekday_labels[csm_weekday(d->day)], day);
	put_bar(c, d, per_hour);
	cli_print(c, "%8s", hours(c, d->seconds));
	/* beside the bar where there is room, else below it */
	if (*note && used + csm_utf8_width(note) <= width)
		cli_print(c, "  %s", note);
	else if (*note)
		cli_print(c, "\n%16s%s", "", note);
	cli_print(c, "\n");
}

static void put_picture(struct cli *c, const struct week *w)
{
	unsigned width = c->world->width ? c->world->width : 80;
	unsigned per_hour = width >= 125 ? 4 : width >= 73 ? 2 : 1;

	cli_print(c, "%s%s%s  %s  %s to %s  %s\n", c->world->color ? "\033[1m" : "",
		  cli_safe(c, w->name, true), c->world->color ? "\033[0m" : "", csm_zone_name(w->schedule.zone),
		  date(c, w->days[0].day), date(c, w->days[6].day), hours(c, w->seconds));
	put_hours(c, per_hour);
	for (unsigned i = 0; i < 7; i++)
		put_day(c, &w->days[i], per_hour, width);
}

/* ---- the document ---- */

static void put_seconds(struct cli *c, struct csm_writer *w, const char *key, int64_t n)
{
	csm_writer_put(w, key, CSM_W_NUMBER, csm_sprintf(c->arena, "%" PRId64, n));
}

static void put_text(struct csm_writer *w, const char *key, const char *text)
{
	csm_writer_put(w, key, text ? CSM_W_TEXT : CSM_W_NULL, text);
}

static void put_day_document(struct cli *c, struct csm_writer *w, const struct csm_schedule_day *d)
{
	csm_writer_map(w);
	put_text(w, "date", date(c, d->day));
	put_text(w, "weekday", weekdays[csm_weekday(d->day)]);
	put_seconds(c, w, "length", d->end - d->start);
	put_seconds(c, w, "seconds", d->seconds);
	put_text(w, "note", d->note);
	put_text(w, "clocks", clock_note(c, d));
	csm_writer_key(w, "open");
	csm_writer_seq(w);
	for (unsigned i = 0; i < d->nopen; i++) {
		csm_writer_map(w);
		put_text(w, "start", cli_time(c, d->open[i].start));
		put_text(w, "end", cli_time(c, d->open[i].end));
		csm_writer_map_end(w);
	}
	csm_writer_seq_end(w);
	csm_writer_map_end(w);
}

static void put_document(struct cli *c, struct csm_writer *w, const struct week *week)
{
	csm_writer_map(w);
	put_text(w, "schedule", week->name);
	put_text(w, "time_zone", csm_zone_name(week->schedule.zone));
	put_text(w, "from", date(c, week->days[0].day));
	put_text(w, "to", date(c, week->days[6].day));
	put_seconds(c, w, "seconds", week->seconds);
	csm_writer_key(w, "days");
	csm_writer_seq(w);
	for (unsigned i = 0; i < 7; i++)
		put_day_document(c, w, &week->days[i]);
	csm_writer_seq_end(w);
	csm_writer_map_end(w);
}

/* ---- the command ---- */

static int find_week(struct cli *c, struct csm_calc *k, struct week *w, struct csm_err *err)
{
	int64_t t, local;
	int code = csm_calc_named(k, w->name, NULL, &w->schedule, err);

	if (code)
		return code;
	if (csm_calc_moment(w->schedule.zone, cli_text(c, "week"), c->env.now, &t, err) != CSM_OK) {
		err->code = CSM_E_USAGE;
		return csm_err_on(err, NULL, NULL, "--week");
	}
	local = t + csm_zone_offset(w->schedule.zone, t) - CSM_TIME_MIN;
	code = csm_schedule_week(&w->schedule, (CSM_TIME_MIN + local - local % CSM_DAY) / CSM_DAY, c->arena,
				 w->days, err);
	if (code == CSM_E_INVALID) {	/* of the day that was given, not of the schedule */
		err->code = CSM_E_USAGE;
		code = csm_err_on(err, NULL, NULL, "--week");
	}
	for (unsigned i = 0; !code && i < 7; i++)
		w->seconds += w->days[i].seconds;
	return code;
}

static int show_week(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	struct weeks *all = arg;
	struct week w = { .name = csm_rec_key(c->arena, r) };
	int code = find_week(c, all->calc, &w, err);

	if (code)
		return code;
	if (all->writer) {
		put_document(c, all->writer, &w);
		return CSM_OK;
	}
	if (all->n++)
		cli_print(c, "\n");
	put_picture(c, &w);
	return CSM_OK;
}

static int open_writer(struct cli *c, struct weeks *all, struct csm_err *err)
{
	enum csm_format f = cli_doc_format(c);

	for (const char *const *o = (const char *const[]){ "fields", "format", "count", NULL }; *o; o++)
		if (cli_given(c, *o))
			return csm_fail(err, CSM_E_USAGE, "--%s does not go with --week", *o);
	if (f == CSM_FMT_NONE)
		return CSM_OK;
	if (f == CSM_FMT_CSV || f == CSM_FMT_TSV)
		return csm_fail(err, CSM_E_USAGE,
				"--week is a picture, or a document with -o json, ndjson or yaml");
	if (csm_writer_open(&all->writer, c->arena, f, cli_sink(c), err) != CSM_OK)
		return (int)err->code;
	if (c->many && f != CSM_FMT_NDJSON)
		csm_writer_seq(all->writer);
	return CSM_OK;
}

static int show_weeks(struct cli *c, struct weeks *all, struct csm_err *err)
{
	int code = cli_each(c, c->type, show_week, all, err);

	if (!all->writer)
		return code;
	if (c->many && cli_doc_format(c) != CSM_FMT_NDJSON)
		csm_writer_seq_end(all->writer);
	if (csm_writer_close(all->writer, err->code ? NULL : err) != CSM_OK && !code)
		return (int)err->code;
	return code;
}

static int cmd_schedule_show(struct cli *c, struct csm_err *err)
{
	struct weeks all = { NULL, NULL, 0 };
	int code;

	if (!cli_given(c, "week"))
		return cmd_show(c, err);
	c->many = c->nargs > 1 || cli_given(c, "where") || cli_given(c, "all") ||
		(c->nargs && strcmp(c->args[0], "-") == 0);
	code = cli_calc_open(c, &all.calc, err);
	if (!code)
		code = open_writer(c, &all, err);
	if (!code)
		code = show_weeks(c, &all, err);
	csm_calc_close(all.calc);
	return code;
}

const struct cli_verb sp_week_verbs[] = {
	{ .noun = "schedule",
	  .verb = "show",
	  .fn = cmd_schedule_show,
	  .needs = CLI_READ | CLI_DOC | CLI_LIST | CLI_SELECT | CLI_PAGER | CLI_TZ,
	  .options = options,
	  .args = "KEY...",
	  .max = -1,
	  .summary = "Print schedules with what belongs to them, or their hours in a week",
	  .help = "In the bars of --week # is open, . is closed and + is in part; a time that clocks jump over "
		  "is blank, one that they go through twice is shown once.\n"
		  "The sum of a day counts real hours. Below or beside it stands the exception that decides, and "
		  "how far the clocks change.\n" },
	{ .verb = NULL },
};
