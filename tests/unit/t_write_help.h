/* SPDX-License-Identifier: MIT */
/*
 * t_write_help.h - a small dictionary with a lifecycle, a journal, owned rows and hooks, to see every rule of
 * the write path.
 *
 * firm (number, keys, money, secret, lists) <- site (owned), ticket (lifecycle, journal memo); ring (unique
 * together).
 */
#ifndef CSM_T_WRITE_HELP_H
#define CSM_T_WRITE_HELP_H

#include "t_store_help.h"

#define F(n, k, fl, ...) { .name = n, .kind = k, .flags = fl, .label = n, .help = n, __VA_ARGS__ }

static const struct csm_choice w_states[] = { { "new", "New" },
					      { "open", "Open" },
					      { "resolved", "Resolved" },
					      { "closed", "Closed" },
					      { NULL, NULL } };
static const struct csm_choice w_colours[] = { { "red", "Red" }, { "blue", "Blue" }, { NULL, NULL } };

enum { USR_NAME, USR_EMAIL, USR_VERSION };
static const struct csm_field w_user_fields[] = {
	F("user_name", CSM_K_TEXT, CSM_F_REQUIRED | CSM_F_KEY, .max_len = 40),
	F("email", CSM_K_EMAIL, CSM_F_KEY, .max_len = 200),
	CSM_STD,
};
enum {
	FIRM_NUMBER,
	FIRM_EXTERNAL_ID,
	FIRM_NAME,
	FIRM_SIZE,
	FIRM_ACTIVE,
	FIRM_BUDGET,
	FIRM_PIN,
	FIRM_SCORE,
	FIRM_SINCE,
	FIRM_COLOURS,
	FIRM_PARENT,
	FIRM_BOSS,
	FIRM_FANS,
	FIRM_CODE,
	FIRM_SEEN,
	FIRM_VERSION,
	FIRM_CREATED_AT,
	FIRM_CREATED_BY,
	FIRM_UPDATED_AT,
	FIRM_UPDATED_BY
};
static const struct csm_field w_firm_fields[] = {
	CSM_NUMBER,
	CSM_EXTERNAL_ID,
	F("name", CSM_K_TEXT, CSM_F_REQUIRED | CSM_F_TITLE, .max_len = 20),
	F("size", CSM_K_INT, 0, .min = 0, .max = 1000),
	F("active", CSM_K_BOOL, CSM_F_REQUIRED, .def = "true"),
	F("budget", CSM_K_MONEY, 0, .max_len = 0),
	F("pin", CSM_K_TEXT, CSM_F_SECRET, .max_len = 10),
	F("score", CSM_K_DECIMAL, 0, .def = "1.5"),
	F("since", CSM_K_DATE, 0, .def = "@today"),
	F("colours", CSM_K_ENUM_LIST, 0, .choices = w_colours),
	F("parent", CSM_K_REF, 0, .target = "firm", .ondel = CSM_ON_RESTRICT),
	F("boss", CSM_K_REF, 0, .target = "user", .ondel = CSM_ON_CLEAR, .def = "@actor"),
	F("fans", CSM_K_REF_LIST, 0, .target = "user", .ondel = CSM_ON_RESTRICT),
	F("code", CSM_K_TEXT, CSM_F_IMMUTABLE, .max_len = 10),
	F("seen", CSM_K_INT, CSM_F_BYVERB, .def = "0"),
	CSM_STD,
};
enum { SITE_FIRM, SITE_STREET, SITE_VERSION };
static const struct csm_field w_site_fields[] = {
	F("firm", CSM_K_REF, CSM_F_REQUIRED | CSM_F_OWNER | CSM_F_IMMUTABLE, .target = "firm",
	  .ondel = CSM_ON_CASCADE),
	F("street", CSM_K_TEXT, CSM_F_REQUIRED, .max_len = 40),
	CSM_STD,
};
enum {
	TICKET_NUMBER,
	TICKET_TITLE,
	TICKET_STATE,
	TICKET_ACTIVE,
	TICKET_FIRM,
	TICKET_SITE,
	TICKET_OWNER,
	TICKET_OPENED_AT,
	TICKET_RESOLVED_AT,
	TICKET_CODE,
	TICKET_MARK,
	TICKET_COUNT,
	TICKET_VERSION,
	TICKET_CREATED_AT,
	TICKET_CREATED_BY,
	TICKET_UPDATED_AT,
	TICKET_UPDATED_BY
};
static const struct csm_field w_ticket_fields[] = {
	CSM_NUMBER,
	F("title", CSM_K_TEXT, CSM_F_REQUIRED, .max_len = 60),
	F("state", CSM_K_ENUM, CSM_F_REQUIRED | CSM_F_BYVERB, .choices = w_states),
	F("active", CSM_K_BOOL, CSM_F_REQUIRED | CSM_F_BYVERB, .def = "true"),
	F("firm", CSM_K_REF, 0, .target = "firm", .ondel = CSM_ON_RESTRICT),
	F("site", CSM_K_REF, 0, .target = "site", .ondel = CSM_ON_RESTRICT),
	F("owner", CSM_K_REF, CSM_F_BYVERB, .target = "user", .ondel = CSM_ON_RESTRICT),
	F("opened_at", CSM_K_TIME, CSM_F_REQUIRED, .def = "@now"),
	F("resolved_at", CSM_K_TIME, CSM_F_BYVERB, .max_len = 0),
	F("resolution_code", CSM_K_TEXT, CSM_F_BYVERB, .max_len = 20),
	F("marked", CSM_K_BOOL, CSM_F_REQUIRED | CSM_F_BYVERB, .def = "false"),
	F("memo_count", CSM_K_INT, CSM_F_READONLY, .def = "0"),
	CSM_STD,
};
static const struct csm_state w_life_states[] = { { "new", CSM_S_INITIAL | CSM_S_ACTIVE, "New" },
						  { "open", CSM_S_ACTIVE, "Open" },
						  { "resolved", CSM_S_ACTIVE, "Resolved" },
						  { "closed", CSM_S_FINAL, "Closed" },
						  { NULL, 0, NULL } };
static const struct csm_move w_moves[] = { { .verb = "accept",
					     .from = "new",
					     .to = "open",
					     .who = CSM_WHO_AGENT,
					     .sets = "owner=@actor",
					     .guard = "ticket.guard",
					     .help = "Take it" },
					   { .verb = "resolve",
					     .from = "open",
					     .to = "resolved",
					     .who = CSM_WHO_AGENT,
					     .needs = "resolution_code",
					     .text = "memo",
					     .text_as = "memo",
					     .text_needed = true,
					     .sets = "resolved_at=@now,marked=true",
					     .effect = "ticket.effect",
					     .help = "Answer" },
					   { .verb = "accept_solution",
					     .from = "resolved",
					     .to = "closed",
					     .who = CSM_WHO_CUSTOMER,
					     .sets = "marked=false",
					     .help = "Fine" },
					   { .verb = "expire",
					     .from = "resolved",
					     .to = "closed",
					     .who = CSM_WHO_SYSTEM,
					     .sets = "marked=",
					     .help = "By time" },
					   { .verb = "reopen",
					     .from = "resolved",
					     .to = "open",
					     .who = CSM_WHO_AGENT,
					     .takes = "title",
					     .sets = "resolved_at=,resolution_code=,marked=false,title=again",
					     .help = "Back" },
					   { .verb = "remark",
					     .from = "new,open,resolved,closed",
					     .who = CSM_WHO_AGENT,
					     .text = "memo",
					     .text_as = "memo",
					     .help = "Say" },
					   { .verb = NULL } };
static const struct csm_lifecycle w_life = { "state", w_life_states, w_moves };
enum { MEMO_TICKET, MEMO_AUTHOR, MEMO_POSTED_AT, MEMO_BODY, MEMO_VERSION };
static const struct csm_field w_memo_fields[] = {
	F("ticket", CSM_K_REF, CSM_F_REQUIRED | CSM_F_OWNER, .target = "ticket", .ondel = CSM_ON_CASCADE),
	F("author", CSM_K_REF, 0, .target = "user", .ondel = CSM_ON_RESTRICT),
	F("posted_at", CSM_K_TIME, CSM_F_REQUIRED, .max_len = 0),
	F("body", CSM_K_TEXT, CSM_F_REQUIRED, .max_len = 2000),
	CSM_STD,
};
enum { RING_A, RING_B, RING_TARGET, RING_RULE, RING_VERSION };
static const struct csm_field w_ring_fields[] = {
	F("a", CSM_K_REF, CSM_F_REQUIRED, .target = "firm", .ondel = CSM_ON_RESTRICT),
	F("b", CSM_K_REF, 0, .target = "firm", .ondel = CSM_ON_CLEAR),
	F("target_type", CSM_K_TEXT, 0, .max_len = 20),
	F("rule", CSM_K_EXPR, 0, .max_len = 400),
	CSM_STD,
};

static const struct csm_rtype w_user = { .name = "user",
					 .table = "w_users",
					 .section = "people",
					 .label = "User",
					 .plural = "Users",
					 .help = "User",
					 .fields = w_user_fields,
					 .nfields = CSM_COUNT(w_user_fields),
					 .sort = "user_name" };
static const struct csm_rtype w_firm = { .name = "firm",
					 .table = "w_firms",
					 .prefix = "FI",
					 .section = "customers",
					 .label = "Firm",
					 .plural = "Firms",
					 .help = "Firm",
					 .fields = w_firm_fields,
					 .nfields = CSM_COUNT(w_firm_fields),
					 .sort = "name",
					 .derive = "firm.derive",
					 .check = "firm.check",
					 .after = "firm.after" };
static const struct csm_rtype w_site = { .name = "site",
					 .table = "w_sites",
					 .section = "customers",
					 .label = "Site",
					 .plural = "Sites",
					 .help = "Site",
					 .flags = CSM_T_OWNED,
					 .fields = w_site_fields,
					 .nfields = CSM_COUNT(w_site_fields),
					 .sort = "" };
static const struct csm_rtype w_ticket = { .name = "ticket",
					   .table = "w_tickets",
					   .prefix = "TK",
					   .section = "work",
					   .label = "Ticket",
					   .plural = "Tickets",
					   .help = "Ticket",
					   .fields = w_ticket_fields,
					   .nfields = CSM_COUNT(w_ticket_fields),
					   .sort = "",
					   .life = &w_life,
					   .after = "ticket.after" };
static const struct csm_rtype w_memo = { .name = "memo",
					 .table = "w_memos",
					 .section = "work",
					 .label = "Memo",
					 .plural = "Memos",
					 .help = "Memo",
					 .flags = CSM_T_OWNED | CSM_T_JOURNAL,
					 .fields = w_memo_fields,
					 .nfields = CSM_COUNT(w_memo_fields),
					 .sort = "",
					 .after = "memo.after" };
static const struct csm_rtype w_ring = { .name = "ring",
					 .table = "w_rings",
					 .section = "agreements",
					 .label = "Ring",
					 .plural = "Rings",
					 .help = "Ring",
					 .fields = w_ring_fields,
					 .nfields = CSM_COUNT(w_ring_fields),
					 .sort = "",
					 .unique = "a,b" };
static const struct csm_rtype *const w_types[] = { &w_user, &w_firm, &w_site, &w_ticket, &w_memo, &w_ring };
static const struct csm_dict w_dict = { w_types, CSM_COUNT(w_types), NULL, 0 };

/* ---- hooks: they leave their names in a trace ---- */

static char w_trace[4096];

static void w_say(const struct csm_write *w, const char *what)
{
	size_t n = strlen(w_trace);

	snprintf(w_trace + n, sizeof(w_trace) - n, "%s.%s%s ", w->rec->type->name, what,
		 w->insert   ? "+"
		 : w->remove ? "-"
			     : "");
}

static int w_derive(struct csm_write *w, struct csm_err *err)
{
	(void)err;
	w_say(w, "derive");
	if (csm_rec_is(w->rec, FIRM_NAME, "Derived") && !csm_rec_given(w->rec, FIRM_SIZE))
		csm_rec_set_int(w->rec, FIRM_SIZE, 7);
	return CSM_OK;
}

static int w_check(struct csm_write *w, struct csm_err *err)
{
	w_say(w, "check");
	if (csm_rec_is(w->rec, FIRM_NAME, "Forbidden"))
		return csm_fail(err, CSM_E_REFUSED, "the hook forbids it");
	return CSM_OK;
}

static int w_write_site(struct csm_write *w, const char *street, struct csm_err *err)
{
	struct csm_rec *site;
	int rc = csm_store_new(w->store, &w_site, w->rec->arena, &site, err);

	if (rc)
		return rc;
	csm_rec_set_int(site, SITE_FIRM, w->rec->id);
	csm_rec_set_text(site, SITE_STREET, street);
	return csm_store_write(w->store, site, w->mode, -1, err);
}

static int w_after(struct csm_write *w, struct csm_err *err)
{
	w_say(w, "after");
	if (w->remove)
		return CSM_OK;
	if (csm_rec_is(w->rec, FIRM_NAME, "Housed") && w->insert)
		return w_write_site(w, "Main street 1", err);
	if (csm_rec_is(w->rec, FIRM_NAME, "Broken"))
		return csm_fail(err, CSM_E_REFUSED, "the hook fails late");
	if (csm_rec_is(w->rec, FIRM_NAME, "Circle")) {
		csm_rec_set_int(w->rec, FIRM_SEEN, csm_rec_int(w->rec, FIRM_SEEN) + 1);
		return csm_store_write(w->store, w->rec, w->mode, -1, err);
	}
	/* writes itself again, once: old is as it was before the first write */
	if (csm_rec_is(w->rec, FIRM_NAME, "Twice") && csm_rec_changed(w->rec, FIRM_NAME)) {
		csm_rec_set_int(w->rec, FIRM_SEEN, 1);
		return csm_store_write(w->store, w->rec, w->mode, -1, err);
	}
	return CSM_OK;
}

static int w_guard(struct csm_write *w, struct csm_err *err)
{
	w_say(w, "guard");
	if (csm_rec_is(w->rec, TICKET_TITLE, "guarded"))
		return csm_fail(err, CSM_E_REFUSED, "the guard says no to '%s'", w->move->verb);
	return CSM_OK;
}

static int w_effect(struct csm_write *w, struct csm_err *err)
{
	(void)err;
	w_say(w, w->text ? w->text : "effect");
	return CSM_OK;
}

static int w_ticket_after(struct csm_write *w, struct csm_err *err)
{
	(void)err;
	w_say(w, w->move ? w->move->verb : "after");
	return CSM_OK;
}

/* Counts the memos on their ticket, through another object than the one a move holds. */
static int w_memo_after(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *ticket;
	int rc;

	w_say(w, "after");
	if (w->remove)
		return CSM_OK;
	rc = csm_store_need(w->store, &w_ticket, csm_rec_int(w->rec, MEMO_TICKET), w->rec->arena, &ticket,
			    err);
	if (rc)
		return rc;
	csm_rec_set_int(ticket, TICKET_COUNT, csm_rec_int(ticket, TICKET_COUNT) + 1);
	return csm_store_write(w->store, ticket, w->mode, -1, err);
}

static const struct csm_hook w_hooks[] = { { "firm.derive", w_derive },	   { "firm.check", w_check },
					   { "firm.after", w_after },	   { "ticket.guard", w_guard },
					   { "ticket.effect", w_effect },  { "ticket.after", w_ticket_after },
					   { "memo.after", w_memo_after }, { NULL, NULL } };

/* ---- short forms ---- */

/* With the tables of d beside those of the schema, which has the store's own. */
static void w_begin_dict(const struct csm_dict *d)
{
	t_begin(NULL);
	csm_store_close(t_store);
	t_make_tables(d);
	t_env.dict = d;
	t_env.hooks = w_hooks;
	t_open_store();
}

static CSM_UNUSED void w_begin_db(void)
{
	w_begin_dict(&w_dict);
}

/* Another store on the same database: another command. */
static CSM_UNUSED void w_again(void)
{
	csm_store_close(t_store);
	t_open_store();
}

static CSM_UNUSED void w_begin(void)
{
	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
}

static CSM_UNUSED int64_t w_commit(void)
{
	int64_t change = -1;

	csm_err_clear(&t_err);
	if (csm_store_commit(t_store, &change, &t_err))
		t_fail_now("commit");
	return change;
}

static CSM_UNUSED const char *w_msg(void)
{
	static char line[1200];

	return csm_err_text(&t_err, line, sizeof(line));
}

static CSM_UNUSED struct csm_rec *w_new(const struct csm_rtype *t)
{
	struct csm_rec *r;

	csm_err_clear(&t_err);
	if (csm_store_new(t_store, t, t_arena, &r, &t_err))
		t_fail_now("new");
	return r;
}

static CSM_UNUSED struct csm_rec *w_get(const struct csm_rtype *t, int64_t id)
{
	struct csm_rec *r;

	csm_err_clear(&t_err);
	if (csm_store_get(t_store, t, id, t_arena, &r, &t_err))
		t_fail_now("get");
	return r;
}

static CSM_UNUSED int w_write(struct csm_rec *r)
{
	csm_err_clear(&t_err);
	return csm_store_write(t_store, r, CSM_WRITE_NORMAL, -1, &t_err);
}

static CSM_UNUSED int w_import(struct csm_rec *r)
{
	csm_err_clear(&t_err);
	return csm_store_write(t_store, r, CSM_WRITE_IMPORT, -1, &t_err);
}

static CSM_UNUSED int w_give(struct csm_rec *r, int field, const char *text)
{
	csm_err_clear(&t_err);
	return csm_store_set(t_store, r, field, text, &t_err);
}

static CSM_UNUSED int w_move(struct csm_rec *r, const char *verb, const char *text)
{
	csm_err_clear(&t_err);
	return csm_store_move(t_store, r, verb, text, -1, &t_err);
}

/* A firm in a change of its own; returns its id. */
static CSM_UNUSED int64_t w_firm_named(const char *name)
{
	struct csm_rec *r;

	w_begin();
	r = w_new(&w_firm);
	w_give(r, FIRM_NAME, name);
	if (w_write(r))
		t_fail_now(name);
	w_commit();
	return r->id;
}

/* How many firms a look-up by the key finds. */
static CSM_UNUSED unsigned w_firms_with(const char *external_id)
{
	const int field = FIRM_EXTERNAL_ID;
	const struct csm_value v = csm_text(external_id);
	int64_t id;
	unsigned n;

	T_EQ_INT(csm_store_match(t_store, &w_firm, &field, &v, 1, &id, 1, &n, &t_err), CSM_OK);
	return n;
}

static CSM_UNUSED int64_t w_user_named(const char *name)
{
	struct csm_rec *r;

	w_begin();
	r = w_new(&w_user);
	w_give(r, USR_NAME, name);
	if (w_write(r))
		t_fail_now(name);
	w_commit();
	return r->id;
}

static CSM_UNUSED int64_t w_ticket_named(const char *title)
{
	struct csm_rec *r;

	w_begin();
	r = w_new(&w_ticket);
	w_give(r, TICKET_TITLE, title);
	if (w_write(r))
		t_fail_now(title);
	w_commit();
	return r->id;
}

/* "create firm 1-2 {diff};..." of a change, or of a record when change is 0. */
static int w_add_history(void *arg, const struct csm_history *h, struct csm_err *err)
{
	struct csm_buf *b = arg;

	(void)err;
	csm_buf_addf(b, "%s%c %s %" PRId64, b->n ? "; " : "", h->op, h->type->name, h->record);
	if (h->last_record != h->record)
		csm_buf_addf(b, "-%" PRId64, h->last_record);
	if (h->diff)
		csm_buf_addf(b, " %s", h->diff);
	return CSM_OK;
}

static CSM_UNUSED const char *w_history(int64_t change, const struct csm_rtype *t, int64_t id)
{
	struct csm_buf b = CSM_BUF(t_arena);

	csm_err_clear(&t_err);
	if (csm_store_history(t_store, change, t, id, w_add_history, &b, &t_err))
		t_fail_now("history");
	return b.s;
}

/* One number of a query. */
static CSM_UNUSED int64_t w_number(const char *sql)
{
	struct csm_stmt *st;
	int64_t n = -1;
	bool row = false;

	csm_err_clear(&t_err);
	if (csm_db_prepare(t_db, sql, &st, &t_err) || csm_stmt_step(st, &row, &t_err))
		t_fail_now(sql);
	if (row)
		n = csm_stmt_column(st, 0).i;
	csm_stmt_finalize(st);
	return n;
}

#endif
