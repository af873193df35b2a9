/* SPDX-License-Identifier: MIT */
/*
 * fuzz_calendar.c - fuzz target of the helper csm-calendar: its reader and libical going through the rules that the reader lets
 * pass. Checks what is promised of every answer: errors with lines, or days in the range, in order, each once, and events that
 * are taken or have a reason.
 */
#include "fuzz_io.h"

#include <csm/time.h>
#include <libical/ical.h>

#include "calendar.h"

static void check_days(const struct ics_file *f, const struct ics_options *o, const struct csm_vec *days)
{
	for (size_t i = 0; i < days->n; i++) {
		const struct ics_day *d = CSM_AT(days, struct ics_day, i);

		FUZZ_CHECK(d->day >= o->from && d->day <= o->to);
		FUZZ_CHECK(d->end == 0 ? d->start == 0 : d->start >= 0 && d->start < d->end && d->end <= CSM_DAY);
		FUZZ_CHECK(!i || d[-1].day <= d->day);
		FUZZ_CHECK(!d->name || csm_text_check(d->name, strlen(d->name), NULL) == CSM_OK);
		FUZZ_CHECK(!d->name || (d->name[0] && csm_utf8_len(d->name) <= 255));
	}
	for (size_t i = 0; i < f->events.n; i++) {
		const struct ics_event *e = CSM_AT(&f->events, struct ics_event, i);

		FUZZ_CHECK(e->why ? e->why[0] && !e->given : e->given > 0);
	}
}

static void run(const uint8_t *p, size_t n, const struct ics_options *o)
{
	struct csm_arena *a = csm_arena_new(NULL, NULL);
	struct csm_vec days = CSM_VEC(a, struct ics_day);
	struct ics_file f = { .arena = a,
			      .events = CSM_VEC(a, struct ics_event),
			      .zones = CSM_VEC(a, struct ics_zone_name),
			      .others = CSM_VEC(a, struct ics_other),
			      .warnings = CSM_VEC(a, struct csm_err),
			      .errors = CSM_VEC(a, struct csm_err) };

	ics_read(&f, (const char *)p, n);
	if (!f.errors.n)
		ics_expand(&f, o, &days);
	if (!f.errors.n)
		check_days(&f, o, &days);
	for (size_t i = 0; i < f.errors.n; i++) {
		const struct csm_err *err = CSM_AT(&f.errors, struct csm_err, i);

		FUZZ_CHECK(err->code == CSM_E_INVALID && err->msg[0] && err->line > 0);
	}
	csm_arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct ics_options o = { .from = csm_days_from_civil(2014, 1, 1), .to = csm_days_from_civil(2034, 12, 31) };

	icalerror_set_errors_are_fatal(0);
	run(p, n, &o);
	o.timed = ICS_TIMED_HOURS;
	o.zone = "Europe/Berlin";
	run(p, n, &o);
	return 0;
}
