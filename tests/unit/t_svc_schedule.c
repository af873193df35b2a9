/* SPDX-License-Identifier: MIT */
/*
 * t_svc_schedule.c - questions to schedules as a program of the library asks them: stores given late or
 * not at all, calendars kept and dropped, moments, weeks.
 */
#include <csm/time.h>

#include "t.h"
#include "t_svc_help.h"

#define MONDAY INT64_C(1709510400) /* 2024-03-04T00:00:00Z */

struct asked {
	struct csm_store *store;
	int rc;
	unsigned times;
};

static int give_store(void *arg, struct csm_store **out, struct csm_err *err)
{
	struct asked *a = arg;

	a->times++;
	*out = a->store;
	return a->rc ? csm_fail(err, (enum csm_code)a->rc, "no") : CSM_OK;
}

static struct csm_calc *open_calc(struct asked *a, const char *time_zone)
{
	const struct csm_calc_opts o = { .env = &t_env, .time_zone = time_zone, .store = give_store, .arg = a };
	struct csm_calc *k = NULL;

	csm_err_clear(&t_err);
	if (csm_calc_open(&k, t_arena, &o, &t_err))
		t_fail_now("csm_calc_open");
	return k;
}

static struct csm_node *node(const char *json)
{
	struct csm_reader *r;
	struct csm_event ev;
	struct csm_node *n = NULL;

	if (csm_reader_open(&r, t_arena, CSM_FMT_JSON,
			    csm_source_memory(t_arena, json, strlen(json), "test"), NULL, &t_err) ||
	    csm_reader_next(r, &ev, &t_err) || csm_reader_node(r, &ev, t_arena, &n, &t_err))
		t_fail_now(json);
	csm_reader_close(r);
	return n;
}

/* The answer to a line; INT64_MIN when there is an error, which t_err has. */
static int64_t answer(struct csm_calc *k, const char *json)
{
	struct csm_calc_answer a;

	csm_err_clear(&t_err);
	return csm_calc_line(k, node(json), false, &a, &t_err) ? INT64_MIN : a.value;
}

#define INLINE "{\"span\": [{\"days\": \"mon\", \"start\": \"09:00\", \"end\": \"17:00\"}]%s}"
#define NEXT(document) "{\"op\": \"next\", \"at\": \"2024-03-04\", \"schedule\": " document "}"

static void check_store(void)
{
	struct asked none = { 0 }, bad = { .rc = CSM_E_DAMAGED }, given = { 0 };
	const char *zoned = csm_sprintf(t_arena, NEXT(INLINE), ", \"time_zone\": \"UTC\"");
	const char *floating = csm_sprintf(t_arena, NEXT(INLINE), "");
	struct csm_calc *k = open_calc(&none, NULL);

	T_EQ_INT(answer(k, zoned), MONDAY + 9 * 3600);
	T_EQ_INT(none.times, 0); /* nobody needs it */
	T_EQ_INT(answer(k, floating), MONDAY + 9 * 3600);
	T_EQ_INT(none.times, 1); /* for the setting, whose default it is then */
	T_EQ_INT(answer(k, NEXT("\"A\"")), INT64_MIN);
	T_EQ_INT(t_err.code, CSM_E_NOTFOUND);
	T_EQ_INT(none.times, 1);
	csm_calc_close(k);
	/* what is wrong with the store is told, and asked for again */
	k = open_calc(&bad, NULL);
	T_EQ_INT(answer(k, NEXT("\"A\"")), INT64_MIN);
	T_EQ_INT(t_err.code, CSM_E_DAMAGED);
	T_EQ_INT(answer(k, floating), INT64_MIN);
	T_EQ_INT(t_err.code, CSM_E_DAMAGED);
	T_EQ_INT(answer(k, zoned), MONDAY + 9 * 3600);
	T_EQ_INT(bad.times, 2);
	csm_calc_close(k);
	T_OK(!s_load("csm: 1\nschedule:\n  - {name: A, span: [{days: [mon], start: '10:00', end: '17:00'}]}\n"));
	given.store = t_store;
	k = open_calc(&given, "Asia/Tokyo");
	T_EQ_INT(answer(k, NEXT("\"A\"")), MONDAY + 1 * 3600);
	T_EQ_INT(answer(k, NEXT("\"A\", \"time_zone\": \"UTC\"")), MONDAY + 10 * 3600);
	T_EQ_INT(answer(k, NEXT("{\"time_zone\": \"UTC\", \"include\": [\"A\"]}")), MONDAY + 10 * 3600);
	T_EQ_INT(answer(k, NEXT("{\"exclude\": {\"include\": \"A,B\"}}")), INT64_MIN);
	T_EQ_INT(t_err.code, CSM_E_NOTFOUND);
	T_EQ_INT(given.times, 1);
	csm_calc_close(k);
	csm_calc_close(NULL);
}

static void check_opts(void)
{
	struct asked none = { 0 };
	const struct csm_calc_opts o = { .env = &t_env, .time_zone = "No/Where", .store = give_store, .arg = &none };
	struct csm_calc *k;

	csm_err_clear(&t_err);
	T_EQ_INT(csm_calc_open(&k, t_arena, &o, &t_err), CSM_E_INVALID);
	T_OK(k == NULL);
}

/* A calendar that is kept is the same one; of many the ones used last stay, and all answer right. */
static void check_kept(void)
{
	struct asked none = { 0 };
	struct csm_calc *k = open_calc(&none, "UTC");
	struct csm_calc_schedule first, again;
	struct csm_node *n = node(csm_sprintf(t_arena, INLINE, ""));

	T_OK(!csm_calc_inline(k, n, NULL, &first, &t_err) && !csm_calc_inline(k, n, "UTC", &again, &t_err));
	T_OK(first.cal == again.cal && first.zone == again.zone);
	T_OK(!csm_calc_inline(k, n, "Asia/Tokyo", &again, &t_err) && first.cal != again.cal);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 100; i++) {
			const char *json = csm_sprintf(t_arena,
						       "{\"span\": {\"days\": \"mon\", \"start\": \"%02d:%02d\", "
						       "\"end\": \"24:00\"}}", i / 60, i % 60);
			int64_t t = 0;

			T_OK(!csm_calc_inline(k, node(json), NULL, &again, &t_err));
			T_OK(!csm_cal_next_open(again.cal, MONDAY, &t, &t_err));
			T_EQ_INT(t, MONDAY + i * 60);
		}
	csm_calc_close(k);
}

static void check_ask(void)
{
	struct asked none = { 0 };
	struct csm_calc *k = open_calc(&none, "UTC");
	const char *const operands[2] = { "2024-03-04", NULL };
	const struct csm_calc_op *ops = csm_calc_ops();
	struct csm_calc_schedule s;
	struct csm_calc_answer a;

	T_OK(!csm_calc_inline(k, node(csm_sprintf(t_arena, INLINE, "")), NULL, &s, &t_err));
	T_EQ_STR(ops[0].name, "due");
	T_EQ_INT(csm_calc_ask(k, &ops[0], &s, operands, false, &a, &t_err), CSM_E_INVALID);
	T_EQ_STR(t_err.field, "duration");
	T_EQ_INT(csm_calc_ask(k, &ops[0], &s, operands, false, &a, NULL), CSM_E_INVALID);
	T_EQ_INT(csm_calc_ask(k, &ops[3], &s, (const char *const[2]){ "soon" }, false, &a, NULL), CSM_E_INVALID);
	T_EQ_INT(csm_calc_line(k, node("{\"op\": \"x\"}"), false, &a, NULL), CSM_E_INVALID);
	csm_err_clear(&t_err);
	T_EQ_INT(csm_schedule_def_inline(NULL, &t_env, node("[1]"), t_arena, &(struct csm_cal_def *){ NULL },
					 &t_err), CSM_E_INVALID);
	csm_calc_close(k);
}

static void check_moments(void)
{
	const struct csm_zone *z = NULL;
	int64_t t = 0, now = MONDAY + 20 * 3600; /* 05:00 of the next day in Tokyo */
	static const struct {
		const char *text;
		int64_t want;
	} moments[] = {
		{ "2024-03-04T10:00", MONDAY + 3600 },
		{ "2024-03-04T10:00Z", MONDAY + 10 * 3600 },
		{ "2024-03-04", MONDAY - 9 * 3600 },
		{ "@1709510400", MONDAY },
		{ "now", MONDAY + 20 * 3600 },
		{ "-1h", MONDAY + 19 * 3600 },
		{ "today", MONDAY + 15 * 3600 },
		{ "yesterday", MONDAY - 9 * 3600 },
		{ "tomorrow", MONDAY + 39 * 3600 },
	};

	T_OK(!csm_zone_load(t_arena, NULL, "Asia/Tokyo", &z, &t_err));
	for (size_t i = 0; i < CSM_COUNT(moments); i++) {
		T_OK(!csm_calc_moment(z, moments[i].text, now, &t, &t_err));
		T_EQ_INT(t, moments[i].want);
	}
	T_EQ_INT(csm_calc_moment(z, "soon", now, &t, &t_err), CSM_E_INVALID);
}

/* The days of a week follow each other without a gap, whatever the clocks do. */
static void check_weeks(void)
{
	struct asked none = { 0 };
	struct csm_calc *k = open_calc(&none, NULL);
	static const char *const zones[] = { "Europe/Berlin", "Africa/Cairo", "Pacific/Apia",
					     "Australia/Lord_Howe", "America/St_Johns", "Asia/Manila" };

	for (size_t i = 0; i < CSM_COUNT(zones); i++) {
		const char *doc = csm_sprintf(t_arena,
					      "{\"time_zone\": \"%s\", \"span\": {\"days\": [\"mon\", \"sun\"], "
					      "\"start\": \"00:00\", \"end\": \"24:00\"}}", zones[i]);
		struct csm_schedule_day days[7], last = { 0 };
		struct csm_calc_schedule s;

		T_OK(!csm_calc_inline(k, node(doc), NULL, &s, &t_err));
		/* 1987 to 2015: St John's changed at 00:01, Samoa lost a day */
		for (int64_t day = 6209; day < 16436; day += 7, last = days[6]) {
			T_OK(!csm_schedule_week(&s, day, t_arena, days, &t_err));
			T_EQ_INT(csm_weekday(days[0].day), 0);
			T_OK(!last.day || (last.day + 1 == days[0].day && last.end == days[0].start));
			for (int d = 0; d < 7; d++) {
				const struct csm_schedule_day *x = &days[d];
				int64_t t = x->start;

				T_OK(!d || days[d - 1].end == x->start);
				T_EQ_INT(x->seconds, d == 0 || d == 6 ? x->end - x->start : 0);
				for (unsigned p = 0; p < x->nparts; t = x->parts[p++].end)
					T_OK(x->parts[p].start == t && x->parts[p].end > t &&
					     csm_zone_offset(s.zone, t) == x->parts[p].offset &&
					     csm_zone_offset(s.zone, x->parts[p].end - 1) ==
						     x->parts[p].offset);
				T_EQ_INT(t, x->end);
			}
		}
	}
	csm_calc_close(k);
}

int main(void)
{
	s_begin();
	check_store();
	check_opts();
	check_kept();
	check_ask();
	check_moments();
	check_weeks();
	t_end();
	T_DONE();
}
