/* SPDX-License-Identifier: MIT */
/* t_record.c - records: values set, given, changed, copied; their keys. */
#include "small_dict.h"
#include "t.h"

static struct csm_arena *arena;
static struct small_dict small;

static void test_values(void)
{
	struct csm_rec *r = csm_rec_new(arena, &small.ticket);
	char text[] = "printer";

	T_OK(r->type == &small.ticket && r->arena == arena && r->id == 0 && !r->stored && !r->file);
	for (int i = 0; i < CASE__N; i++)
		T_OK(csm_rec_null(r, i) && !csm_rec_given(r, i) && !csm_rec_changed(r, i));
	T_OK(!csm_rec_any_changed(r));
	T_EQ_INT(csm_rec_int(r, CASE_PRIORITY), 0);
	T_EQ_STR(csm_rec_text(r, CASE_STATE), "");
	csm_rec_set_text(r, CASE_SHORT_DESCRIPTION, text);
	text[0] = 'P';
	T_EQ_STR(csm_rec_text(r, CASE_SHORT_DESCRIPTION), "printer");
	T_OK(csm_rec_is(r, CASE_SHORT_DESCRIPTION, "printer") &&
	     !csm_rec_is(r, CASE_SHORT_DESCRIPTION, "x"));
	T_OK(csm_rec_is(r, CASE_STATE, ""));
	csm_rec_set_int(r, CASE_PRIORITY, 2);
	T_EQ_INT(csm_rec_int(r, CASE_PRIORITY), 2);
	T_EQ_STR(csm_rec_text(r, CASE_PRIORITY), "");
	csm_rec_set(r, CASE_STATE, csm_text("open"));
	T_OK(csm_rec_changed(r, CASE_STATE) && csm_rec_any_changed(r));
	csm_rec_clear(r, CASE_STATE);
	T_OK(csm_rec_null(r, CASE_STATE) && !csm_rec_changed(r, CASE_STATE));
	csm_rec_set_text(r, CASE_STATE, "");
	T_OK(csm_rec_null(r, CASE_STATE));
	csm_rec_set_text(r, CASE_STATE, NULL);
	T_OK(csm_rec_null(r, CASE_STATE));
}

/* Housekeeping and computed values are no change of the record. */
static void test_any_changed(void)
{
	struct csm_rec *r = csm_rec_new(arena, &small.ticket);

	csm_rec_set_int(r, CASE_STD, 3);
	csm_rec_set_int(r, CASE_AGE, 3);
	csm_rec_set_text(r, CASE_NUMBER, "CS0000001");
	T_OK(csm_rec_changed(r, CASE_STD) && !csm_rec_any_changed(r));
	csm_rec_set_int(r, CASE_TRIES, 0);
	T_OK(csm_rec_any_changed(r));
	r->old[CASE_TRIES] = csm_int(0);
	T_OK(!csm_rec_any_changed(r));
	csm_rec_clear(r, CASE_TRIES);
	T_OK(csm_rec_any_changed(r));
}

/* Bits of all fields, also beyond the first word, are apart from each other. */
static void test_given(void)
{
	struct csm_field fields[CSM_MAX_FIELDS] = { { 0 } };
	struct csm_rtype t = { .name = "wide", .fields = fields, .nfields = CSM_MAX_FIELDS };
	struct csm_rec *r = csm_rec_new(arena, &t);

	for (int i = 0; i < CSM_MAX_FIELDS; i += 3)
		csm_rec_give(r, i);
	for (int i = 0; i < CSM_MAX_FIELDS; i++)
		T_EQ_INT(csm_rec_given(r, i), i % 3 == 0);
}

static void test_copy(void)
{
	struct csm_rec *r = csm_rec_new(arena, &small.account), *c;

	csm_rec_set_text(r, ACC_NAME, "Boxeo");
	csm_rec_give(r, ACC_NAME);
	r->id = 7;
	r->stored = true;
	r->old[ACC_NAME] = csm_text("Boxeo GmbH");
	c = csm_rec_copy(arena, r);
	T_OK(c->id == 7 && c->stored && csm_rec_given(c, ACC_NAME) && csm_rec_changed(c, ACC_NAME));
	csm_rec_set_text(c, ACC_NAME, "Other");
	T_EQ_STR(csm_rec_text(r, ACC_NAME), "Boxeo");
	c->old[ACC_NAME] = csm_null();
	T_OK(r->old[ACC_NAME].tag == CSM_TEXT);
}

static void test_key(void)
{
	struct csm_rec *r = csm_rec_new(arena, &small.account);
	struct csm_rec *c = csm_rec_new(arena, &small.comment);

	T_EQ_STR(csm_rec_key(arena, r), "new");
	csm_rec_set_text(r, ACC_EXTERNAL_ID, "X-1");
	T_EQ_STR(csm_rec_key(arena, r), "X-1");
	csm_rec_set_text(r, ACC_NUMBER, "AC0000009");
	T_EQ_STR(csm_rec_key(arena, r), "AC0000009");
	r->id = 42;
	T_EQ_STR(csm_rec_key(arena, r), "AC0000042");
	T_EQ_STR(csm_rec_key(arena, c), "new");
	c->id = 5;
	T_EQ_STR(csm_rec_key(arena, c), "#5");
}

static void test_money(void)
{
	struct csm_rec *r = csm_rec_new(arena, &small.account);

	csm_rec_set(r, ACC_REVENUE, (struct csm_value){ CSM_MONEY, 125000, "EUR" });
	T_EQ_INT(csm_rec_int(r, ACC_REVENUE), 125000);
	T_EQ_STR(csm_rec_text(r, ACC_REVENUE), "EUR");
}

int main(void)
{
	arena = csm_arena_new(NULL, NULL);
	small_dict_init(&small);
	test_values();
	test_any_changed();
	test_given();
	test_copy();
	test_key();
	test_money();
	csm_arena_free(arena);
	T_DONE();
}
