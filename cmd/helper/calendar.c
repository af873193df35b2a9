/* SPDX-License-Identifier: MIT */
/*
 * calendar.c - csm-calendar, the helper program of `csm schedule holidays`: an iCalendar file on standard input becomes NDJSON on
 * standard output.
 *
 *   csm-calendar FROM TO [--timed-days | --timed-hours] [--add-overrides] [--zone ZONE] [--tzdir FOLDER]
 *
 *   {"day": "2024-12-25", "name": "Christmas Day", "line": 12}	a day; "start" and "end" where it is not the whole day
 *   {"taken": 12, "name": "..."}					an event, by its line, that gave days
 *   {"ignored": 40, "name": "...", "why": "it has times"}		one that gave none
 *   {"other": 3, "name": "VTODO"}					a component that is no event
 *   {"warning": 7, "why": "..."}
 *   {"error": 1079, "why": "..."}					the file is broken: only that is told, the status is 65
 *   {"end": true, "events": 67}					the last line of a whole answer
 *
 * It is a process of its own because libical hangs and dies on hostile input. Who starts it sets its limits.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include <libical/ical.h>

#include <csm/io.h>
#include <csm/time.h>

#include "calendar.h"

static void out_of_memory(void *arg)
{
	(void)arg;
	_exit(CSM_E_SYSTEM);
}

static int read_all(struct csm_buf *b)
{
	char block[65536];
	ssize_t n;

	while ((n = read(STDIN_FILENO, block, sizeof(block))) != 0) {
		if (n > 0)
			csm_buf_addn(b, block, (size_t)n);
		else if (errno != EINTR)
			return CSM_E_IO;
	}
	return CSM_OK;
}

static int write_all(const struct csm_buf *b)
{
	for (size_t done = 0; done < b->n; ) {
		ssize_t n = write(STDOUT_FILENO, b->s + done, b->n - done);

		if (n > 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return CSM_E_IO;
	}
	return CSM_OK;
}

static void put_text(struct csm_buf *b, const char *key, const char *text)
{
	csm_buf_addf(b, ", \"%s\": ", key);
	if (text)
		csm_json_quote(b, text);
	else
		csm_buf_add(b, "null");
}

static void put_event(struct csm_buf *b, const struct ics_event *e)
{
	csm_buf_addf(b, "{\"%s\": %" PRId64, e->why ? "ignored" : "taken", e->line);
	put_text(b, "name", e->name);
	if (e->why)
		put_text(b, "why", e->why);
	csm_buf_add(b, "}\n");
}

static void put_day(struct csm_buf *b, const struct ics_day *d)
{
	char text[CSM_TIME_SIZE];

	csm_buf_addf(b, "{\"day\": \"%s\"", csm_date_format(d->day, text));
	put_text(b, "name", d->name);
	if (d->end) {
		csm_buf_addf(b, ", \"start\": \"%s\"", csm_clock_format(d->start, text));
		csm_buf_addf(b, ", \"end\": \"%s\"", csm_clock_format(d->end, text));
	}
	csm_buf_addf(b, ", \"line\": %" PRId64 "}\n", d->line);
}

static void put_finding(struct csm_buf *b, const char *key, const struct csm_err *err)
{
	csm_buf_addf(b, "{\"%s\": %" PRId64, key, err->line);
	put_text(b, "why", err->msg);
	csm_buf_add(b, "}\n");
}

static void put_all(struct csm_buf *b, const struct ics_file *f, const struct csm_vec *days)
{
	for (size_t i = 0; i < days->n; i++)
		put_day(b, CSM_AT(days, struct ics_day, i));
	for (size_t i = 0; i < f->events.n; i++)
		put_event(b, CSM_AT(&f->events, struct ics_event, i));
	for (size_t i = 0; i < f->others.n; i++) {
		const struct ics_other *o = CSM_AT(&f->others, struct ics_other, i);

		csm_buf_addf(b, "{\"other\": %" PRId64, o->line);
		put_text(b, "name", o->name);
		csm_buf_add(b, "}\n");
	}
	for (size_t i = 0; i < f->warnings.n; i++)
		put_finding(b, "warning", CSM_AT(&f->warnings, struct csm_err, i));
	csm_buf_addf(b, "{\"end\": true, \"events\": %zu}\n", f->events.n);
}

static int read_options(int argc, char **argv, struct ics_options *o)
{
	struct csm_err err = { 0 };

	if (argc < 3 || csm_date_parse(argv[1], &o->from, &err) || csm_date_parse(argv[2], &o->to, &err))
		return CSM_E_USAGE;
	for (int i = 3; i < argc; i++) {
		if (strcmp(argv[i], "--timed-days") == 0)
			o->timed = ICS_TIMED_DAYS;
		else if (strcmp(argv[i], "--timed-hours") == 0)
			o->timed = ICS_TIMED_HOURS;
		else if (strcmp(argv[i], "--add-overrides") == 0)
			o->add_overrides = true;
		else if (strcmp(argv[i], "--zone") == 0 && i + 1 < argc)
			o->zone = argv[++i];
		else if (strcmp(argv[i], "--tzdir") == 0 && i + 1 < argc)
			o->tzdir = argv[++i];
		else
			return CSM_E_USAGE;
	}
	return CSM_OK;
}

static int run(struct csm_arena *a, const struct ics_options *o)
{
	struct csm_buf in = CSM_BUF(a), out = CSM_BUF(a);
	struct csm_vec days = CSM_VEC(a, struct ics_day);
	struct ics_file f = { .arena = a,
			      .events = CSM_VEC(a, struct ics_event),
			      .zones = CSM_VEC(a, struct ics_zone_name),
			      .others = CSM_VEC(a, struct ics_other),
			      .warnings = CSM_VEC(a, struct csm_err),
			      .errors = CSM_VEC(a, struct csm_err) };

	if (read_all(&in))
		return CSM_E_IO;
	ics_read(&f, in.s, in.n);
	if (!f.errors.n)
		ics_expand(&f, o, &days);
	for (size_t i = 0; i < f.errors.n; i++)
		put_finding(&out, "error", CSM_AT(&f.errors, struct csm_err, i));
	if (!f.errors.n)
		put_all(&out, &f, &days);
	if (write_all(&out))
		return CSM_E_IO;
	return f.errors.n ? CSM_E_INVALID : CSM_OK;
}

int main(int argc, char **argv)
{
	static const char usage[] = "usage: csm-calendar FROM TO [--timed-days | --timed-hours] [--add-overrides] [--zone ZONE] "
				    "[--tzdir FOLDER]\n";
	struct ics_options o = { 0 };
	struct csm_arena *a;
	int code;

	if (read_options(argc, argv, &o)) {
		ssize_t n = write(STDERR_FILENO, usage, sizeof(usage) - 1);

		return n < 0 ? CSM_E_IO : CSM_E_USAGE;
	}
	icalerror_set_errors_are_fatal(0);
	a = csm_arena_new(out_of_memory, NULL);
	if (!a)
		return CSM_E_SYSTEM;
	code = run(a, &o);
	csm_arena_free(a);
	icalmemory_free_ring();
	return code;
}
