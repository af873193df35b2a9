/* SPDX-License-Identifier: MIT */
/* t_store_asof.c - records of the past: a random life of a few records, each moment of it read again at the
 * end and held against what was stored then. */
#include "t_write_help.h"

#define CHANGES 120
#define IDS 40	/* looked at of each type */

static const struct csm_rtype *const KINDS[] = { &w_firm, &w_site, &w_ring };

static uint64_t seed = 20240601;
static int64_t clock_now = T_NOW;

static unsigned roll(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % n;
}

static void as_of(int64_t change)
{
	csm_err_clear(&t_err);
	if (csm_store_as_of(t_store, change, &t_err))
		t_fail_now("as of");
}

/* The next command, a while later, by somebody else now and then. */
static void next_command(void)
{
	clock_now += 1 + roll(5000);
	t_env.now = clock_now;
	t_env.os_user = roll(3) ? "root" : "other";
	w_again();
	w_begin();
}

/* ---- what a moment looks like ---- */

static void put_rec(struct csm_buf *b, const struct csm_rec *r)
{
	csm_buf_addf(b, "%s %d:", r->type->name, (int)r->id);
	for (unsigned i = 0; i < r->type->nfields; i++) {
		const struct csm_value *v = &r->v[i];

		T_OK(csm_value_eq(v, &r->old[i]));
		if (v->tag == CSM_TEXT || v->tag == CSM_MONEY)
			csm_buf_addf(b, " %s", v->s);
		if (v->tag == CSM_INT || v->tag == CSM_MONEY)
			csm_buf_addf(b, " %lld", (long long)v->i);
		csm_buf_addc(b, ',');
	}
	csm_buf_addc(b, '\n');
}

static void put_children(struct csm_buf *b, struct csm_arena *a, const struct csm_rtype *t, int field,
			 int64_t id)
{
	struct csm_rec **rows;
	unsigned n;

	if (csm_store_children(t_store, t, field, id, a, &rows, &n, &t_err))
		t_fail_now("children");
	csm_buf_addf(b, "%s.%s %d:", t->name, t->fields[field].name, (int)id);
	for (unsigned i = 0; i < n; i++)
		csm_buf_addf(b, " %d/v%d", (int)rows[i]->id,
			     (int)csm_rec_int(rows[i], csm_field_index(t, "version")));
	csm_buf_addc(b, '\n');
}

/* The first record that text names: by number, key or title, as it was called then. */
static void put_found(struct csm_buf *b, struct csm_arena *a, const struct csm_rec *r)
{
	static const int ab[] = { RING_A, RING_B };
	int64_t id = 0, ids[IDS];
	unsigned n = 0;
	int rc = CSM_OK;

	csm_err_clear(&t_err);
	if (r->type == &w_firm) {
		rc = csm_store_find(t_store, r->type, csm_rec_text(r, FIRM_NAME), &id, &t_err);
		T_OK((rc == CSM_OK && id == r->id) || rc == CSM_E_CONFLICT);
		T_EQ_INT(csm_store_find(t_store, r->type, csm_rec_text(r, FIRM_NUMBER), &id, &t_err), CSM_OK);
		T_EQ_INT(id, r->id);
		csm_buf_addf(b, "found %d\n", rc);
	} else if (r->type == &w_ring) {
		const struct csm_value v[] = { r->v[RING_A], r->v[RING_B] };

		T_EQ_INT(csm_store_match(t_store, r->type, ab, v, 2, ids, IDS, &n, &t_err), CSM_OK);
		csm_buf_addf(b, "alike: %u of %s\n", n, csm_rec_key(a, r));
	}
}

/* Every record, who belongs to whom, and what a path leads to. */
static const char *picture(struct csm_arena *out)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(t_arena);
	struct csm_buf b = CSM_BUF(a);
	struct csm_path path;

	if (csm_path_parse(a, &w_dict, &w_ring, "a.parent.name", &path, &t_err))
		t_fail_now("path");
	for (size_t k = 0; k < CSM_COUNT(KINDS); k++) {
		for (int64_t id = 1; id <= IDS; id++) {
			const struct csm_rec *end;
			struct csm_rec *r;

			if (csm_store_get(t_store, KINDS[k], id, a, &r, &t_err))
				t_fail_now("get");
			if (r) {
				put_rec(&b, r);
				put_found(&b, a, r);
			}
			if (!r || KINDS[k] != &w_ring)
				continue;
			if (csm_store_follow(t_store, r, &path, a, &end, &t_err))
				t_fail_now("follow");
			csm_buf_addf(&b, "leads to %s\n", end ? csm_rec_text(end, FIRM_NAME) : "nothing");
		}
	}
	for (int64_t id = 1; id <= IDS; id++) {
		put_children(&b, a, &w_site, SITE_FIRM, id);
		put_children(&b, a, &w_ring, RING_A, id);
		put_children(&b, a, &w_ring, RING_B, id);
		put_children(&b, a, &w_firm, FIRM_PARENT, id);
	}
	return csm_strdup(out, b.s);
}

/* ---- a random life ---- */

static struct csm_rec *pick(const struct csm_rtype *t)
{
	for (int i = 0; i < 20; i++) {
		struct csm_rec *r = w_get(t, 1 + roll(IDS));

		if (r)
			return r;
	}
	return NULL;
}

static void some_firm(struct csm_rec *r, int field)
{
	struct csm_rec *firm = roll(4) ? pick(&w_firm) : NULL;

	if (firm && firm->id != r->id)
		csm_rec_set_int(r, field, firm->id);
	else if (!(r->type->fields[field].flags & CSM_F_REQUIRED))
		csm_rec_clear(r, field);
}

static void fill(struct csm_rec *r)
{
	char word[20];

	snprintf(word, sizeof(word), "w%u", roll(100000));
	if (r->type == &w_firm) {
		csm_rec_set_text(r, FIRM_NAME, word);
		csm_rec_set_int(r, FIRM_SIZE, roll(1000));
		csm_rec_set_int(r, FIRM_ACTIVE, roll(2));
		if (roll(2))
			csm_rec_set(r, FIRM_BUDGET, (struct csm_value){ CSM_MONEY, roll(100000), "EUR" });
		else
			csm_rec_clear(r, FIRM_BUDGET);
		csm_rec_set_text(r, FIRM_PIN, word);
		if (!r->stored)
			some_firm(r, FIRM_PARENT);
	} else if (r->type == &w_site) {
		csm_rec_set_text(r, SITE_STREET, word);
		if (!r->stored)
			some_firm(r, SITE_FIRM);
	} else {
		some_firm(r, RING_A);
		some_firm(r, RING_B);
	}
}

/* A write that is refused by a rule leaves the change as it was. */
static void one_step(void)
{
	const struct csm_rtype *t = KINDS[roll(CSM_COUNT(KINDS))];
	struct csm_rec *r = roll(3) ? pick(t) : NULL;

	if (r && roll(4) == 0) {
		csm_err_clear(&t_err);
		(void)csm_store_delete(t_store, r, -1, &t_err);
		return;
	}
	if (!r)
		r = w_new(t);
	fill(r);
	(void)w_write(r);
}

static int64_t one_change(void)
{
	int64_t last = w_number("SELECT coalesce(max(id), 0) FROM changes"), undone;

	next_command();
	if (last > 5 && roll(6) == 0) {
		csm_err_clear(&t_err);
		if (csm_store_undo(t_store, last - roll(4), &undone, NULL, &t_err)) {
			csm_store_rollback(t_store);
			return 0;
		}
	} else {
		for (unsigned n = 1 + roll(5); n; n--)
			one_step();
	}
	if (csm_store_failed(t_store)) {
		csm_store_rollback(t_store);
		return 0;
	}
	return w_commit();
}

static int add_history(void *arg, const struct csm_history *h, struct csm_err *err)
{
	struct csm_buf *b = arg;
	struct csm_change c;
	int rc = csm_store_change(t_store, h->change, b->arena, &c, err);

	csm_buf_addf(b, "%c%d%s ", h->op, (int)h->change, c.undone_by ? "-" : c.undoes ? "u" : "");
	return rc;
}

/* What the log says of the first firms; of each change whether it is in force. */
static const char *story(struct csm_arena *out)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(t_arena);
	struct csm_buf b = CSM_BUF(a);

	for (int64_t id = 1; id < 6; id++)
		if (csm_store_history(t_store, 0, &w_firm, id, add_history, &b, &t_err))
			t_fail_now("history");
	return csm_strdup(out, b.s);
}

static const char *pictures[CHANGES + 1], *stories[CHANGES + 1];
static int64_t moments[CHANGES + 1];

/* The ids that a picture has otherwise than another one are among the touched ones. */
static void check_touched(const struct csm_rtype *t, int64_t change)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(t_arena);
	int64_t *ids, *changes;
	size_t n, nchanges, at = 0;

	T_EQ_INT(csm_store_touched(t_store, t, change, a, &ids, &n, &t_err), CSM_OK);
	T_EQ_INT(csm_store_changes_of(t_store, t, a, &changes, &nchanges, &t_err), CSM_OK);
	for (size_t i = 1; i < n; i++)
		T_OK(ids[i - 1] < ids[i]);
	for (size_t i = 1; i < nchanges; i++)
		T_OK(changes[i - 1] < changes[i]);
	T_OK((n > 0) == (nchanges && changes[nchanges - 1] > change));
	for (int64_t id = 1; id <= IDS; id++) {
		bool touched = w_number(csm_sprintf(a,
						    "SELECT count(*) FROM history WHERE type = '%s' AND "
						    "change > %d AND record <= %d AND last_record >= %d",
						    t->name, (int)change, (int)id, (int)id)) > 0;

		while (at < n && ids[at] < id)
			at++;
		T_OK(touched == (at < n && ids[at] == id));
	}
}

static void check_moments(void)
{
	const int step = t_step(7);

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < CHANGES; i += step) {
			struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(t_arena);
			int c = round ? (int)roll(CHANGES) : i;

			as_of(moments[c]);
			T_EQ_INT(csm_store_moment(t_store), moments[c]);
			T_EQ_STR(picture(a), pictures[c]);
			T_EQ_STR(story(a), stories[c]);
			if (i % (10 * step))
				continue;
			as_of(CSM_STORE_PRESENT);
			T_EQ_STR(picture(a), pictures[CHANGES - 1]);
		}
	}
	as_of(CSM_STORE_PRESENT);
}

static void test_life(void)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(t_arena);
	int64_t deletions, change;
	int made = 0;

	for (int tries = 0; made < CHANGES && tries < 10 * CHANGES; tries++) {
		change = one_change();
		if (!change)
			continue;
		moments[made] = change;
		stories[made] = story(t_arena);
		pictures[made++] = picture(t_arena);
	}
	T_EQ_INT(made, CHANGES);
	deletions = w_number("SELECT count(*) FROM history WHERE op = 'delete'");
	T_OK(deletions > 20);
	T_OK(w_number("SELECT count(*) FROM history h WHERE op = 'create' AND EXISTS (SELECT 1 FROM "
		      "history d WHERE d.type = h.type AND d.record = h.record AND d.op = 'delete' AND d.id "
		      "< h.id)") > 0);
	check_moments();
	for (int i = 0; i < CHANGES; i += 20)
		for (size_t k = 0; k < CSM_COUNT(KINDS); k++)
			check_touched(KINDS[k], moments[i]);
	as_of(0);
	T_EQ_INT(csm_store_find(t_store, &w_firm, "FI0000001", &change, &t_err), CSM_E_NOTFOUND);
	T_OK(strncmp(picture(a), "site.firm 1:", 12) == 0);
	as_of(moments[CHANGES - 1] + 100);
	T_EQ_STR(picture(a), pictures[CHANGES - 1]);
	as_of(CSM_STORE_PRESENT);
}

/* The past is what it was while a change is being written, and its own rows are not in it yet. */
static void test_while_writing(void)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(t_arena);
	int64_t change = moments[CHANGES - 1], *ids;
	struct csm_rec *made, *kept = NULL;
	const char *name;
	size_t n;

	next_command();
	made = w_new(&w_firm);
	csm_rec_set_text(made, FIRM_NAME, "Fresh");
	T_EQ_INT(w_write(made), CSM_OK);
	as_of(change);
	T_OK(w_get(&w_firm, made->id) == NULL);
	T_EQ_STR(picture(a), pictures[CHANGES - 1]);
	as_of(CSM_STORE_PRESENT);
	T_OK(w_get(&w_firm, made->id) != NULL);
	kept = pick(&w_firm);
	name = csm_rec_text(kept, FIRM_NAME);
	csm_rec_set_text(kept, FIRM_NAME, "Other");
	T_EQ_INT(w_write(kept), CSM_OK);
	as_of(change);
	T_EQ_STR(csm_rec_text(w_get(&w_firm, kept->id), FIRM_NAME), name);
	T_EQ_STR(picture(a), pictures[CHANGES - 1]);
	as_of(moments[CHANGES / 2]);
	T_EQ_STR(picture(a), pictures[CHANGES / 2]);
	as_of(CSM_STORE_PRESENT);
	T_EQ_STR(csm_rec_text(w_get(&w_firm, kept->id), FIRM_NAME), "Other");
	T_EQ_INT(csm_store_touched(t_store, &w_firm, change, a, &ids, &n, &t_err), CSM_OK);
	T_EQ_INT((int)n, 2);
	T_OK((ids[0] == kept->id && ids[1] == made->id) || (ids[1] == kept->id && ids[0] == made->id));
	T_EQ_INT(csm_store_touched(t_store, &w_firm, change + 1, a, &ids, &n, &t_err), CSM_OK);
	T_EQ_INT((int)n, 0);
	csm_store_rollback(t_store);
	T_EQ_INT(csm_store_touched(t_store, &w_firm, change, a, &ids, &n, &t_err), CSM_OK);
	T_EQ_INT((int)n, 0);
}

/* ---- what is refused, and what is of the present whatever is read ---- */

static void refused(int rc)
{
	T_EQ_INT(rc, CSM_E_INTERNAL);
	T_OK(strstr(t_err.msg, "while records are read as of change") != NULL);
	csm_err_clear(&t_err);
}

static void test_refused(void)
{
	struct csm_rec *r = pick(&w_firm);
	struct csm_cursor *c;
	int64_t id;

	as_of(moments[3]);
	refused(csm_store_select(t_store, &w_firm, NULL, t_arena, &c, &t_err));
	refused(csm_store_count(t_store, &w_firm, NULL, &id, &t_err));
	refused(csm_store_referrers(t_store, &w_firm, 1, NULL, NULL, &t_err));
	refused(csm_store_begin(t_store, &t_err));
	as_of(CSM_STORE_PRESENT);
	next_command();
	r = w_get(&w_firm, r->id);
	as_of(moments[3]);
	csm_rec_set_text(r, FIRM_NAME, "no");
	refused(csm_store_write(t_store, r, CSM_WRITE_NORMAL, -1, &t_err));
	refused(csm_store_delete(t_store, r, -1, &t_err));
	refused(csm_store_take_ids(t_store, &w_firm, 5, &id, &t_err));
	as_of(CSM_STORE_PRESENT);
	T_EQ_INT(csm_store_write(t_store, r, CSM_WRITE_NORMAL, -1, &t_err), CSM_OK);
	csm_store_rollback(t_store);
}

static void drop_nothing(void *slot)
{
	(void)slot;
}

static void test_slots(void)
{
	static const char key[] = "a slot";
	bool made;
	int *now = csm_store_slot(t_store, key, sizeof(int), drop_nothing, &made), *then;

	T_OK(made);
	*now = 1;
	as_of(moments[5]);
	then = csm_store_slot(t_store, key, sizeof(int), drop_nothing, &made);
	T_OK(made && then != now && *then == 0);
	*then = 2;
	as_of(CSM_STORE_PRESENT);
	T_OK(csm_store_slot(t_store, key, sizeof(int), drop_nothing, &made) == now && !made);
	as_of(moments[5]);
	T_OK(csm_store_slot(t_store, key, sizeof(int), drop_nothing, &made) == then && !made);
	as_of(moments[6]);
	T_OK(csm_store_slot(t_store, key, sizeof(int), drop_nothing, &made) != then && made);
	as_of(CSM_STORE_PRESENT);
}

/* ---- moments and changes ---- */

static int64_t at(int64_t moment)
{
	int64_t change = -1;

	T_EQ_INT(csm_store_change_at(t_store, moment, &change, &t_err), CSM_OK);
	return change;
}

static void test_change_at(void)
{
	static const int clocks[] = { 100, 200, 200, 300, 9000, 400, 500, 600, 700, 150, 800 };

	T_EQ_INT(at(T_NOW - 1), 0);
	for (int i = 0; i < CHANGES; i++) {
		struct csm_change c;

		T_EQ_INT(csm_store_change(t_store, moments[i], t_arena, &c, &t_err), CSM_OK);
		T_EQ_INT(at(c.at), moments[i]);
		T_EQ_INT(at(c.at - 1), moments[i] - 1);
	}
	if (csm_db_exec(t_db, "PRAGMA foreign_keys = 0; DELETE FROM changes", &t_err))
		t_fail_now("delete");
	for (size_t i = 0; i < CSM_COUNT(clocks); i++)
		if (csm_db_exec(t_db, csm_sprintf(t_arena, "INSERT INTO changes (id, at) VALUES (%d, %d)",
						  (int)i + 1, clocks[i]), &t_err))
			t_fail_now("insert");
	T_EQ_INT(at(99), 0);
	T_EQ_INT(at(100), 1);
	T_EQ_INT(at(199), 1);	/* the one whose clock was put back, 10, is not a reason to show all before it */
	T_EQ_INT(at(200), 3);
	T_EQ_INT(at(300), 4);
	T_EQ_INT(at(450), 6);	/* nor is 5, whose clock was ahead, one to show nothing after it */
	T_EQ_INT(at(599), 7);
	T_EQ_INT(at(699), 10);	/* without 9 and 10, or with both: one miss each */
	T_EQ_INT(at(700), 10);
	T_EQ_INT(at(800), 11);
	T_EQ_INT(at(9000), 11);
}

int main(void)
{
	w_begin_db();
	test_life();
	test_while_writing();
	test_refused();
	test_slots();
	test_change_at();
	t_end();
	T_DONE();
}
