/* SPDX-License-Identifier: MIT */
/* t_store_move.c - the verbs of a lifecycle: every refusal, what they set and leave; and deletes with what
 * goes along. */
#include "t_write_help.h"

static void as(const char *user, const char *on_behalf)
{
	t_env.as = user;
	t_env.on_behalf = on_behalf;
	w_again();
}

static void test_refused_moves(struct csm_rec *r)
{
	struct csm_rec *firm, *fresh;

	w_begin();
	T_EQ_INT(w_move(r, "resolve", "text"), CSM_E_REFUSED);
	T_EQ_STR(w_msg(),
		 "ticket TK0000001: state: 'new' cannot become 'resolved' (allowed: accept, remark)");
	T_EQ_INT(w_move(r, "dance", NULL), CSM_E_USAGE);
	T_EQ_STR(w_msg(), "ticket TK0000001: a ticket has no verb 'dance'");
	T_EQ_INT(w_move(r, "accept", "text"), CSM_E_USAGE);
	T_EQ_STR(w_msg(), "ticket TK0000001: 'accept' takes no text");
	firm = w_new(&w_firm);
	T_EQ_INT(w_move(firm, "accept", NULL), CSM_E_USAGE);
	fresh = w_new(&w_ticket);
	T_EQ_INT(w_move(fresh, "accept", NULL), CSM_E_INTERNAL);
	T_EQ_INT(csm_store_move(t_store, r, "accept", NULL, 7, &t_err), CSM_E_CONFLICT);
	T_EQ_STR(w_msg(), "ticket TK0000001: has version 1, not 7");
	w_give(r, TICKET_FIRM, "");
	csm_rec_set_int(r, TICKET_SITE, 5);
	csm_rec_give(r, TICKET_SITE);
	T_EQ_INT(w_move(r, "accept", NULL), CSM_E_REFUSED);
	T_EQ_STR(w_msg(), "ticket TK0000001: site: is not taken by 'accept'");
	T_EQ_INT(csm_rec_int(r, TICKET_SITE), 5);
	w_commit();

	w_begin();
	r = w_get(&w_ticket, 2);
	w_trace[0] = '\0';
	T_EQ_INT(w_move(r, "accept", NULL), CSM_E_REFUSED);
	T_EQ_STR(w_msg(), "ticket TK0000002: the guard says no to 'accept'");
	T_EQ_STR(w_trace, "ticket.guard ");
	T_EQ_STR(csm_rec_text(r, TICKET_STATE), "new");
	T_EQ_INT(w_commit(), 0);

	t_env.now -= 10;
	w_again();
	w_begin();
	r = w_get(&w_ticket, 1);
	T_EQ_INT(w_move(r, "accept", NULL), CSM_E_REFUSED);
	T_OK(strstr(w_msg(), "expected --backdate") != NULL);
	w_commit();
	t_env.now += 10;
	w_again();
}

static void test_life(void)
{
	struct csm_rec *r = w_get(&w_ticket, 1), *memo;
	int64_t change;

	as("ann", NULL);
	t_env.now += 60;
	w_again();
	w_begin();
	w_trace[0] = '\0';
	T_EQ_INT(w_move(r, "accept", NULL), CSM_OK);
	T_EQ_STR(w_trace, "ticket.guard ticket.accept ");
	change = w_commit();
	T_EQ_STR(w_history(change, NULL, 0), "u ticket 1 {\"state\":[\"new\",\"open\"],\"owner\":[null,1]}");
	T_EQ_STR(csm_rec_text(r, TICKET_UPDATED_BY), "ann");

	w_begin();
	T_EQ_INT(w_move(r, "resolve", NULL), CSM_E_REFUSED);
	T_EQ_STR(w_msg(), "ticket TK0000001: needs --resolution-code, --memo");
	T_EQ_INT(w_move(r, "resolve", "bad \x01 text"), CSM_E_INVALID);
	T_EQ_STR(t_err.field, "memo");
	w_give(r, TICKET_CODE, "fixed");
	w_trace[0] = '\0';
	T_EQ_INT(w_move(r, "resolve", "try it"), CSM_OK);
	T_EQ_STR(w_trace, "ticket.try it ticket.resolve memo.after+ ticket.after ");
	/* the memo's hook wrote the ticket behind the move's back: the record shows it */
	T_EQ_INT(csm_rec_int(r, TICKET_COUNT), 1);
	T_EQ_INT(csm_rec_int(r, TICKET_VERSION), 4);
	T_OK(!csm_rec_any_changed(r));
	change = w_commit();
	T_EQ_STR(w_history(change, NULL, 0),
		 csm_sprintf(t_arena,
			     "u ticket 1 {\"state\":[\"open\",\"resolved\"],\"resolved_at\":[null,%d],"
			     "\"resolution_code\":[null,\"fixed\"],\"marked\":[false,true]}; u ticket 1 "
			     "{\"memo_count\":[0,1]}; c memo 1",
			     (int)t_env.now));
	memo = w_get(&w_memo, 1);
	T_EQ_STR(csm_rec_text(memo, MEMO_BODY), "try it");
	T_EQ_INT(csm_rec_int(memo, MEMO_TICKET), 1);
	T_EQ_INT(csm_rec_int(memo, MEMO_AUTHOR), 1);
	T_EQ_INT(csm_rec_int(memo, MEMO_POSTED_AT), t_env.now);

	w_begin();
	T_EQ_INT(w_move(r, "accept-solution", NULL), CSM_E_REFUSED);
	T_EQ_STR(w_msg(),
		 "ticket TK0000001: state: 'accept-solution' is the customer's to do, expected --on-behalf "
		 "(allowed: reopen, remark)");
	T_EQ_INT(w_move(r, "expire", NULL), CSM_E_REFUSED);
	T_EQ_STR(w_msg(),
		 "ticket TK0000001: state: 'expire' is done by time, not by hand (allowed: reopen, remark)");
	w_give(r, TICKET_TITLE, "given");
	T_EQ_INT(w_move(r, "reopen", NULL), CSM_OK);
	T_EQ_STR(csm_rec_text(r, TICKET_TITLE), "given");
	T_OK(csm_rec_null(r, TICKET_RESOLVED_AT));
	w_commit();
}

static void test_customer(void)
{
	struct csm_rec *r = w_get(&w_ticket, 1);
	struct csm_change c;
	int64_t change;

	w_begin();
	w_give(r, TICKET_CODE, "fixed");
	T_EQ_INT(w_move(r, "resolve", "again"), CSM_OK);
	w_commit();

	as("ann", "john@x.example");
	w_begin();
	T_EQ_INT(w_move(r, "reopen", NULL), CSM_E_REFUSED);
	T_EQ_STR(w_msg(),
		 "ticket TK0000001: state: 'reopen' is not for the customer (allowed: accept-solution)");
	T_EQ_INT(w_move(r, "accept-solution", NULL), CSM_OK);
	T_EQ_INT(csm_rec_int(r, TICKET_ACTIVE), 0);
	T_EQ_INT(csm_rec_int(r, TICKET_MARK), 0);
	change = w_commit();
	T_EQ_INT(csm_store_change(t_store, change, t_arena, &c, &t_err), CSM_OK);
	T_EQ_STR(c.actor, "ann");
	T_EQ_STR(c.on_behalf, "john@x.example");
	T_EQ_STR(c.command, "test");

	as("ann", NULL);
	w_begin();
	T_EQ_INT(w_move(r, "remark", "still here"), CSM_OK);
	T_EQ_INT(csm_rec_int(r, TICKET_COUNT), 3);
	T_EQ_INT(w_move(r, "remark", NULL), CSM_OK);
	T_EQ_INT(w_move(r, "accept", NULL), CSM_E_REFUSED);
	T_EQ_STR(w_msg(), "ticket TK0000001: state: 'closed' cannot become 'open' (allowed: remark)");
	w_commit();
}

static void test_system(void)
{
	struct csm_rec *r = w_get(&w_ticket, 3);
	struct csm_change c;
	int64_t change;

	w_begin();
	T_EQ_INT(w_move(r, "accept", NULL), CSM_OK);
	w_give(r, TICKET_CODE, "fixed");
	T_EQ_INT(w_move(r, "resolve", "text"), CSM_OK);
	w_commit();
	csm_store_as_system(t_store);
	T_OK(csm_store_actor(t_store)->kind != CSM_ACTOR_SYSTEM);
	w_begin();
	csm_store_as_system(t_store);
	csm_store_as_system(t_store);
	T_EQ_INT(csm_store_actor(t_store)->kind, CSM_ACTOR_SYSTEM);
	T_EQ_INT(w_move(r, "reopen", NULL), CSM_E_REFUSED);
	T_EQ_STR(w_msg(), "ticket TK0000003: state: 'reopen' is not for csm itself (allowed: expire)");
	/* "marked=" clears what must have a value */
	T_EQ_INT(w_move(r, "expire", NULL), CSM_E_INVALID);
	T_EQ_STR(w_msg(), "ticket TK0000003: marked: needs a value");
	T_EQ_STR(csm_rec_text(r, TICKET_STATE), "resolved");
	csm_rec_set_text(r, TICKET_TITLE, "by time");
	T_EQ_INT(w_write(r), CSM_OK);
	change = w_commit();
	T_EQ_STR(csm_store_actor(t_store)->name, "ann");
	T_EQ_STR(csm_rec_text(r, TICKET_UPDATED_BY), "system");
	T_EQ_INT(csm_store_change(t_store, change, t_arena, &c, &t_err), CSM_OK);
	T_EQ_STR(c.actor, "system");
	T_EQ_INT(csm_store_change(t_store, 999, t_arena, &c, &t_err), CSM_E_NOTFOUND);
}

static void test_journal(void)
{
	struct csm_rec *memo = w_get(&w_memo, 1);

	w_begin();
	csm_rec_set_text(memo, MEMO_BODY, "never said so");
	T_EQ_INT(w_write(memo), CSM_E_REFUSED);
	T_EQ_STR(w_msg(), "memo #1: a memo is never changed, its journal only grows");
	T_EQ_INT(csm_store_delete(t_store, memo, -1, &t_err), CSM_E_REFUSED);
	T_EQ_STR(w_msg(), "memo #1: a memo is never deleted by itself, its journal only grows");
	T_EQ_INT(w_import(memo), CSM_OK);
	csm_store_rollback(t_store);
}

/* ---- deletes ---- */

static int64_t put(const struct csm_rtype *t, int field, const char *text, int ref, int64_t id)
{
	struct csm_rec *r = w_new(t);

	if (text)
		csm_rec_set_text(r, field, text);
	if (ref >= 0)
		csm_rec_set_int(r, ref, id);
	if (w_write(r))
		t_fail_now(text);
	return r->id;
}

static void test_delete_refused(void)
{
	struct csm_rec *r;
	int64_t firm, site, a, b;

	w_begin();
	firm = put(&w_firm, FIRM_NAME, "Mother", -1, 0);
	site = put(&w_site, SITE_STREET, "Street 1", SITE_FIRM, firm);
	a = put(&w_ticket, TICKET_TITLE, "one", TICKET_FIRM, firm);
	b = put(&w_ticket, TICKET_TITLE, "two", TICKET_FIRM, firm);
	put(&w_ticket, TICKET_TITLE, "three", TICKET_SITE, site);
	put(&w_firm, FIRM_NAME, "Daughter", FIRM_PARENT, firm);
	w_commit();
	(void)b;

	w_begin();
	r = w_get(&w_firm, firm);
	T_EQ_INT(csm_store_delete(t_store, r, -1, &t_err), CSM_E_REFUSED);
	T_EQ_STR(w_msg(),
		 csm_sprintf(t_arena,
			     "firm %s: is referred to by firm FI%07d, 2 of type ticket such as TK%07d",
			     csm_rec_text(r, FIRM_NUMBER), (int)firm + 1, (int)a));
	T_OK(r->stored);
	r = w_get(&w_ticket, a);
	csm_rec_clear(r, TICKET_FIRM);
	T_EQ_INT(w_write(r), CSM_OK);
	r = w_get(&w_ticket, b);
	csm_rec_clear(r, TICKET_FIRM);
	T_EQ_INT(w_write(r), CSM_OK);
	r = w_get(&w_firm, firm + 1);
	csm_rec_clear(r, FIRM_PARENT);
	T_EQ_INT(w_write(r), CSM_OK);
	r = w_get(&w_firm, firm);
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_delete(t_store, r, -1, &t_err), CSM_E_REFUSED);
	T_EQ_STR(w_msg(), csm_sprintf(t_arena, "firm %s: its site #%d is referred to by ticket TK%07d",
				      csm_rec_text(r, FIRM_NUMBER), (int)site, (int)b + 1));
	T_EQ_INT(csm_store_delete(t_store, r, 9, &t_err), CSM_E_CONFLICT);
	csm_store_rollback(t_store);

	w_begin();
	r = w_get(&w_user, 1);
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_delete(t_store, r, -1, &t_err), CSM_E_REFUSED);
	csm_store_rollback(t_store);
}

static void test_delete(void)
{
	struct csm_rec *r;
	int64_t firm, user, change;

	w_begin();
	user = put(&w_user, USR_NAME, "gone", -1, 0);
	firm = put(&w_firm, FIRM_NAME, "Cleared", FIRM_BOSS, user);
	r = w_new(&w_firm);
	csm_rec_set_text(r, FIRM_NAME, "Listed");
	csm_rec_set_text(r, FIRM_FANS, csm_sprintf(t_arena, ",1,%d,", (int)user));
	T_EQ_INT(w_write(r), CSM_OK);
	w_commit();

	w_begin();
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_delete(t_store, w_get(&w_user, user), -1, &t_err), CSM_E_REFUSED);
	T_EQ_STR(w_msg(), csm_sprintf(t_arena, "user gone: is referred to by firm FI%07d", (int)r->id));
	csm_rec_set_text(r, FIRM_FANS, ",1,");
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_INT(csm_store_delete(t_store, w_get(&w_user, user), -1, &t_err), CSM_OK);
	change = w_commit();
	T_EQ_STR(
		w_history(change, NULL, 0),
		csm_sprintf(t_arena,
			    "u firm %d {\"fans\":[\",1,%d,\",\",1,\"]}; u firm %d {\"boss\":[%d,null]}; "
			    "d user %d "
			    "{\"user_name\":\"gone\",\"version\":1,\"created_at\":%d,\"created_by\":\"ann\"}",
			    (int)r->id, (int)user, (int)firm, (int)user, (int)user, (int)t_env.now));
	T_OK(w_get(&w_user, user) == NULL);
	T_OK(csm_rec_null(w_get(&w_firm, firm), FIRM_BOSS));
}

/* Owned rows and theirs go along, children first; references inside the set do not hinder. */
static void test_delete_owned(void)
{
	struct csm_rec *r, *stale;
	int64_t firm, site, memo, ticket;

	w_begin();
	firm = put(&w_firm, FIRM_NAME, "Whole", -1, 0);
	site = put(&w_site, SITE_STREET, "Street 2", SITE_FIRM, firm);
	ticket = put(&w_ticket, TICKET_TITLE, "journal", -1, 0);
	r = w_get(&w_ticket, ticket);
	T_EQ_INT(w_move(r, "remark", "one"), CSM_OK);
	T_EQ_INT(w_move(r, "remark", "two"), CSM_OK);
	memo = w_number("SELECT max(id) FROM w_memos");
	put(&w_ring, RING_RULE, NULL, RING_A, 1);
	w_commit();
	w_begin();
	stale = w_get(&w_ticket, ticket);
	T_EQ_INT(w_move(r, "remark", "three"), CSM_OK);
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_delete(t_store, stale, -1, &t_err), CSM_E_CONFLICT);
	T_OK(strstr(w_msg(), "the record was changed since version 3 of it was read") != NULL);
	w_trace[0] = '\0';
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_delete(t_store, r, -1, &t_err), CSM_OK);
	T_EQ_STR(w_trace, "memo.after- memo.after- memo.after- ticket.after- ");
	T_OK(!r->stored);
	T_EQ_INT(csm_store_delete(t_store, r, -1, &t_err), CSM_E_NOTFOUND);
	T_EQ_INT(csm_store_delete(t_store, w_get(&w_firm, firm), -1, &t_err), CSM_OK);
	w_commit();
	T_OK(w_get(&w_site, site) == NULL);
	T_OK(w_get(&w_memo, memo) == NULL);
	T_OK(w_get(&w_memo, 1) != NULL);
}

static int add_id(void *arg, const struct csm_change *c, struct csm_err *err)
{
	(void)err;
	csm_buf_addf(arg, "%" PRId64 " ", c->id);
	return CSM_OK;
}

static const char *log_of(const struct csm_rtype *t, int64_t id, int64_t limit)
{
	struct csm_buf b = CSM_BUF(t_arena);

	csm_err_clear(&t_err);
	if (csm_store_log(t_store, t, id, limit, add_id, &b, &t_err))
		t_fail_now("log");
	return b.s;
}

static void test_log(void)
{
	struct csm_rec *r;
	int64_t ticket, first, last;

	ticket = w_ticket_named("logged");
	first = w_number("SELECT max(id) FROM changes");
	w_firm_named("Between");
	/* a memo alone: its ticket is not written, but the log of the ticket has it */
	w_begin();
	r = w_new(&w_memo);
	csm_rec_set_int(r, MEMO_TICKET, ticket);
	csm_rec_set_text(r, MEMO_BODY, "said");
	csm_rec_set_int(r, MEMO_POSTED_AT, t_env.now);
	t_env.hooks = NULL;
	T_EQ_INT(w_write(r), CSM_OK);
	last = w_commit();
	T_EQ_STR(log_of(&w_ticket, ticket, 0), csm_sprintf(t_arena, "%d %d ", (int)last, (int)first));
	T_EQ_STR(log_of(&w_ticket, ticket, 1), csm_sprintf(t_arena, "%d ", (int)last));
	T_EQ_STR(log_of(NULL, 0, 2), csm_sprintf(t_arena, "%d %d ", (int)last, (int)last - 1));
	T_EQ_STR(log_of(&w_ticket, 999, 0), "");
}

int main(void)
{
	w_begin_db();
	w_user_named("ann");
	w_again();
	w_ticket_named("first");
	w_ticket_named("guarded");
	w_ticket_named("second");
	test_refused_moves(w_get(&w_ticket, 1));
	test_life();
	test_customer();
	test_system();
	test_journal();
	test_delete_refused();
	test_delete();
	test_delete_owned();
	test_log();
	T_EQ_INT(csm_store_verify(t_store, NULL, &t_err), CSM_OK);
	t_end();
	T_DONE();
}
