/* SPDX-License-Identifier: MIT */
/* t_store_undo.c - changes taken back and back again, every conflict, and the chain that proves history. */
#include "t_write_help.h"

struct notes {
	unsigned n;
	char text[4096];
};

static void note(void *arg, char severity, const struct csm_err *err)
{
	struct notes *n = arg;
	char line[1200];
	size_t at = strlen(n->text);

	T_EQ_INT(severity, 'e');
	n->n++;
	snprintf(n->text + at, sizeof(n->text) - at, "%s%s", at ? "\n" : "",
		 csm_err_text(err, line, sizeof(line)));
}

static struct notes notes;
static const struct csm_diag diag = { note, &notes };

/* Undo in a change of its own; the id of the undone change, 0 when it was refused. */
static int64_t undo(int64_t id, int want)
{
	int64_t undone = -1, change = 0;
	int rc;

	notes = (struct notes){ .n = 0 };
	w_begin();
	csm_err_clear(&t_err);
	rc = csm_store_undo(t_store, id, &undone, &diag, &t_err);
	T_EQ_INT(rc, want);
	if (rc && rc != want)
		printf("  %s\n", w_msg());
	if (rc)
		csm_store_rollback(t_store);
	else
		change = w_commit();
	T_OK(rc ? undone == 0 : change > undone);
	return undone;
}

static void verified(int want)
{
	notes = (struct notes){ .n = 0 };
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_verify(t_store, &diag, &t_err), want);
	if (want == CSM_OK && notes.n)
		printf("  %s\n", notes.text);
	T_OK(!csm_db_in_transaction(t_db));
}

static int64_t last_change(void)
{
	return w_number("SELECT max(id) FROM changes");
}

static void set_text(const struct csm_rtype *t, int64_t id, int field, const char *text)
{
	struct csm_rec *r = w_get(t, id);

	w_begin();
	w_give(r, field, text);
	if (w_write(r))
		t_fail_now(text);
	w_commit();
}

static void test_step_by_step(void)
{
	struct csm_rec *r;
	struct csm_change c;
	int64_t id = w_firm_named("Step"), made = last_change();

	set_text(&w_firm, id, FIRM_SIZE, "10");
	set_text(&w_firm, id, FIRM_SIZE, "20");
	T_EQ_INT(undo(0, CSM_OK), made + 2);
	r = w_get(&w_firm, id);
	T_EQ_INT(csm_rec_int(r, FIRM_SIZE), 10);
	T_EQ_INT(csm_rec_int(r, FIRM_VERSION), 4);
	T_EQ_INT(undo(0, CSM_OK), made + 1);
	T_OK(csm_rec_null(w_get(&w_firm, id), FIRM_SIZE));
	T_EQ_INT(undo(0, CSM_OK), made);
	T_OK(w_get(&w_firm, id) == NULL);
	T_EQ_INT(csm_store_change(t_store, made, t_arena, &c, &t_err), CSM_OK);
	T_EQ_INT(c.undone_by, made + 5);
	T_EQ_INT(csm_store_change(t_store, made + 5, t_arena, &c, &t_err), CSM_OK);
	T_EQ_INT(c.undoes, made);
	T_OK(strstr(w_history(made + 5, NULL, 0), "d firm") != NULL);
	undo(made, CSM_E_CONFLICT);
	T_EQ_STR(w_msg(), csm_sprintf(t_arena, "change %d is taken back already, by change %d", (int)made,
				      (int)made + 5));
	undo(9999, CSM_E_NOTFOUND);
	verified(CSM_OK);

	/* back again, the undo undone: the record has its id, what it was created with, and a version that
	 * goes on */
	T_EQ_INT(undo(made + 5, CSM_OK), made + 5);
	r = w_get(&w_firm, id);
	T_EQ_STR(csm_rec_text(r, FIRM_NAME), "Step");
	T_EQ_INT(csm_rec_int(r, FIRM_CREATED_AT), T_NOW);
	T_EQ_INT(csm_rec_int(r, FIRM_VERSION), 6);
	T_EQ_INT(csm_store_change(t_store, made, t_arena, &c, &t_err), CSM_OK);
	T_EQ_INT(c.undone_by, 0);
	/* and down the chain: the redo undone, redone, and the first change undone once more */
	T_EQ_INT(undo(made + 6, CSM_OK), made + 6);
	T_OK(w_get(&w_firm, id) == NULL);
	T_EQ_INT(csm_store_change(t_store, made, t_arena, &c, &t_err), CSM_OK);
	T_EQ_INT(c.undone_by, made + 5);
	T_EQ_INT(undo(made + 7, CSM_OK), made + 7);
	T_EQ_INT(undo(made, CSM_OK), made);
	T_OK(w_get(&w_firm, id) == NULL);
	verified(CSM_OK);
	T_EQ_INT(w_number("SELECT count(*) FROM history WHERE type = 'firm' AND op = 'create'"), 3);
}

static void test_many(void)
{
	int64_t n = w_number("SELECT count(*) FROM w_firms"), made;
	struct csm_rec *r;

	w_begin();
	for (int i = 0; i < 500; i++) {
		char name[20];

		snprintf(name, sizeof(name), "Firm %d", i);
		r = w_new(&w_firm);
		w_give(r, FIRM_NAME, name);
		T_EQ_INT(w_import(r), CSM_OK);
		if (i % 100 == 0) {
			struct csm_rec *site = w_new(&w_site);

			csm_rec_set_int(site, SITE_FIRM, r->id);
			csm_rec_set_text(site, SITE_STREET, name);
			T_EQ_INT(w_import(site), CSM_OK);
		}
	}
	/* changed in the same change: goes as a whole */
	csm_rec_set_int(r, FIRM_SIZE, 5);
	T_EQ_INT(w_import(r), CSM_OK);
	made = w_commit();
	T_EQ_STR(w_history(made, NULL, 0),
		 csm_sprintf(t_arena, "c firm %d-%d; u firm %d {\"size\":[null,5]}; c site 1-5",
			     (int)r->id - 499, (int)r->id, (int)r->id));
	verified(CSM_OK);
	T_EQ_INT(undo(0, CSM_OK), made);
	T_EQ_INT(w_number("SELECT count(*) FROM w_firms"), n);
	T_EQ_INT(w_number("SELECT count(*) FROM w_sites"), 0);
	T_EQ_INT(undo(made + 1, CSM_OK), made + 1);
	T_EQ_INT(w_number("SELECT count(*) FROM w_firms"), n + 500);
	T_EQ_INT(csm_rec_int(w_get(&w_firm, r->id), FIRM_SIZE), 5);
	T_EQ_INT(w_number("SELECT count(*) FROM w_sites"), 5);
	verified(CSM_OK);
	T_EQ_INT(undo(made, CSM_OK), made);
	T_EQ_INT(w_number("SELECT next FROM counters WHERE type = 'firm'"), r->id + 1);
	verified(CSM_OK);
}

static void test_conflicts(void)
{
	int64_t id = w_firm_named("Conflict"), made = last_change(), ann = w_user_named("ann"), ticket, bob;
	struct csm_rec *r;

	set_text(&w_firm, id, FIRM_SIZE, "1");
	set_text(&w_firm, id, FIRM_PIN, "1234");
	set_text(&w_firm, id, FIRM_SIZE, "2");
	set_text(&w_firm, id, FIRM_BOSS, "ann");
	undo(made + 2, CSM_E_CONFLICT);
	T_EQ_STR(w_msg(), csm_sprintf(t_arena,
				      "change %d: cannot be taken back: firm FI%07d: size: is '2', not '1' as "
				      "the change left it; changed again by change %d",
				      (int)made + 2, (int)id, (int)made + 4));
	T_EQ_INT(notes.n, 1);
	/* another field of the same record is no conflict */
	T_EQ_INT(undo(made + 3, CSM_OK), made + 3);
	T_OK(csm_rec_null(w_get(&w_firm, id), FIRM_PIN));
	undo(made, CSM_E_CONFLICT);
	T_EQ_STR(notes.text,
		 csm_sprintf(t_arena, "firm FI%07d: was changed by change %d", (int)id, (int)made + 2));
	/* nobody may commit after a conflict */
	w_begin();
	T_EQ_INT(csm_store_undo(t_store, made, NULL, NULL, NULL), CSM_E_CONFLICT);
	T_EQ_INT(csm_store_commit(t_store, NULL, &t_err), CSM_E_CONFLICT);

	/* created records that others refer to since: by a reference, a list, an owned row */
	bob = w_user_named("bob");
	ticket = w_ticket_named("refers");
	w_begin();
	r = w_get(&w_ticket, ticket);
	csm_rec_set_int(r, TICKET_OWNER, bob);
	T_EQ_INT(w_write(r), CSM_OK);
	r = w_new(&w_firm);
	csm_rec_set_text(r, FIRM_NAME, "Lists");
	csm_rec_set_text(r, FIRM_FANS, csm_sprintf(t_arena, ",%d,%d,", (int)ann, (int)bob));
	T_EQ_INT(w_write(r), CSM_OK);
	w_commit();
	undo(last_change() - 2, CSM_E_CONFLICT);
	T_EQ_INT(notes.n, 2);
	T_EQ_STR(
		notes.text,
		csm_sprintf(
			t_arena,
			"user bob: is among the fans of firm FI%07d\nuser bob: is the owner of ticket TK%07d",
			(int)r->id, (int)ticket));
	T_EQ_STR(w_msg(), csm_sprintf(t_arena,
				      "change %d: cannot be taken back, 2 conflicts; the first: user bob: is "
				      "among the fans of firm FI%07d",
				      (int)last_change() - 2, (int)r->id));
	undo(last_change() - 1, CSM_E_CONFLICT);
	verified(CSM_OK);
}

static void test_restored(void)
{
	int64_t user, other, firm, gone, changed;
	struct csm_rec *r;

	/* a key that somebody else has by now, a reference whose target is gone */
	user = w_user_named("carl");
	firm = w_firm_named("Employer");
	set_text(&w_firm, firm, FIRM_BOSS, "carl");
	set_text(&w_firm, firm, FIRM_BOSS, "");
	changed = last_change();
	w_begin();
	T_EQ_INT(csm_store_delete(t_store, w_get(&w_user, user), -1, &t_err), CSM_OK);
	gone = w_commit();
	undo(changed, CSM_E_CONFLICT);
	T_EQ_STR(notes.text,
		 csm_sprintf(t_arena, "firm FI%07d: boss: there is no user #%d", (int)firm, (int)user));
	other = w_user_named("carl");
	undo(gone, CSM_E_CONFLICT);
	T_EQ_STR(notes.text,
		 csm_sprintf(t_arena, "user #%d: user_name: 'carl' is taken by user carl", (int)user));
	set_text(&w_user, other, USR_NAME, "carla");
	T_EQ_INT(undo(gone, CSM_OK), gone);
	r = w_get(&w_user, user);
	T_EQ_STR(csm_rec_text(r, USR_NAME), "carl");
	T_EQ_INT(csm_rec_int(r, USR_VERSION), 2);
	T_EQ_INT(undo(changed, CSM_OK), changed);
	T_EQ_INT(csm_rec_int(w_get(&w_firm, firm), FIRM_BOSS), user);

	/* the key of an update */
	set_text(&w_user, user, USR_NAME, "charles");
	changed = last_change();
	other = w_user_named("carl");
	undo(changed, CSM_E_CONFLICT);
	T_EQ_STR(notes.text, "user charles: user_name: 'carl' is taken by user carl");

	/* a record that is gone, one that is back */
	w_begin();
	T_EQ_INT(csm_store_delete(t_store, w_get(&w_user, other), -1, &t_err), CSM_OK);
	gone = w_commit();
	undo(gone - 1, CSM_E_CONFLICT);
	T_EQ_STR(notes.text,
		 csm_sprintf(t_arena, "user #%d: was deleted by change %d", (int)other, (int)gone));
	other = w_firm_named("Changed");
	set_text(&w_firm, other, FIRM_SIZE, "3");
	changed = last_change();
	w_begin();
	T_EQ_INT(csm_store_delete(t_store, w_get(&w_firm, other), -1, &t_err), CSM_OK);
	gone = w_commit();
	undo(changed, CSM_E_CONFLICT);
	T_EQ_STR(notes.text,
		 csm_sprintf(t_arena, "firm FI%07d: was deleted by change %d", (int)other, (int)gone));
	verified(CSM_OK);
}

/* A parent is deleted with its children, and all comes back with references between them and what the engine
 * cleared. */
static void test_whole(void)
{
	struct csm_rec *r;
	int64_t ticket = w_ticket_named("whole"), gone, firm = w_firm_named("A"), second = w_firm_named("B");
	const char *before;

	w_begin();
	r = w_get(&w_ticket, ticket);
	T_EQ_INT(w_move(r, "remark", "one"), CSM_OK);
	T_EQ_INT(w_move(r, "remark", "two"), CSM_OK);
	r = w_new(&w_ring);
	csm_rec_set_int(r, RING_A, firm);
	csm_rec_set_int(r, RING_B, second);
	T_EQ_INT(w_write(r), CSM_OK);
	w_commit();
	w_begin();
	T_EQ_INT(csm_store_delete(t_store, w_get(&w_ticket, ticket), -1, &t_err), CSM_OK);
	T_EQ_INT(csm_store_delete(t_store, w_get(&w_firm, second), -1, &t_err), CSM_OK);
	gone = w_commit();
	before = w_history(gone, NULL, 0);
	T_OK(csm_rec_null(w_get(&w_ring, r->id), RING_B));
	T_EQ_INT(undo(gone, CSM_OK), gone);
	T_EQ_INT(w_number("SELECT count(*) FROM w_memos"), 2);
	T_EQ_INT(csm_rec_int(w_get(&w_ring, r->id), RING_B), second);
	T_EQ_INT(csm_rec_int(w_get(&w_ticket, ticket), TICKET_COUNT), 2);
	T_EQ_INT(undo(gone + 1, CSM_OK), gone + 1);
	T_EQ_INT(w_number("SELECT count(*) FROM w_memos"), 0);
	T_OK(strlen(before) > 0);
	verified(CSM_OK);
}

static void test_whose(void)
{
	int64_t mine, id;

	t_env.as = "ann";
	w_again();
	undo(0, CSM_E_NOTFOUND);
	T_EQ_STR(w_msg(), "'ann' has no change to take back");
	id = w_firm_named("Ann's");
	mine = last_change();
	t_env.as = "bob";
	w_again();
	w_firm_named("Bob's");
	t_env.as = "ann";
	w_again();
	w_begin();
	csm_store_as_system(t_store);
	{
		struct csm_rec *r = w_new(&w_firm);

		csm_rec_set_text(r, FIRM_NAME, "System's");
		T_EQ_INT(w_write(r), CSM_OK);
	}
	w_commit();
	T_EQ_INT(undo(0, CSM_OK), mine);
	T_OK(w_get(&w_firm, id) == NULL);
	undo(0, CSM_E_NOTFOUND);
	/* named, the system's may be taken back; one change takes back one other */
	w_begin();
	T_EQ_INT(csm_store_undo(t_store, mine + 2, &id, &diag, &t_err), CSM_OK);
	T_EQ_INT(id, mine + 2);
	T_EQ_INT(csm_store_undo(t_store, mine + 1, &id, &diag, &t_err), CSM_E_USAGE);
	w_commit();
	t_env.dry_run = true;
	w_again();
	T_EQ_INT(undo(mine + 1, CSM_OK), mine + 1);
	T_EQ_INT(w_number("SELECT count(*) FROM w_firms WHERE name = 'Bob''s'"), 1);
	t_env.dry_run = false;
	w_again();
	T_EQ_INT(csm_store_undo(t_store, mine + 1, NULL, NULL, &t_err), CSM_E_INTERNAL);
	t_env.now -= 5;
	w_again();
	undo(mine + 1, CSM_E_REFUSED);
	T_OK(strstr(w_msg(), "stands before the record's last change") != NULL);
	t_env.now += 5;
	w_again();
	verified(CSM_OK);
}

static int show_field(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		      struct csm_err *err)
{
	const struct csm_field *f = &w_firm.fields[field];

	(void)err;
	csm_buf_addf(arg, "%s %s>%s ", f->name, csm_field_format(t_arena, f, was),
		     csm_field_format(t_arena, f, now));
	return CSM_OK;
}

static const char *fields_of(char op, const char *diff, int want)
{
	const struct csm_history h = {
		.id = 4, .type = &w_firm, .record = 1, .last_record = 1, .op = op, .diff = diff
	};
	struct csm_buf b = CSM_BUF(t_arena);

	csm_err_clear(&t_err);
	T_EQ_INT(csm_history_fields(t_store, &h, t_arena, show_field, &b, &t_err), want);
	return b.s;
}

static void test_fields(void)
{
	T_EQ_STR(fields_of('u',
			   "{\"size\":[null,12],\"active\":[true,false],\"budget\":[\"1250 EUR\",\"-1 "
			   "USD\"],\"pin\":[null,\"1\"],"
			   "\"score\":[15000,20000],\"since\":[\"2024-01-01\",null]}",
			   CSM_OK),
		 "size >12 active true>false budget 12.50 EUR>-0.01 USD pin >(secret) score 1.5>2 since "
		 "2024-01-01> ");
	T_EQ_STR(fields_of('d', "{\"name\":\"x\",\"size\":3}", CSM_OK), "name x> size 3> ");
	T_EQ_STR(fields_of('c', NULL, CSM_OK), "");
	fields_of('u', NULL, CSM_E_DAMAGED);
	fields_of('u', "[1]", CSM_E_DAMAGED);
	fields_of('u', "{\"size\":[1", CSM_E_DAMAGED);
	fields_of('u', "{\"size\":1}", CSM_E_DAMAGED);
	fields_of('u', "{\"size\":[\"1\",2]}", CSM_E_DAMAGED);
	fields_of('d', "{\"budget\":\"EUR\"}", CSM_E_DAMAGED);
	fields_of('d', "{\"budget\":\"99999999999999999999 EUR\"}", CSM_E_DAMAGED);
	fields_of('u', "{\"nosuch\":[1,2]}", CSM_E_CONFLICT);
	T_EQ_STR(w_msg(), "history row 4 names a field that a firm no longer has");
}

/* Each planted fault is found and, once put right, gone. */
static void plant(const char *bad, const char *good, const char *want)
{
	t_exec(bad);
	verified(CSM_NO);
	if (!strstr(notes.text, want))
		printf("  '%s' is not in:\n%s\n", want, notes.text);
	T_OK(strstr(notes.text, want) != NULL);
	t_exec(good);
	verified(CSM_OK);
}

static void test_tampering(void)
{
	int64_t id = w_firm_named("Tamper"), made = last_change();
	char bad[300], good[300], want[200];

	set_text(&w_firm, id, FIRM_SIZE, "4");
	set_text(&w_firm, id, FIRM_SIZE, "5");
	snprintf(bad, sizeof(bad), "UPDATE changes SET command = 'other' WHERE id = %d", (int)made);
	snprintf(good, sizeof(good), "UPDATE changes SET command = 'test' WHERE id = %d", (int)made);
	snprintf(want, sizeof(want), "change %d: hash: does not fit the change and its history", (int)made);
	plant(bad, good, want);
	snprintf(bad, sizeof(bad), "UPDATE history SET diff = replace(diff, '4', '6') WHERE change = %d",
		 (int)made + 1);
	snprintf(good, sizeof(good), "UPDATE history SET diff = replace(diff, '6', '4') WHERE change = %d",
		 (int)made + 1);
	snprintf(want, sizeof(want), "change %d: hash: does not fit the change and its history",
		 (int)made + 1);
	plant(bad, good, want);
	snprintf(bad, sizeof(bad), "UPDATE w_firms SET size = 6 WHERE id = %d", (int)id);
	snprintf(good, sizeof(good), "UPDATE w_firms SET size = 5 WHERE id = %d", (int)id);
	snprintf(want, sizeof(want), "firm FI%07d: size: is not what its history says", (int)id);
	plant(bad, good, want);
	snprintf(bad, sizeof(bad), "UPDATE w_firms SET name = 'Tampered' WHERE id = %d", (int)id);
	snprintf(good, sizeof(good), "UPDATE w_firms SET name = 'Tamper' WHERE id = %d", (int)id);
	snprintf(want, sizeof(want), "firm FI%07d: is not what its history says", (int)id);
	plant(bad, good, want);
	plant("INSERT INTO w_users (id, user_name, version, created_at, updated_at) VALUES (999, 'ghost', 1, "
	      "1, 1)",
	      "DELETE FROM w_users WHERE id = 999",
	      "user #999: is stored, but no change says who created it");
	snprintf(bad, sizeof(bad), "PRAGMA foreign_keys=0; UPDATE w_firms SET id = -id WHERE id = %d",
		 (int)id);
	snprintf(good, sizeof(good), "UPDATE w_firms SET id = -id WHERE id = %d; PRAGMA foreign_keys=1",
		 -(int)id);
	snprintf(want, sizeof(want), "firm FI%07d: is gone, and its history does not say so", (int)id);
	plant(bad, good, want);
	snprintf(bad, sizeof(bad), "UPDATE history SET seq = 2 WHERE change = %d", (int)made);
	snprintf(good, sizeof(good), "UPDATE history SET seq = 1 WHERE change = %d", (int)made);
	plant(bad, good, "its history has a gap");
	snprintf(bad, sizeof(bad), "UPDATE changes SET undone_by = %d WHERE id = %d", (int)made,
		 (int)made + 1);
	snprintf(good, sizeof(good), "UPDATE changes SET undone_by = NULL WHERE id = %d", (int)made + 1);
	plant(bad, good, "does not undo it");
	snprintf(bad, sizeof(bad), "UPDATE changes SET parent_hash = 'x' WHERE id = %d", (int)made);
	snprintf(good, sizeof(good),
		 "UPDATE changes SET parent_hash = (SELECT hash FROM changes WHERE id = %d) WHERE id = %d",
		 (int)made - 1, (int)made);
	plant(bad, good, "parent_hash: is not the hash of the change before");
	snprintf(bad, sizeof(bad), "UPDATE history SET type = 'nosuch' WHERE change = %d", (int)made + 1);
	snprintf(good, sizeof(good), "UPDATE history SET type = 'firm' WHERE change = %d", (int)made + 1);
	plant(bad, good, "names 'nosuch', which is no record type");
	snprintf(bad, sizeof(bad), "PRAGMA foreign_keys=0; UPDATE changes SET id = 12345 WHERE id = %d",
		 (int)made + 1);
	snprintf(good, sizeof(good), "UPDATE changes SET id = %d WHERE id = 12345; PRAGMA foreign_keys=1",
		 (int)made + 1);
	plant(bad, good, "the changes between are missing");
	T_OK(csm_store_verify(t_store, NULL, NULL) == CSM_OK);
}

int main(void)
{
	w_begin_db();
	undo(0, CSM_E_NOTFOUND);
	verified(CSM_OK);
	test_step_by_step();
	test_many();
	test_conflicts();
	test_restored();
	test_whole();
	test_whose();
	test_fields();
	test_tampering();
	t_end();
	T_DONE();
}
