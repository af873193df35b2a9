/* SPDX-License-Identifier: MIT */
/* t_db.c - lib/db: statements, parameters, values, kept statements, counters, hashes. */
#include "t_db_help.h"

static struct csm_err err;

static int prepare(struct csm_db *db, const char *sql, struct csm_stmt **st)
{
	csm_err_clear(&err);
	return csm_db_prepare(db, sql, st, &err);
}

static void test_values(struct csm_db *db)
{
	const struct csm_value money = { CSM_MONEY, 1250, "EUR" };
	struct csm_stmt *st;
	bool row;

	T_EQ_INT(prepare(db, "SELECT $1, $2, $3, $4, $1, 2.5, '', x'', 9223372036854775807", &st),
		 CSM_OK);
	T_EQ_INT(csm_stmt_columns(st), 9);
	T_EQ_INT(csm_stmt_bind(st, 1, csm_int(INT64_MIN), &err), CSM_OK);
	T_EQ_INT(csm_stmt_bind(st, 2, csm_text("Zo\xc3\xab"), &err), CSM_OK);
	T_EQ_INT(csm_stmt_bind(st, 3, csm_null(), &err), CSM_OK);
	T_EQ_INT(csm_stmt_bind(st, 4, money, &err), CSM_OK);
	T_EQ_INT(csm_stmt_column(st, 0).tag, CSM_NULL);		/* no row yet */
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	T_OK(row);
	T_EQ_INT(csm_stmt_column(st, 0).tag, CSM_INT);
	T_OK(csm_stmt_column(st, 0).i == INT64_MIN && csm_stmt_column(st, 4).i == INT64_MIN);
	T_EQ_STR(csm_stmt_column(st, 1).s, "Zo\xc3\xab");
	T_EQ_INT(csm_stmt_column(st, 2).tag, CSM_NULL);
	T_EQ_INT(csm_stmt_column(st, 3).tag, CSM_INT);
	T_EQ_INT(csm_stmt_column(st, 3).i, 1250);
	T_EQ_STR(csm_stmt_column(st, 5).s, "2.5");
	T_EQ_INT(csm_stmt_column(st, 6).tag, CSM_NULL);
	T_EQ_INT(csm_stmt_column(st, 7).tag, CSM_NULL);
	T_OK(csm_stmt_column(st, 8).i == INT64_MAX);
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	T_OK(!row);
	csm_stmt_reset(st);		/* clears the bindings too */
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	T_EQ_INT(csm_stmt_column(st, 1).tag, CSM_NULL);
	csm_stmt_finalize(st);
	csm_stmt_finalize(NULL);
}

/*
 * SQLite numbers $n by first appearance; csm by n. Handles are used again, with more and fewer
 * parameters.
 */
static void test_order(struct csm_db *db)
{
	static const char *const texts[] = {
		"SELECT $1, $2, $3",
		"SELECT b, c, a FROM (SELECT $3 AS a, $1 AS b, $2 AS c)",
		"SELECT x.v, y.v, $3 FROM (SELECT $2 AS v) y, (SELECT $1 AS v) x WHERE $2 = $2",
		"SELECT v, w, z FROM (SELECT $7 AS j, $6 AS i, $5, $4, $3 AS z, $2 AS w, $1 AS v)",
		"SELECT $1, $2, $3",
	};
	struct csm_stmt *st;
	bool row;

	for (unsigned t = 0; t < CSM_COUNT(texts); t++) {
		T_EQ_INT(prepare(db, texts[t], &st), CSM_OK);
		for (int n = 1; n <= 3; n++)
			T_EQ_INT(csm_stmt_bind(st, n, csm_int(n), &err), CSM_OK);
		T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
		for (int i = 0; i < 3; i++)
			T_EQ_INT(csm_stmt_column(st, i).i, i + 1);
		csm_stmt_finalize(st);
	}
}

static void test_refused_texts(struct csm_db *db)
{
	static const char *const texts[] = {
		"SELECT ?",
		"SELECT ?1",
		"SELECT :a",
		"SELECT @a",
		"SELECT $a",
		"SELECT $2",
		"SELECT $1, $3",
		"SELECT $1, $01",
		"SELECT $1, $1x",
		"",
		" ;",
		"-- nothing",
		"SELECT 1; SELECT 2",
		"SELEC 1",
		"SELECT nope FROM accounts",
		"SELECT \"nope\"",
		"SELECT 1 FROM nowhere",
		"SELECT load_extension('x')",
		"ATTACH ':memory:' AS a",
	};
	struct csm_stmt *st;
	bool row;

	for (unsigned i = 0; i < CSM_COUNT(texts); i++) {
		int rc = prepare(db, texts[i], &st);

		if (!rc) {	/* some are refused when they run */
			rc = csm_stmt_step(st, &row, &err);
			csm_stmt_finalize(st);
		}
		T_EQ_INT(rc, CSM_E_INTERNAL);
		T_OK(err.msg[0] != '\0');
	}
	T_EQ_INT(prepare(db, "SELECT 1 ; \n;", &st), CSM_OK);
	csm_stmt_finalize(st);
}

static void test_misuse(struct csm_db *db)
{
	struct csm_value v[2] = { csm_int(1), csm_int(2) };
	struct csm_stmt *st;
	int64_t changed = 7;
	bool row = true;

	T_EQ_INT(prepare(db, "SELECT $1 UNION ALL SELECT 2", &st), CSM_OK);
	T_EQ_INT(csm_stmt_bind(st, 0, v[0], &err), CSM_E_INTERNAL);
	T_EQ_INT(csm_stmt_bind(st, 2, v[0], &err), CSM_E_INTERNAL);
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	T_EQ_INT(csm_stmt_bind(st, 1, v[0], &err), CSM_E_INTERNAL);	/* runs */
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	T_OK(!row);
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_E_INTERNAL);	/* ended */
	csm_stmt_reset(st);
	T_EQ_INT(csm_stmt_run(st, v, 2, NULL, &err), CSM_E_INTERNAL);	/* too many */
	T_EQ_INT(csm_stmt_run(st, v, 0, NULL, &err), CSM_E_INTERNAL);	/* too few */
	T_EQ_INT(csm_stmt_run(st, v, 1, &changed, &err), CSM_E_INTERNAL);	/* a row */
	T_EQ_INT(changed, 0);
	csm_stmt_finalizep(&st);
	T_OK(!st);
}

static void test_run(struct csm_db *db)
{
	struct csm_value v[] = { csm_text("Boxeo GmbH"), csm_int(5) };
	struct csm_stmt *st;
	int64_t changed;

	T_EQ_INT(prepare(db, "INSERT INTO accounts (name, size) VALUES ($1, $2)", &st), CSM_OK);
	T_EQ_INT(csm_stmt_run(st, v, 2, &changed, &err), CSM_OK);
	T_EQ_INT(changed, 1);
	v[0] = csm_text("Acme");
	T_EQ_INT(csm_stmt_run(st, v, 2, NULL, &err), CSM_OK);
	v[0] = csm_text("Half");
	T_EQ_INT(csm_stmt_run(st, v, 1, NULL, &err), CSM_E_INTERNAL);	/* the size is missing */
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts"), 2);
	csm_stmt_finalize(st);
	T_EQ_INT(prepare(db, "UPDATE accounts SET size = size + 1 WHERE size > $1", &st), CSM_OK);
	v[0] = csm_int(0);
	T_EQ_INT(csm_stmt_run(st, v, 1, &changed, &err), CSM_OK);
	T_EQ_INT(changed, 2);
	v[0] = csm_int(100);
	T_EQ_INT(csm_stmt_run(st, v, 1, &changed, &err), CSM_OK);
	T_EQ_INT(changed, 0);
	csm_stmt_finalize(st);
	T_EQ_INT(t_int(db, "SELECT sum(size) FROM accounts"), 12);
}

static void test_tokens(struct csm_db *db)
{
	T_EQ_INT(t_exec(db, "CREATE TABLE mails (id @ID@, at @INT@ NOT NULL, address TEXT) @STRICT@;"
			"INSERT INTO mails VALUES (1, 2, 'info@INTernal.example @ID @@INT@@')"), CSM_OK);
	T_EQ_INT(
		t_int(db,
		      "SELECT count(*) FROM mails WHERE address = 'info@INTernal.example @ID @INTEGER@'"),
		1);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM pragma_table_list WHERE name = 'mails' AND strict"), 1);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM pragma_table_info('mails') WHERE type = 'INTEGER'"), 2);
	T_EQ_INT(t_exec(db, "DROP TABLE mails"), CSM_OK);
	T_EQ_STR(db_expand(db, "x @ID@,@INT@ @STRICT@@"), "x INTEGER PRIMARY KEY,INTEGER STRICT@");
}

static void test_kept(struct csm_db *db)
{
	static const char sql[] = "SELECT name FROM accounts WHERE id = $1";
	static char many[200][32];
	struct csm_stmt *a, *b, *first = NULL;
	char text[32];
	bool row;

	T_EQ_INT(csm_db_kept(db, sql, &a, &err), CSM_OK);
	T_EQ_INT(csm_stmt_bind(a, 1, csm_int(1), &err), CSM_OK);
	T_EQ_INT(csm_stmt_step(a, &row, &err), CSM_OK);
	T_EQ_STR(csm_stmt_column(a, 0).s, "Boxeo GmbH");
	T_EQ_INT(csm_db_kept(db, sql, &b, &err), CSM_OK);
	T_OK(a == b);
	T_EQ_INT(csm_stmt_bind(b, 1, csm_null(), &err), CSM_OK);	/* it was reset */
	T_EQ_INT(csm_stmt_step(b, &row, &err), CSM_OK);
	T_OK(!row);
	csm_stmt_finalize(b);				/* stays */
	T_EQ_INT(csm_stmt_bind(b, 1, csm_int(2), &err), CSM_OK);
	T_EQ_INT(csm_stmt_step(b, &row, &err), CSM_OK);
	T_EQ_STR(csm_stmt_column(b, 0).s, "Acme");

	/* One address, two texts: the second is what is meant. */
	snprintf(text, sizeof(text), "SELECT 11");
	T_EQ_INT(csm_db_kept(db, text, &a, &err), CSM_OK);
	snprintf(text, sizeof(text), "SELECT 22");
	T_EQ_INT(csm_db_kept(db, text, &a, &err), CSM_OK);
	T_EQ_INT(csm_stmt_step(a, &row, &err), CSM_OK);
	T_EQ_INT(csm_stmt_column(a, 0).i, 22);
	snprintf(text, sizeof(text), "SELEC 33");
	T_EQ_INT(csm_db_kept(db, text, &a, &err), CSM_E_INTERNAL);
	T_OK(!a);
	snprintf(text, sizeof(text), "SELECT 44");
	T_EQ_INT(csm_db_kept(db, text, &a, &err), CSM_OK);
	T_EQ_INT(csm_stmt_step(a, &row, &err), CSM_OK);
	T_EQ_INT(csm_stmt_column(a, 0).i, 44);
	csm_stmt_reset(a);

	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < 200; i++) {
			snprintf(many[i], sizeof(many[i]), "SELECT %d", i);
			T_EQ_INT(csm_db_kept(db, many[i], &a, &err), CSM_OK);
			if (i == 0 && pass == 0)
				first = a;
			T_OK(i || a == first);
			T_OK(csm_stmt_step(a, &row, &err) == CSM_OK && csm_stmt_column(a, 0).i == i);
			csm_stmt_reset(a);
		}
	}
}

/* The first row: nothing to reset without one, and no parameter left out. */
static void test_first(struct csm_db *db)
{
	static const char sql[] = "SELECT name FROM accounts WHERE id = $1";
	struct csm_value v[2] = { csm_int(1), csm_int(2) };
	struct csm_stmt *st;
	bool row;

	T_EQ_INT(csm_db_first(db, sql, v, 1, &st, &row, &err), CSM_OK);
	T_OK(row);
	T_EQ_STR(csm_stmt_column(st, 0).s, "Boxeo GmbH");
	csm_stmt_reset(st);
	v[0] = csm_int(999);
	T_EQ_INT(csm_db_first(db, sql, v, 1, &st, &row, &err), CSM_OK);
	T_OK(!row);
	T_EQ_INT(csm_stmt_bind(st, 1, csm_int(1), &err), CSM_OK);	/* it was reset */
	csm_stmt_reset(st);
	row = true;
	T_EQ_INT(csm_db_first(db, sql, v, 2, &st, &row, &err), CSM_E_INTERNAL);
	T_EQ_STR(err.msg, "2 values for a statement with 1 parameters");
	T_OK(!row);
	csm_err_clear(&err);
}

/* A kept statement survives a change of the schema. */
static void test_kept_schema(struct csm_db *db)
{
	static const char sql[] = "SELECT * FROM sums";
	struct csm_stmt *st;
	bool row;

	T_EQ_INT(csm_db_kept(db, sql, &st, &err), CSM_OK);
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	csm_stmt_reset(st);
	T_EQ_INT(
		t_exec(db,
		       "ALTER TABLE sums ADD COLUMN more TEXT; INSERT INTO sums VALUES ('a', 1, 'b')"),
		CSM_OK);
	T_EQ_INT(csm_db_kept(db, sql, &st, &err), CSM_OK);
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	T_EQ_INT(csm_stmt_columns(st), 3);
	csm_stmt_reset(st);
}

static void test_counters(struct csm_db *db)
{
	int64_t vm0, full0, vm1, full1, vm2, full2;
	struct csm_stmt *st;
	bool row = true;

	csm_db_counters(db, &vm0, &full0);
	T_EQ_INT(prepare(db, "SELECT name FROM accounts WHERE size > 0", &st), CSM_OK);
	while (row)
		T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	csm_db_counters(db, &vm1, &full1);	/* of a statement that lives */
	T_OK(vm1 > vm0);
	T_EQ_INT(full1 - full0, 1); /* two rows scanned: one step from the first to the second */
	csm_stmt_finalize(st);
	csm_db_counters(db, &vm2, &full2);
	T_OK(vm2 == vm1 && full2 == full1);
	T_EQ_INT(t_int(db, "SELECT size FROM accounts WHERE name = 'Acme'"), 6);
	csm_db_counters(db, &vm2, &full2);
	T_OK(vm2 > vm1 && full2 == full1);
}

static void test_hash(void)
{
	/* FIPS 180-2, B.1, B.2, B.3 and the empty message */
	static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	static const char two[] = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
	static const char million[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
	static const char none[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	const char *s = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	uint64_t place[8 + sizeof(struct csm_blake2b) / 8];
	struct csm_sha256 h;
	char buf[65], as[100];

	T_EQ_STR(csm_sha256_hex("abc", 3, buf), abc);
	T_EQ_STR(csm_sha256_hex(s, strlen(s), buf), two);
	T_EQ_STR(csm_sha256_hex("", 0, buf), none);
	csm_sha256_init(&h);
	memset(as, 'a', sizeof(as));
	for (int i = 0; i < 10000; i++)
		csm_sha256_add(&h, as, sizeof(as));
	T_EQ_STR(csm_sha256_end(&h, buf), million);
	/* coreutils: b2sum -l 256; wherever it lies, for the state has an alignment of its own */
	for (size_t at = 0; at < 8; at++) {
		struct csm_blake2b *b = (void *)&place[at];

		csm_blake2b_init(b);
		csm_blake2b_add(b, "abc", 3);
		T_EQ_STR(csm_blake2b_end(b, buf),
			 "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
	}
	csm_blake2b_init((void *)place);
	for (int i = 0; i < 10000; i++)
		csm_blake2b_add((void *)place, as, sizeof(as));
	T_EQ_STR(csm_blake2b_end((void *)place, buf),
		 "0741850f36cba4259628355d1073e24ddb9ca0e1bfac36fd39ae5dc2101e23a4");
}

int main(void)
{
	struct csm_db *db;

	t_start();
	db = t_new(t_path("a.db"));
	test_values(db);
	test_order(db);
	test_refused_texts(db);
	test_misuse(db);
	test_run(db);
	test_tokens(db);
	test_kept(db);
	test_first(db);
	test_kept_schema(db);
	test_counters(db);
	csm_db_close(db);
	csm_db_close(NULL);
	test_hash();
	t_end();
	T_DONE();
}
