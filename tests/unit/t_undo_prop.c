/* SPDX-License-Identifier: MIT */
/*
 * t_undo_prop.c - undo on histories made by chance: whatever the later edits and the mode, an undo leaves no reference
 * that leads nowhere and a history that proves itself, a refused one leaves everything as it was, and the undo of an
 * undo brings back every byte.
 */
#include "t_write_help.h"

#define ROUNDS 25
#define CHANGES 14

static uint64_t seed = 1;

static unsigned chance(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % n;
}

/* ---- the database as text ---- */

static void dump_type(struct csm_buf *b, const struct csm_rtype *t)
{
	struct csm_cursor *c;
	const struct csm_query q = { .sort = "" };
	struct csm_rec *r;

	csm_err_clear(&t_err);
	if (csm_store_select(t_store, t, &q, t_arena, &c, &t_err))
		t_fail_now("select");
	while (csm_cursor_next(c, t_arena, &r, &t_err) == CSM_OK && r) {
		csm_buf_addf(b, "%s %d", t->name, (int)r->id);
		for (int f = 0; f < (int)t->nfields - CSM_STD_FIELDS; f++)
			csm_buf_addf(b, " %s", r->v[f].tag == CSM_NULL ? "-" : r->v[f].tag == CSM_INT
				? csm_sprintf(t_arena, "%lld", (long long)r->v[f].i) : r->v[f].s);
		/* made when it was made first, whoever brought it back */
		csm_buf_addf(b, " %lld\n", (long long)csm_rec_int(r, (int)t->nfields - CSM_STD_FIELDS + 1));
	}
	csm_cursor_close(c);
}

static const char *dump(void)
{
	struct csm_buf b = CSM_BUF(t_arena);

	for (size_t i = 0; i < CSM_COUNT(w_types); i++)
		dump_type(&b, w_types[i]);
	return b.s;
}

/* ---- a life ---- */

/* The id of some record of the type, 0: there is none. */
static int64_t some(const struct csm_rtype *t)
{
	return w_number(csm_sprintf(t_arena,
				    "SELECT coalesce((SELECT id FROM %s ORDER BY (id * %u) %% 61 LIMIT 1), 0)", t->table,
				    chance(60) + 1));
}

static void refer(struct csm_rec *r, int field, const struct csm_rtype *t)
{
	int64_t id = chance(4) ? some(t) : 0;

	if (id)
		csm_rec_set_int(r, field, id);
	else if (!(r->type->fields[field].flags & CSM_F_REQUIRED))
		csm_rec_clear(r, field);
}

static void fill(struct csm_rec *r)
{
	const struct csm_rtype *t = r->type;
	int64_t a, b;

	if (t == &w_user) {
		csm_rec_set_text(r, USR_NAME, csm_sprintf(t_arena, "user%u", chance(9)));
	} else if (t == &w_firm) {
		csm_rec_set_text(r, FIRM_NAME, csm_sprintf(t_arena, "Firm %u", chance(99)));
		if (chance(2))
			csm_rec_set_text(r, FIRM_EXTERNAL_ID, csm_sprintf(t_arena, "X%u", chance(9)));
		csm_rec_set_int(r, FIRM_SIZE, chance(5));
		refer(r, FIRM_PARENT, &w_firm);
		refer(r, FIRM_BOSS, &w_user);
		a = some(&w_user);
		b = some(&w_user);
		if (a && b && chance(2))
			csm_rec_set_text(r, FIRM_FANS, a == b ? csm_sprintf(t_arena, ",%d,", (int)a)
							      : csm_sprintf(t_arena, ",%d,%d,", (int)a, (int)b));
	} else if (t == &w_site) {
		if (!r->stored)
			refer(r, SITE_FIRM, &w_firm);
		csm_rec_set_text(r, SITE_STREET, csm_sprintf(t_arena, "Street %u", chance(99)));
	} else if (t == &w_ticket) {
		csm_rec_set_text(r, TICKET_TITLE, csm_sprintf(t_arena, "title %u", chance(99)));
		refer(r, TICKET_FIRM, &w_firm);
		refer(r, TICKET_SITE, &w_site);
	} else if (t == &w_ring) {
		refer(r, RING_A, &w_firm);
		refer(r, RING_B, &w_firm);
	}
}

static struct csm_rec *firm_made(const char *external_id)
{
	struct csm_rec *r = w_new(&w_firm);

	csm_rec_set_text(r, FIRM_NAME, csm_sprintf(t_arena, "Firm %u", chance(99)));
	if (external_id)
		csm_rec_set_text(r, FIRM_EXTERNAL_ID, external_id);
	return w_import(r) ? NULL : r;
}

/* Its key goes to a new firm, and it under another new one; so does a pair, which is a key as well. */
static void hand_over(void)
{
	int64_t id = w_number("SELECT coalesce((SELECT max(id) FROM w_firms WHERE external_id IS NOT NULL), 0)"), pair = some(&w_ring);
	struct csm_rec *over = id ? firm_made(NULL) : NULL, *r = over ? w_get(&w_firm, id) : NULL;
	const char *key = r ? csm_rec_text(r, FIRM_EXTERNAL_ID) : NULL;

	if (!key)
		return;
	csm_rec_set_text(r, FIRM_EXTERNAL_ID, csm_sprintf(t_arena, "X%u", chance(9)));
	csm_rec_set_int(r, FIRM_PARENT, over->id);
	if (!w_import(r))
		(void)firm_made(key);
	r = pair ? w_get(&w_ring, pair) : NULL;
	if (r) {
		const int64_t a = csm_rec_int(r, RING_A), b = csm_rec_int(r, RING_B);

		csm_rec_set_int(r, RING_A, over->id);
		if (w_import(r))
			return;
		r = w_new(&w_ring);
		if (a)
			csm_rec_set_int(r, RING_A, a);
		if (b)
			csm_rec_set_int(r, RING_B, b);
		(void)w_import(r);
	}
}

/* One write, or what the rules refuse of it, inside a change. */
static void act(void)
{
	static const struct csm_rtype *const types[] = { &w_user, &w_firm, &w_firm, &w_site, &w_ticket, &w_ring };
	const struct csm_rtype *t = types[chance(CSM_COUNT(types))];
	unsigned what = chance(10);
	int64_t id = some(t);
	struct csm_rec *r = id && what > 3 ? w_get(t, id) : NULL;

	if (what == 7) {
		hand_over();
	} else if (what == 9 && r) {
		csm_err_clear(&t_err);
		(void)csm_store_delete(t_store, r, -1, &t_err);
	} else if (what == 8 && r && t == &w_ticket) {
		(void)w_move(r, "remark", "said");
	} else {
		r = r ? r : w_new(t);
		fill(r);
		(void)(chance(2) ? w_write(r) : w_import(r));
	}
}

static void live(void)
{
	unsigned n = 1 + chance(8);

	w_begin();
	while (n--)
		act();
	t_env.now += 60;
	/* a write that failed after its first row: nobody can have committed that */
	if (csm_store_failed(t_store))
		csm_store_rollback(t_store);
	else
		w_commit();
	w_again();
}

/* ---- what must hold ---- */

static void whole(const char *when)
{
	if (csm_store_verify(t_store, NULL, &t_err) != CSM_OK)
		t_fail_now(when);
	T_EQ_INT(w_number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
	T_EQ_INT(w_number("SELECT count(*) FROM w_firms f JOIN json_each('[' || trim(f.fans, ',') || ']') e "
			  "WHERE f.fans IS NOT NULL AND e.value NOT IN (SELECT id FROM w_users)"), 0);
	T_EQ_INT(csm_store_check_data(t_store, NULL, &t_err), CSM_OK);
}

static char why[1200];	/* of the last refusal */

static int64_t undo(const char *ids, enum csm_undo_mode mode, int *code)
{
	struct csm_undo_opts o = { .ids = ids, .mode = mode };
	int64_t undone;

	w_begin();
	csm_err_clear(&t_err);
	*code = csm_store_take_back(t_store, &o, &undone, &t_err);
	if (!*code) {
		undone = w_commit();
	} else {
		snprintf(why, sizeof(why), "%s", w_msg());
		csm_store_rollback(t_store);
	}
	w_again();
	return *code ? 0 : undone;
}

static const char *number(int64_t id)
{
	return csm_sprintf(t_arena, "%lld", (long long)id);
}

/* Undo of an undo, of that, and so on, each the other way. */
static void back_and_forth(int64_t change, const char *before, const char *after)
{
	unsigned n = 1 + chance(4);
	int code;

	for (bool back = true; n--; back = !back) {
		const char *now;

		change = undo(number(change), CSM_UNDO_REFUSE, &code);
		if (code)
			t_fail_now(why);
		now = dump();
		T_EQ_STR(now, back ? before : after);
		whole(back ? "after the undo of an undo" : "after the redo");
	}
}

static unsigned done[3], refused[3];

static void one(void)
{
	enum csm_undo_mode mode = (enum csm_undo_mode)chance(3);
	int64_t first = w_number("SELECT min(id) FROM changes WHERE undone_by IS NULL"),
		id = w_number(csm_sprintf(t_arena,
					  "SELECT id FROM changes WHERE undone_by IS NULL ORDER BY (id * %u) %% 97 LIMIT 1",
					  chance(90) + 1)),
		other = w_number(csm_sprintf(t_arena,
					     "SELECT coalesce(min(id), 0) FROM changes WHERE undone_by IS NULL AND undoes IS "
					     "NULL AND id > %d", (int)id));
	const char *before = dump(), *after, *ids = number(id);
	int64_t change;
	int code;

	/* several in one, as of a load in batches */
	if (other && chance(3) == 0 && first)
		ids = csm_sprintf(t_arena, "%d,%d", (int)id, (int)other);
	change = undo(ids, mode, &code);
	after = dump();
	if (code) {
		T_EQ_INT(code, CSM_E_CONFLICT);
		T_OK(mode != CSM_UNDO_KEEP);
		if (mode == CSM_UNDO_KEEP)
			printf("  %s\n", why);
		T_EQ_STR(after, before);
		refused[mode]++;
		return;
	}
	done[mode]++;
	whole("after an undo");
	back_and_forth(change, before, after);
}

/* The last change of all has no later one: every mode brings back what was there before it. */
static void last_one(void)
{
	const char *before = dump(), *after;
	int64_t was = w_number("SELECT max(id) FROM changes"), change;
	int code;

	live();
	if (w_number("SELECT max(id) FROM changes") == was)
		return;
	after = dump();
	change = undo(number(was + 1), (enum csm_undo_mode)chance(3), &code);
	if (code)
		t_fail_now(why);
	T_EQ_STR(dump(), before);
	whole("after the undo of the last change");
	back_and_forth(change, after, before);
}

static void life(void)
{
	w_begin_db();
	t_env.backdate = true;
	w_again();
	for (unsigned i = 0; i < CHANGES; i++)
		live();
	for (unsigned i = 0; i < 4; i++) {
		struct csm_mark mark = csm_arena_mark(t_arena);

		one();
		last_one();
		csm_arena_rewind(t_arena, mark);
	}
	t_end();
}

int main(void)
{
	const char *rounds = getenv("CSM_TEST_ROUNDS");
	long n = rounds ? strtol(rounds, NULL, 10) : ROUNDS;

	if (getenv("CSM_TEST_SEED"))
		seed = strtoull(getenv("CSM_TEST_SEED"), NULL, 10);
	for (long i = 0; i < n; i++)
		life();
	/* each mode was seen to work, and where it may refuse to refuse */
	T_OK(done[CSM_UNDO_REFUSE] && done[CSM_UNDO_FORCE] && done[CSM_UNDO_KEEP]);
	T_OK(refused[CSM_UNDO_REFUSE] && refused[CSM_UNDO_FORCE]);
	printf("  done %u %u %u, refused %u %u\n", done[0], done[1], done[2], refused[0], refused[1]);
	T_DONE();
}
