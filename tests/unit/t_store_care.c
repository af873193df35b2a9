/* SPDX-License-Identifier: MIT */
/*
 * t_store_care.c - the write path where the rows are wrong, where somebody wrote past it, and where lists and
 * whole trees of records are deleted.
 */
#include "t_write_help.h"

static int note(void *arg, char severity, const struct csm_err *err)
{
	char line[1200];

	(void)severity;
	csm_buf_addf(arg, "%s\n", csm_err_text(err, line, sizeof(line)));
	return 0;
}

static void note_all(void *arg, char severity, const struct csm_err *err)
{
	note(arg, severity, err);
}

static const char *findings(int want)
{
	struct csm_buf b = CSM_BUF(t_arena);
	const struct csm_diag diag = { note_all, &b };

	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_verify(t_store, &diag, &t_err), want);
	return b.s;
}

static const char *conflicts(int64_t change, int want)
{
	struct csm_buf b = CSM_BUF(t_arena);
	const struct csm_diag diag = { note_all, &b };

	w_begin();
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_undo(t_store, change, NULL, &diag, &t_err), want);
	csm_store_rollback(t_store);
	return b.s;
}

static int64_t last_change(void)
{
	return w_number("SELECT max(id) FROM changes");
}

/* ---- rows of the dictionary that csm_dict_check would not let pass ---- */

enum { ODD_STATE, ODD_DAY, ODD_BY, ODD_STAMP, ODD_LOST, ODD_VERSION };
static const struct csm_field odd_fields[] = {
	F("state", CSM_K_ENUM, 0, .choices = w_states),
	F("day", CSM_K_DATE, 0, .max_len = 0),
	F("by_name", CSM_K_TEXT, 0, .def = "@actor"),
	F("stamp", CSM_K_DATE, 0, .def = "@now"),
	F("lost", CSM_K_REF, CSM_F_NOINDEX, .target = "nosuch"),
	CSM_STD,
};
static const struct csm_move odd_moves[] = {
	{ .verb = "fine",
	  .from = "new",
	  .to = "open",
	  .who = CSM_WHO_AGENT,
	  .sets = "day=@today,by_name=@actor",
	  .help = "x" },
	{ .verb = "poke", .from = "open", .who = CSM_WHO_AGENT, .sets = "day=@now,by_name=Bob", .help = "x" },
	{ .verb = "bad_needs", .from = "open", .who = CSM_WHO_AGENT, .needs = "nosuch", .help = "x" },
	{ .verb = "bad_sets", .from = "open", .who = CSM_WHO_AGENT, .sets = "nosuch=1", .help = "x" },
	{ .verb = "bad_value", .from = "open", .who = CSM_WHO_AGENT, .sets = "day=never", .help = "x" },
	{ .verb = "bad_text",
	  .from = "open",
	  .who = CSM_WHO_AGENT,
	  .text = "memo",
	  .text_as = "nosuch",
	  .help = "x" },
	{ .verb = NULL }
};
static const struct csm_lifecycle odd_life = { "state", w_life_states, odd_moves };
static const struct csm_lifecycle stray_life = { "nosuch", w_life_states, odd_moves };
static const struct csm_rtype odd = {
	.name = "odd", .table = "w_odds", .section = "work", .label = "Odd", .plural = "Odds", .help = "Odd",
	.fields = odd_fields, .nfields = CSM_COUNT(odd_fields), .sort = "", .life = &odd_life
};
static const struct csm_rtype stray = { .name = "stray",
					.table = "w_odds",
					.section = "work",
					.label = "Stray",
					.plural = "Strays",
					.help = "Stray",
					.fields = odd_fields,
					.nfields = CSM_COUNT(odd_fields),
					.sort = "",
					.life = &stray_life };
static const struct csm_rtype loose = { .name = "loose",
					.table = "w_odds",
					.section = "work",
					.label = "Loose",
					.plural = "Loose",
					.help = "Loose",
					.fields = odd_fields,
					.nfields = CSM_COUNT(odd_fields),
					.sort = "",
					.unique = "day,nosuch" };

/* ---- a list that is cleared, a tree that goes as a whole ---- */

enum { NODE_UP, NODE_SEEN_BY, NODE_PEERS, NODE_NEEDS, NODE_VERSION };
static const struct csm_field node_fields[] = {
	F("up", CSM_K_REF, CSM_F_OWNER, .target = "node", .ondel = CSM_ON_CASCADE),
	F("seen_by", CSM_K_REF, 0, .target = "node", .ondel = CSM_ON_RESTRICT),
	F("peers", CSM_K_REF_LIST, 0, .target = "node", .ondel = CSM_ON_CLEAR),
	F("needs", CSM_K_REF, CSM_F_REQUIRED, .target = "user", .ondel = CSM_ON_CLEAR),
	CSM_STD,
};
static const struct csm_rtype node = { .name = "node",
				       .table = "w_nodes",
				       .prefix = "ND",
				       .section = "work",
				       .label = "Node",
				       .plural = "Nodes",
				       .help = "Node",
				       .flags = CSM_T_OWNED,
				       .fields = node_fields,
				       .nfields = CSM_COUNT(node_fields),
				       .sort = "" };
static const struct csm_rtype *const types[] = { &w_user, &w_firm, &w_site, &w_ticket,
						 &w_memo, &w_ring, &odd,    &node };
static const struct csm_dict dict = { types, CSM_COUNT(types), NULL, 0 };

static void test_odd(void)
{
	struct csm_rec *r;

	w_begin();
	r = w_new(&odd);
	T_EQ_STR(csm_rec_text(r, ODD_BY), "root");
	T_EQ_STR(csm_rec_text(r, ODD_STAMP), "2024-06-01");
	csm_rec_clear(r, ODD_STATE);		/* comes back by itself */
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_STR(csm_rec_text(r, ODD_STATE), "new");
	T_EQ_INT(w_move(r, "poke", NULL), CSM_E_REFUSED);
	T_EQ_STR(w_msg(), "odd #1: state: 'new' does not allow 'poke' (allowed: fine)");
	T_EQ_INT(w_move(r, "fine", NULL), CSM_OK);
	T_EQ_STR(csm_rec_text(r, ODD_DAY), "2024-06-01");
	T_EQ_INT(w_move(r, "poke", NULL), CSM_OK);
	T_EQ_STR(csm_rec_text(r, ODD_BY), "Bob");
	T_EQ_INT(w_move(r, "bad-needs", NULL), CSM_E_INTERNAL);
	T_EQ_INT(w_move(r, "bad-sets", NULL), CSM_E_INTERNAL);
	T_EQ_INT(w_move(r, "bad-value", NULL), CSM_E_INVALID);
	T_EQ_INT(w_move(r, "bad-text", NULL), CSM_OK);
	w_commit();
	w_begin();
	T_EQ_INT(w_move(r, "bad-text", "said"), CSM_E_INTERNAL);
	csm_store_rollback(t_store);

	w_begin();
	r = w_new(&odd);
	csm_rec_set_int(r, ODD_LOST, 3);
	T_EQ_INT(w_write(r), CSM_E_INTERNAL);
	r = w_new(&stray);
	T_EQ_INT(w_write(r), CSM_E_INTERNAL);
	r->stored = true;
	T_EQ_INT(w_move(r, "fine", NULL), CSM_E_INTERNAL);
	r = w_new(&loose);
	csm_rec_set_text(r, ODD_DAY, "2024-01-01");
	T_EQ_INT(w_write(r), CSM_E_INTERNAL);
	/* without the store's defaults: what every row must have is filled */
	r = csm_rec_new(t_arena, &w_user);
	csm_rec_set_text(r, USR_NAME, "bare");
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_INT(csm_rec_int(r, USR_VERSION), 1);
	T_EQ_INT(csm_rec_int(r, USR_VERSION + 1), T_NOW);
	r = w_new(&w_site);
	r->id = INT64_C(1) << 55;
	csm_rec_set_int(r, SITE_FIRM, 1);
	csm_rec_set_text(r, SITE_STREET, "far");
	T_EQ_INT(w_import(r), CSM_E_INVALID);
	T_EQ_STR(w_msg(), "site #36028797018963968: #36028797018963968 is no number a record can have (at most 12 digits)");
	w_commit();
}

static struct csm_rec *put_node(int64_t up, const char *peers, int64_t seen_by)
{
	struct csm_rec *r = w_new(&node);

	if (up)
		csm_rec_set_int(r, NODE_UP, up);
	if (peers)
		csm_rec_set_text(r, NODE_PEERS, peers);
	if (seen_by)
		csm_rec_set_int(r, NODE_SEEN_BY, seen_by);
	csm_rec_set_int(r, NODE_NEEDS, 1);
	if (w_write(r))
		t_fail_now("node");
	return r;
}

static void test_trees(void)
{
	int64_t gone, n;

	w_begin();
	put_node(0, NULL, 0);
	for (int i = 2; i <= 60;
	     i++) /* each seen by one before or after: the order of the rows is against them */
		put_node(i < 30 ? 1 : i - 20, NULL, i / 2);
	put_node(0, NULL, 0);
	put_node(0, ",1,61,", 0);
	put_node(0, ",1,", 0);
	w_commit();
	w_begin();
	T_EQ_INT(csm_store_delete(t_store, w_get(&node, 1), -1, &t_err), CSM_OK);
	gone = w_commit();
	T_EQ_INT(w_number("SELECT count(*) FROM w_nodes"), 3);
	T_EQ_STR(csm_rec_text(w_get(&node, 62), NODE_PEERS), ",61,");
	T_OK(csm_rec_null(w_get(&node, 63), NODE_PEERS));
	n = w_number("SELECT count(*) FROM history");
	T_OK(n > 60);
	findings(CSM_OK);
	w_begin();
	T_EQ_INT(csm_store_undo(t_store, gone, NULL, NULL, &t_err), CSM_OK);
	w_commit();
	T_EQ_INT(w_number("SELECT count(*) FROM w_nodes"), 63);
	T_EQ_STR(csm_rec_text(w_get(&node, 62), NODE_PEERS), ",1,61,");
	T_EQ_INT(csm_rec_int(w_get(&node, 60), NODE_SEEN_BY), 30);
	findings(CSM_OK);

	/* what must have a value cannot be cleared */
	w_begin();
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_delete(t_store, w_get(&w_user, 1), -1, &t_err), CSM_E_REFUSED);
	T_EQ_STR(w_msg(), "user bare: node ND0000001 needs it as its needs");
	csm_store_rollback(t_store);
}

/* A hook takes away the record that is being written, another one that is being deleted. */
static int delete_it(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r;
	int rc;

	if (w->remove || !csm_rec_is(w->rec, FIRM_NAME, "Suicide"))
		return CSM_OK;
	rc = csm_store_need(w->store, &w_firm, w->rec->id, w->rec->arena, &r, err);
	return rc ? rc : csm_store_delete(w->store, r, -1, err);
}

static int pass(struct csm_write *w, struct csm_err *err)
{
	(void)w, (void)err;
	return CSM_OK;
}

static const struct csm_hook deadly[] = {
	{ "firm.derive", pass }, { "firm.check", pass }, { "firm.after", delete_it }, { NULL, NULL }
};

static void test_gone_by_hook(void)
{
	struct csm_rec *r;
	int64_t change;

	t_env.hooks = deadly;
	w_again();
	w_begin();
	r = w_new(&w_firm);
	csm_rec_set_text(r, FIRM_NAME, "Suicide");
	T_EQ_INT(w_write(r), CSM_OK);
	T_OK(!r->stored);
	change = w_commit();
	T_OK(strncmp(w_history(change, NULL, 0), "c firm 1; d firm 1 {", 20) == 0);
	findings(CSM_OK);
	/* created and deleted in one change: nothing to take back, and it can be taken back */
	w_begin();
	T_EQ_INT(csm_store_undo(t_store, change, NULL, NULL, &t_err), CSM_OK);
	T_EQ_INT(w_commit(), change + 1);
	findings(CSM_OK);
	t_env.hooks = w_hooks;
	w_again();
}

/* ---- somebody wrote past the store ---- */

static void set_size(int64_t id, const char *size)
{
	struct csm_rec *r = w_get(&w_firm, id);

	w_begin();
	w_give(r, FIRM_SIZE, size);
	if (w_write(r))
		t_fail_now(size);
	w_commit();
}

static void test_past_undo(void)
{
	int64_t id = w_firm_named("Past"), sized, pinned, bossed, gone;
	struct csm_rec *r;

	set_size(id, "5");
	sized = last_change();
	t_exec("UPDATE w_firms SET size = NULL WHERE name = 'Past'");
	T_EQ_STR(conflicts(sized, CSM_E_CONFLICT),
		 csm_sprintf(t_arena, "firm FI%07d: size: is nothing, not '5' as the change left it\n",
			     (int)id));
	t_exec("UPDATE w_firms SET size = 5 WHERE name = 'Past'");
	w_begin();
	r = w_get(&w_firm, id);
	w_give(r, FIRM_PIN, "1234");
	T_EQ_INT(w_write(r), CSM_OK);
	pinned = w_commit();
	w_begin();
	w_give(r, FIRM_BOSS, "bare");
	T_EQ_INT(w_write(r), CSM_OK);
	bossed = w_commit();
	t_exec("UPDATE w_firms SET pin = '4321', boss = NULL WHERE name = 'Past'");
	T_OK(strstr(conflicts(pinned, CSM_E_CONFLICT), "pin: is 'another secret', not") == NULL);
	T_OK(strstr(conflicts(pinned, CSM_E_CONFLICT),
		    "pin: is another secret, not another secret as the change left it") != NULL);
	T_OK(strstr(conflicts(bossed, CSM_E_CONFLICT),
		    "boss: is nothing, not 'bare' as the change left it") != NULL);
	t_exec("UPDATE w_firms SET pin = '1234', boss = 1 WHERE name = 'Past'");
	findings(CSM_OK);

	w_begin();
	T_EQ_INT(csm_store_delete(t_store, w_get(&w_firm, id), -1, &t_err), CSM_OK);
	gone = w_commit();
	t_exec(csm_sprintf(t_arena,
			   "INSERT INTO w_firms (id, name, active, version, created_at, updated_at) VALUES "
			   "(%d, 'Squatter', 1, 1, "
			   "1, 1)",
			   (int)id));
	T_EQ_STR(conflicts(gone, CSM_E_CONFLICT),
		 csm_sprintf(t_arena, "firm FI%07d: is stored again already\n", (int)id));
	t_exec("DELETE FROM w_firms WHERE name = 'Squatter'");
	w_begin();
	T_EQ_INT(csm_store_undo(t_store, gone, NULL, NULL, &t_err), CSM_OK);
	w_commit();
	t_exec("DELETE FROM w_firms WHERE name = 'Past'");
	T_EQ_STR(conflicts(sized, CSM_E_CONFLICT),
		 csm_sprintf(t_arena, "firm FI%07d: is not there any more\n", (int)id));
}

static void test_past_verify(void)
{
	int64_t id, change;
	struct csm_rec *r;

	w_begin();
	for (int i = 0; i < 3; i++) {
		r = w_new(&w_firm);
		csm_rec_set_text(r, FIRM_NAME, "Run");
		T_EQ_INT(w_write(r), CSM_OK);
	}
	id = r->id;
	change = w_commit();
	t_exec(csm_sprintf(t_arena, "UPDATE w_firms SET name = 'Ran' WHERE id = %d", (int)id - 1));
	T_OK(strstr(findings(CSM_NO),
		    csm_sprintf(
			    t_arena,
			    "firm FI%07d: or one of the 3 records created with it is not what history says",
			    (int)id - 2)) != NULL);
	t_exec(csm_sprintf(t_arena, "UPDATE w_firms SET name = 'Run' WHERE id = %d", (int)id - 1));
	set_size(id, "3");
	t_exec(csm_sprintf(t_arena, "UPDATE history SET diff = '{\"nosuch\":[1,2]}' WHERE change = %d",
			   (int)change + 1));
	T_OK(strstr(findings(CSM_NO), "names a field that a firm no longer has") != NULL);
	t_exec(csm_sprintf(t_arena, "UPDATE history SET diff = '{\"size\":[null,3]}' WHERE change = %d",
			   (int)change + 1));
	t_exec(csm_sprintf(t_arena, "UPDATE history SET op = 'vanish' WHERE change = %d", (int)change));
	T_OK(strstr(findings(CSM_NO), "has the operation 'vanish'") != NULL);
	t_exec(csm_sprintf(t_arena, "UPDATE history SET op = 'create' WHERE change = %d", (int)change));
	t_exec(csm_sprintf(t_arena, "UPDATE changes SET hash = NULL, parent_hash = NULL WHERE id = %d",
			   (int)change));
	T_OK(strstr(findings(CSM_NO), "hash: does not fit") != NULL);
}

static void test_past_counter(void)
{
	struct csm_rec *r;

	w_begin();
	r = w_new(&w_firm);
	csm_rec_set_text(r, FIRM_NAME, "Count");
	T_EQ_INT(w_write(r), CSM_OK);
	t_exec("DELETE FROM counters WHERE type = 'firm'");
	T_EQ_INT(csm_store_commit(t_store, NULL, &t_err), CSM_E_DAMAGED);
	T_EQ_STR(w_msg(), "the counter of type firm is missing");
	T_OK(!csm_store_writing(t_store));
}

int main(void)
{
	w_begin_dict(&dict);
	test_odd();
	test_trees();
	test_gone_by_hook();
	test_past_undo();
	test_past_verify();
	test_past_counter();
	t_end();
	T_DONE();
}
