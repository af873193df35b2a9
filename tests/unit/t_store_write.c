/* SPDX-License-Identifier: MIT */
/* t_store_write.c - the write path: every refusal, the row, its history, moves, deletes, ids, and what a
 * failure leaves. */
#include "t_write_help.h"

static void test_insert(void)
{
	struct csm_rec *r;
	int64_t change;

	w_begin();
	T_OK(csm_store_writing(t_store));
	r = w_new(&w_firm);
	T_EQ_INT(csm_rec_int(r, FIRM_ACTIVE), 1);
	T_EQ_INT(csm_rec_int(r, FIRM_SCORE), 15000);
	T_EQ_STR(csm_rec_text(r, FIRM_SINCE), "2024-06-01");
	T_OK(csm_rec_null(r, FIRM_BOSS));
	T_OK(!csm_rec_given(r, FIRM_ACTIVE));
	T_EQ_INT(w_give(r, FIRM_NAME, "Boxeo"), CSM_OK);
	T_EQ_INT(w_give(r, FIRM_BUDGET, "12.50 EUR"), CSM_OK);
	T_EQ_INT(w_give(r, FIRM_COLOURS, "blue,red"), CSM_OK);
	w_trace[0] = '\0';
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_STR(w_trace, "firm.derive+ firm.check+ firm.after+ ");
	T_EQ_INT(r->id, 1);
	T_OK(r->stored);
	T_EQ_STR(csm_rec_text(r, FIRM_NUMBER), "FI0000001");
	T_EQ_STR(csm_rec_text(r, FIRM_CREATED_BY), "root");
	T_EQ_INT(csm_rec_int(r, FIRM_VERSION), 1);
	T_OK(!csm_rec_any_changed(r));
	change = w_commit();
	T_EQ_INT(change, 1);
	T_OK(!csm_store_writing(t_store));
	T_EQ_STR(w_history(1, NULL, 0), "c firm 1");

	r = w_get(&w_firm, 1);
	T_EQ_STR(csm_rec_text(r, FIRM_NAME), "Boxeo");
	T_EQ_INT(r->v[FIRM_BUDGET].i, 1250);
	T_EQ_STR(r->v[FIRM_BUDGET].s, "EUR");
	T_EQ_STR(csm_rec_text(r, FIRM_COLOURS), ",red,blue,");
	T_EQ_INT(csm_rec_int(r, FIRM_UPDATED_AT), T_NOW);
}

static void test_update(void)
{
	struct csm_rec *r = w_get(&w_firm, 1);

	t_env.now += 60;
	w_again();
	w_begin();
	w_give(r, FIRM_NAME, "Boxeo \"two\"");
	w_give(r, FIRM_SIZE, "12");
	w_give(r, FIRM_ACTIVE, "false");
	w_give(r, FIRM_BUDGET, "-3 USD");
	w_give(r, FIRM_COLOURS, "");
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_INT(csm_rec_int(r, FIRM_VERSION), 2);
	T_EQ_INT(w_commit(), 2);
	T_EQ_STR(w_history(2, NULL, 0),
		 "u firm 1 {\"name\":[\"Boxeo\",\"Boxeo "
		 "\\\"two\\\"\"],\"size\":[null,12],\"active\":[true,false],"
		 "\"budget\":[\"1250 EUR\",\"-300 USD\"],\"colours\":[\",red,blue,\",null]}");
	r = w_get(&w_firm, 1);
	T_EQ_INT(csm_rec_int(r, FIRM_UPDATED_AT), T_NOW + 60);
	T_EQ_INT(csm_rec_int(r, FIRM_CREATED_AT), T_NOW);
	T_EQ_INT(r->v[FIRM_BUDGET].i, -300);

	/* nothing changes: no history, no change, the row as it was */
	t_env.now += 60;
	w_again();
	w_begin();
	w_give(r, FIRM_SIZE, "12");
	w_trace[0] = '\0';
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_STR(w_trace, "firm.derive ");
	T_EQ_INT(w_commit(), 0);
	r = w_get(&w_firm, 1);
	T_EQ_INT(csm_rec_int(r, FIRM_VERSION), 2);
	T_EQ_INT(csm_rec_int(r, FIRM_UPDATED_AT), T_NOW + 60);
	T_EQ_INT(w_number("SELECT count(*) FROM changes"), 2);
	T_EQ_STR(w_history(0, &w_firm, 1),
		 "c firm 1; u firm 1 {\"name\":[\"Boxeo\",\"Boxeo \\\"two\\\"\"],\"size\":[null,12],"
		 "\"active\":[true,false],\"budget\":[\"1250 EUR\",\"-300 "
		 "USD\"],\"colours\":[\",red,blue,\",null]}");
}

/* Write a new firm with one field given and see the refusal; nothing may be left of it. */
static void refuse_new(int field, const char *text, int code, const char *msg)
{
	struct csm_rec *r;
	int64_t n = w_number("SELECT count(*) FROM w_firms");

	w_begin();
	r = w_new(&w_firm);
	csm_rec_set_text(r, FIRM_NAME, "Refused");
	T_EQ_INT(w_give(r, field, text), CSM_OK);
	T_EQ_INT(w_write(r), code);
	T_EQ_STR(w_msg(), msg);
	T_OK(!r->stored);
	T_EQ_INT(r->id, 0);
	T_EQ_INT(w_commit(), 0);
	T_EQ_INT(w_number("SELECT count(*) FROM w_firms"), n);
}

static void test_refusals_new(void)
{
	struct csm_rec *r;

	refuse_new(FIRM_NAME, "", CSM_E_INVALID, "firm new: name: needs a value");
	refuse_new(FIRM_NAME, "Forbidden", CSM_E_REFUSED, "firm new: the hook forbids it");
	refuse_new(FIRM_SEEN, "3", CSM_E_REFUSED, "firm new: seen: cannot be given, it is kept by csm");
	refuse_new(FIRM_CREATED_BY, "me", CSM_E_REFUSED,
		   "firm new: created_by: cannot be given, it is kept by csm");

	w_begin();
	r = w_new(&w_ticket);
	csm_rec_set_text(r, TICKET_TITLE, "x");
	w_give(r, TICKET_STATE, "open");
	T_EQ_INT(w_write(r), CSM_E_REFUSED);
	T_EQ_STR(w_msg(), "ticket new: state: cannot be given, it is set by the verbs of a ticket (accept, "
			  "resolve, accept-solution, "
			  "expire, reopen)");
	w_commit();

	/* a value that never went through parse is held against its row all the same */
	w_begin();
	r = w_new(&w_firm);
	csm_rec_set_text(r, FIRM_NAME, "A name with more than twenty letters");
	T_EQ_INT(w_write(r), CSM_E_INVALID);
	T_EQ_STR(t_err.field, "name");
	csm_rec_set_text(r, FIRM_NAME, "A name");
	csm_rec_set_int(r, FIRM_SIZE, 5000);
	T_EQ_INT(w_write(r), CSM_E_INVALID);
	T_EQ_STR(t_err.field, "size");
	csm_rec_set_int(r, FIRM_SIZE, 50);
	csm_rec_set_int(r, FIRM_BOSS, 99);
	T_EQ_INT(w_write(r), CSM_E_NOTFOUND);
	T_EQ_STR(w_msg(), "firm new: boss: there is no user #99");
	csm_rec_clear(r, FIRM_BOSS);
	csm_rec_set_int(r, FIRM_PARENT, 98);
	T_EQ_INT(w_write(r), CSM_E_NOTFOUND);
	T_EQ_STR(w_msg(), "firm new: parent: there is no firm FI0000098");
	csm_rec_clear(r, FIRM_PARENT);
	csm_rec_set_text(r, FIRM_FANS, ",97,");
	T_EQ_INT(w_write(r), CSM_E_NOTFOUND);
	T_EQ_STR(w_msg(), "firm new: fans: there is no user #97");
	r->file = "a.csv";
	r->line = 7;
	T_EQ_INT(w_write(r), CSM_E_NOTFOUND);
	T_EQ_STR(w_msg(), "a.csv:7: firm new: fans: there is no user #97");
	w_commit();

	T_EQ_INT(w_write(r), CSM_E_INTERNAL);
	T_EQ_INT(csm_store_commit(t_store, NULL, &t_err), CSM_E_INTERNAL);
	w_begin();
	T_EQ_INT(csm_store_begin(t_store, &t_err), CSM_E_INTERNAL);
	csm_store_rollback(t_store);
	T_OK(!csm_store_writing(t_store));
	csm_store_rollback(t_store);
}

static void test_refusals_update(void)
{
	struct csm_rec *r = w_get(&w_firm, 1), *stale = w_get(&w_firm, 1);

	w_begin();
	csm_rec_set_text(r, FIRM_CODE, "late");
	T_EQ_INT(w_write(r), CSM_E_REFUSED);
	T_EQ_STR(w_msg(), "firm FI0000001: code: cannot be changed once the firm is stored");
	csm_rec_clear(r, FIRM_CODE);
	w_give(r, FIRM_VERSION, "9");
	T_EQ_INT(w_write(r), CSM_E_REFUSED);
	T_EQ_STR(t_err.field, "version");
	w_commit();

	w_begin();
	r = w_get(&w_firm, 1);
	w_give(r, FIRM_SIZE, "13");
	T_EQ_INT(csm_store_write(t_store, r, CSM_WRITE_NORMAL, 1, &t_err), CSM_E_CONFLICT);
	T_EQ_STR(w_msg(), "firm FI0000001: has version 2, not 1");
	T_EQ_INT(csm_store_write(t_store, r, CSM_WRITE_NORMAL, 2, &t_err), CSM_OK);
	csm_err_clear(&t_err);
	w_give(stale, FIRM_SIZE, "14");
	T_EQ_INT(w_write(stale), CSM_E_CONFLICT);
	T_EQ_STR(w_msg(), "firm FI0000001: the record was changed or deleted since version 2 of it was read");
	T_EQ_INT(csm_rec_int(stale, FIRM_VERSION), 2);
	T_OK(w_commit() > 0);
	T_EQ_INT(csm_rec_int(w_get(&w_firm, 1), FIRM_SIZE), 13);

	/* a clock that stands before the record's last change */
	t_env.now -= 1000;
	w_again();
	w_begin();
	r = w_get(&w_firm, 1);
	w_give(r, FIRM_SIZE, "15");
	T_EQ_INT(w_write(r), CSM_E_REFUSED);
	T_EQ_STR(w_msg(),
		 "firm FI0000001: the clock (2024-05-31T23:45:20Z) stands before the record's last change "
		 "(2024-06-01T00:02:00Z), expected --backdate");
	w_commit();
	t_env.backdate = true;
	w_again();
	w_begin();
	T_EQ_INT(w_write(r), CSM_OK);
	w_commit();
	t_env.backdate = false;
	t_env.now += 1000;
	w_again();
}

static void test_keys(void)
{
	struct csm_rec *r;
	int64_t ann = w_user_named("ann"), other = w_firm_named("Other");

	w_begin();
	r = w_new(&w_user);
	w_give(r, USR_NAME, "ann");
	T_EQ_INT(w_write(r), CSM_E_CONFLICT);
	T_EQ_STR(w_msg(), "user ann: user_name: 'ann' is taken by user ann");
	w_give(r, USR_NAME, "bob");
	w_give(r, USR_EMAIL, "b@x.example");
	T_EQ_INT(w_write(r), CSM_OK);
	r = w_get(&w_user, ann);
	w_give(r, USR_EMAIL, "b@x.example");
	T_EQ_INT(w_write(r), CSM_E_CONFLICT);
	T_EQ_STR(w_msg(), "user ann: email: 'b@x.example' is taken by user bob");
	w_give(r, USR_EMAIL, "a@x.example");
	T_EQ_INT(w_write(r), CSM_OK);
	w_give(r, USR_EMAIL, "a@x.example");
	T_EQ_INT(w_write(r), CSM_OK);

	/* unique together; a null makes it unlike any other */
	for (int i = 0; i < 2; i++) {
		r = w_new(&w_ring);
		csm_rec_set_int(r, RING_A, 1);
		csm_rec_set_int(r, RING_B, other);
		T_EQ_INT(w_write(r), i ? CSM_E_CONFLICT : CSM_OK);
		if (i)
			T_EQ_STR(w_msg(), "ring new: a,b: ring #1 has the same");
	}
	for (int i = 0; i < 2; i++) {
		r = w_new(&w_ring);
		csm_rec_set_int(r, RING_A, 1);
		T_EQ_INT(w_write(r), CSM_OK);
	}
	csm_rec_set_int(r, RING_B, other);
	T_EQ_INT(w_write(r), CSM_E_CONFLICT);

	/* conditions are read as conditions on the type that target_type names */
	r = w_new(&w_ring);
	csm_rec_set_int(r, RING_A, other);
	csm_rec_set_text(r, RING_TARGET, "ticket");
	csm_rec_set_text(r, RING_RULE, "nosuch = 3");
	T_EQ_INT(w_write(r), CSM_E_INVALID);
	T_EQ_STR(t_err.field, "rule");
	csm_rec_set_text(r, RING_RULE, "state in (open, new) and firm.name ~ 'B*'");
	T_EQ_INT(w_write(r), CSM_OK);
	w_commit();
}

static void test_ids(void)
{
	struct csm_rec *r;
	int64_t first, change;

	w_begin();
	r = w_new(&w_firm);
	r->id = 500;
	w_give(r, FIRM_NAME, "Claimed");
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_STR(csm_rec_text(r, FIRM_NUMBER), "FI0000500");
	r = w_new(&w_firm);
	w_give(r, FIRM_NAME, "Next");
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_INT(r->id, 501);
	r = w_new(&w_firm);
	r->id = 500;
	w_give(r, FIRM_NAME, "Again");
	T_EQ_INT(w_write(r), CSM_E_CONFLICT);
	T_EQ_STR(w_msg(), "firm FI0000500: firm FI0000500 is stored already");
	r->id = 400;		/* below the counter, never given */
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_INT(csm_store_take_ids(t_store, &w_firm, 10, &first, &t_err), CSM_OK);
	T_EQ_INT(first, 502);
	for (int i = 3; i < 6; i++) {
		r = w_new(&w_firm);
		r->id = first + i;
		w_give(r, FIRM_NAME, "Taken");
		T_EQ_INT(w_import(r), CSM_OK);
	}
	r = w_new(&w_firm);
	r->id = INT64_C(1) << 60;
	w_give(r, FIRM_NAME, "Huge");
	T_EQ_INT(w_write(r), CSM_E_INVALID);
	r->id = -4;
	T_EQ_INT(w_write(r), CSM_E_INVALID);
	T_EQ_INT(csm_store_take_ids(t_store, &w_firm, 0, &first, &t_err), CSM_E_REFUSED);
	change = w_commit();
	T_EQ_STR(w_history(change, NULL, 0), "c firm 500-501; c firm 400; c firm 505-507");
	T_EQ_INT(w_number("SELECT next FROM counters WHERE type = 'firm'"), 512);
	T_EQ_INT(csm_store_take_ids(t_store, &w_firm, 1, &first, &t_err), CSM_E_INTERNAL);

	/* a deleted id is never given again */
	w_begin();
	T_EQ_INT(csm_store_delete(t_store, w_get(&w_firm, 507), -1, &t_err), CSM_OK);
	T_EQ_INT(csm_store_delete(t_store, w_get(&w_firm, 400), -1, &t_err), CSM_OK);
	w_commit();
	w_begin();
	r = w_new(&w_firm);
	r->id = 400;
	w_give(r, FIRM_NAME, "Reborn");
	T_EQ_INT(w_import(r), CSM_E_CONFLICT);
	T_OK(strstr(w_msg(), "its number is not given again") != NULL);
	r->id = 0;
	T_EQ_INT(w_import(r), CSM_OK);
	T_EQ_INT(r->id, 512);
	w_commit();
}

static void test_import(void)
{
	struct csm_rec *r;
	int64_t id;

	w_begin();
	r = w_new(&w_ticket);
	w_give(r, TICKET_TITLE, "old one");
	w_give(r, TICKET_STATE, "closed");
	w_give(r, TICKET_RESOLVED_AT, "2020-01-02T03:04:05Z");
	w_give(r, TICKET_CREATED_AT, "2020-01-01");
	w_give(r, TICKET_CREATED_BY, "somebody");
	w_give(r, TICKET_UPDATED_AT, "2020-01-05");
	w_give(r, TICKET_VERSION, "12");
	csm_rec_set_int(r, TICKET_FIRM, 999);
	T_EQ_INT(w_import(r), CSM_OK);
	T_EQ_INT(csm_rec_int(r, TICKET_ACTIVE), 0);
	id = r->id;
	/* the reference is the commit's to check */
	T_EQ_INT(csm_store_commit(t_store, NULL, &t_err), CSM_E_CONFLICT);
	T_EQ_STR(w_msg(), "ticket TK0000001: firm: there is no firm FI0000999");
	T_EQ_INT(w_number("SELECT count(*) FROM w_tickets"), 0);

	w_begin();
	r->stored = false;
	memset(r->old, 0, r->type->nfields * sizeof(*r->old));
	r->id = 0;
	csm_rec_clear(r, TICKET_FIRM);
	T_EQ_INT(w_import(r), CSM_OK);
	T_EQ_INT(r->id, id);
	w_commit();
	r = w_get(&w_ticket, id);
	T_EQ_STR(csm_rec_text(r, TICKET_CREATED_BY), "somebody");
	T_EQ_INT(csm_rec_int(r, TICKET_CREATED_AT), INT64_C(1577836800));
	T_EQ_INT(csm_rec_int(r, TICKET_UPDATED_AT), INT64_C(1578182400));
	T_EQ_INT(csm_rec_int(r, TICKET_VERSION), 12);
	T_EQ_STR(csm_rec_text(r, TICKET_UPDATED_BY), "root");

	/* invariants hold in an import too */
	w_begin();
	w_give(r, TICKET_ACTIVE, "true");
	T_EQ_INT(w_import(r), CSM_E_INVALID);
	T_EQ_STR(w_msg(), "ticket TK0000001: active: must be false in the state 'closed'");
	csm_rec_set_text(r, TICKET_STATE, "nowhere");
	T_EQ_INT(w_import(r), CSM_E_INVALID);
	T_EQ_STR(w_msg(), "ticket TK0000001: state: 'nowhere' is no state of a ticket");
	w_commit();
}

static void test_hooks(void)
{
	struct csm_rec *r;
	int64_t id, change;

	w_begin();
	r = w_new(&w_firm);
	w_give(r, FIRM_NAME, "Derived");
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_INT(csm_rec_int(r, FIRM_SIZE), 7);
	r = w_new(&w_firm);
	w_give(r, FIRM_NAME, "Derived");
	w_give(r, FIRM_SIZE, "8");
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_INT(csm_rec_int(r, FIRM_SIZE), 8);
	r = w_new(&w_firm);
	w_give(r, FIRM_NAME, "Housed");
	T_EQ_INT(w_write(r), CSM_OK);
	id = r->id;
	change = w_commit();
	T_EQ_STR(w_history(change, NULL, 0),
		 csm_sprintf(t_arena, "c firm %d-%d; c site 1", (int)id - 2, (int)id));

	/* a hook that writes its own record again, while old shows what was before */
	w_begin();
	w_give(r, FIRM_NAME, "Twice");
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_INT(csm_rec_int(r, FIRM_SEEN), 1);
	T_EQ_INT(csm_rec_int(r, FIRM_VERSION), 3);
	T_OK(!csm_rec_any_changed(r));
	change = w_commit();
	T_EQ_STR(w_history(change, NULL, 0),
		 csm_sprintf(t_arena,
			     "u firm %d {\"name\":[\"Housed\",\"Twice\"]}; u firm %d {\"seen\":[0,1]}",
			     (int)id, (int)id));

	/* a hook without end, and a hook nobody registered */
	w_begin();
	w_give(r, FIRM_NAME, "Circle");
	T_EQ_INT(w_write(r), CSM_E_INTERNAL);
	T_EQ_INT(csm_store_commit(t_store, NULL, &t_err), CSM_E_CONFLICT);
	t_env.hooks = NULL;
	w_again();
	w_begin();
	r = w_get(&w_firm, id);
	w_give(r, FIRM_NAME, "Nobody");
	T_EQ_INT(w_write(r), CSM_E_INTERNAL);
	w_commit();
	t_env.hooks = w_hooks;
	w_again();
}

static void test_failures(void)
{
	int64_t firms = w_number("SELECT count(*) FROM w_firms"),
		changes = w_number("SELECT count(*) FROM changes"), id;
	struct csm_rec *r;

	/* a hook fails after the row was written: the change cannot be committed */
	w_begin();
	r = w_new(&w_firm);
	w_give(r, FIRM_NAME, "Broken");
	T_EQ_INT(w_write(r), CSM_E_REFUSED);
	T_EQ_INT(csm_store_commit(t_store, &id, &t_err), CSM_E_CONFLICT);
	T_EQ_INT(id, 0);
	T_EQ_INT(w_number("SELECT count(*) FROM w_firms"), firms);

	/* a statement fails: the transaction takes nothing more */
	w_begin();
	r = w_new(&w_firm);
	w_give(r, FIRM_NAME, "Fine");
	T_EQ_INT(w_write(r), CSM_OK);
	T_OK(csm_db_exec(t_db, "INSERT INTO w_firms (id) VALUES (1)", &t_err) != CSM_OK);
	r = w_new(&w_firm);
	w_give(r, FIRM_NAME, "Late");
	T_EQ_INT(w_write(r), CSM_E_CONFLICT);
	T_OK(csm_store_commit(t_store, &id, &t_err) != CSM_OK);
	T_OK(!csm_store_writing(t_store));
	T_EQ_INT(w_number("SELECT count(*) FROM w_firms"), firms);
	T_EQ_INT(w_number("SELECT count(*) FROM changes"), changes);

	/* a dry run tells its change and leaves nothing */
	t_env.dry_run = true;
	w_again();
	w_begin();
	r = w_new(&w_firm);
	w_give(r, FIRM_NAME, "Dry");
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_INT(w_commit(), changes + 1);
	T_EQ_INT(w_number("SELECT count(*) FROM w_firms"), firms);
	T_EQ_INT(w_number("SELECT count(*) FROM changes"), changes);

	/* what the commit would refuse, the dry run refuses */
	w_begin();
	r = w_new(&w_ticket);
	w_give(r, TICKET_TITLE, "dangling");
	csm_rec_set_int(r, TICKET_FIRM, 999);
	T_EQ_INT(w_import(r), CSM_OK);
	r = w_new(&w_ticket);
	w_give(r, TICKET_TITLE, "dangling twice");
	csm_rec_set_int(r, TICKET_FIRM, 998);
	csm_rec_set_int(r, TICKET_SITE, 998);
	T_EQ_INT(w_import(r), CSM_OK);
	T_EQ_INT(csm_store_commit(t_store, NULL, &t_err), CSM_E_CONFLICT);
	T_EQ_STR(w_msg(),
		 "ticket TK0000002: firm: 3 references lead nowhere; the first: there is no firm FI0000999");
	t_env.dry_run = false;
	w_again();
}

int main(void)
{
	w_begin_db();
	test_insert();
	test_update();
	test_refusals_new();
	test_refusals_update();
	test_keys();
	test_ids();
	test_import();
	test_hooks();
	test_failures();
	T_EQ_INT(csm_store_verify(t_store, NULL, &t_err), CSM_OK);
	t_end();
	T_DONE();
}
