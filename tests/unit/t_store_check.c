/* SPDX-License-Identifier: MIT */
/* t_store_check.c - rows, schema and data held against each other: clean as made, and each planted
 * fault is found. */
#include "t_store_help.h"

static unsigned found;
static char findings[16384];

static void note(void *arg, char severity, const struct csm_err *err)
{
	char line[1024];
	size_t n = strlen(findings);

	(void)arg, (void)severity;
	found++;
	snprintf(findings + n, sizeof(findings) - n, "%s\n", csm_err_text(err, line, sizeof(line)));
}

static const struct csm_diag diag = { note, NULL };

static int check(int (*fn)(struct csm_store *s, const struct csm_diag *diag, struct csm_err *err))
{
	found = 0;
	findings[0] = '\0';
	csm_err_clear(&t_err);
	return fn(t_store, &diag, &t_err);
}

/* One finding that says part. */
static void expect(int (*fn)(struct csm_store *s, const struct csm_diag *diag, struct csm_err *err),
		   const char *part)
{
	T_EQ_INT(check(fn), CSM_NO);
	if (found != 1 || !strstr(findings, part))
		printf("expected '%s', got %u:\n%s", part, found, findings);
	T_EQ_INT(found, 1);
	T_OK(strstr(findings, part));
}

static void expect_clean(int (*fn)(struct csm_store *s, const struct csm_diag *diag,
				   struct csm_err *err))
{
	int rc = check(fn);

	if (rc || found)
		printf("%s", findings);
	T_EQ_INT(rc, CSM_OK);
	T_EQ_INT(found, 0);
}

static void test_schema(void)
{
	expect_clean(csm_store_check_schema);
	t_exec("CREATE TABLE strangers (id INTEGER PRIMARY KEY)");
	expect(csm_store_check_schema, "table strangers belongs to no type");
	t_exec("DROP TABLE strangers; ALTER TABLE cases ADD COLUMN colour TEXT");
	expect(csm_store_check_schema, "cases.colour belongs to no field");
	t_exec("ALTER TABLE cases DROP COLUMN colour; DROP INDEX cases_product");
	expect(csm_store_check_schema, "cases.product has no index");
	t_exec("CREATE INDEX cases_product ON cases (product); DROP INDEX groups_name");
	expect(csm_store_check_schema, "groups.name is a key without a unique index");
	t_exec("CREATE INDEX groups_name ON groups (name)");
	expect(csm_store_check_schema, "groups.name is a key without a unique index");
	t_exec("DROP INDEX groups_name; CREATE UNIQUE INDEX groups_name ON groups (name); ALTER TABLE "
	       "cases DROP COLUMN cause");
	expect(csm_store_check_schema, "case: cause: table cases has no column cause");
	t_exec("ALTER TABLE cases ADD COLUMN cause INTEGER");
	expect(csm_store_check_schema, "cases.cause is INTEGER, expected TEXT");
	t_exec("ALTER TABLE cases DROP COLUMN cause; ALTER TABLE cases ADD COLUMN cause TEXT NOT NULL "
	       "DEFAULT 'x'");
	expect(csm_store_check_schema, "cases.cause refuses null");
	t_exec("ALTER TABLE cases DROP COLUMN cause; ALTER TABLE cases ADD COLUMN cause TEXT");
	expect_clean(csm_store_check_schema);
}

static void test_schema_references(void)
{
	t_exec("DROP TABLE role_grants; CREATE TABLE role_grants (id INTEGER PRIMARY KEY, grantee "
	       "INTEGER NOT NULL, role TEXT NOT NULL, "
	       "version INTEGER NOT NULL, created_at INTEGER NOT NULL, created_by TEXT, updated_at "
	       "INTEGER NOT NULL, updated_by TEXT) STRICT;"
	       "CREATE UNIQUE INDEX role_grants_set ON role_grants (grantee, role)");
	expect(csm_store_check_schema, "role_grants.grantee has no foreign key");
	t_exec("DROP TABLE role_grants; CREATE TABLE role_grants (id INTEGER PRIMARY KEY, grantee "
	       "INTEGER NOT NULL "
	       "REFERENCES groups (id) ON DELETE CASCADE, role TEXT NOT NULL, "
	       "version INTEGER NOT NULL, created_at INTEGER NOT NULL, created_by TEXT, updated_at "
	       "INTEGER NOT NULL, updated_by TEXT) STRICT;"
	       "CREATE UNIQUE INDEX role_grants_set ON role_grants (grantee, role)");
	expect(csm_store_check_schema, "role_grants.grantee refers to groups, expected users");
	t_exec("DROP TABLE role_grants; CREATE TABLE role_grants (id INTEGER PRIMARY KEY, grantee "
	       "INTEGER NOT NULL "
	       "REFERENCES users (id) ON DELETE SET NULL, role TEXT NOT NULL, "
	       "version INTEGER NOT NULL, created_at INTEGER NOT NULL, created_by TEXT, updated_at "
	       "INTEGER NOT NULL, updated_by TEXT) STRICT;"
	       "CREATE UNIQUE INDEX role_grants_set ON role_grants (grantee, role)");
	expect(csm_store_check_schema, "role_grants.grantee has ON DELETE SET NULL, expected CASCADE");
	t_exec("DROP TABLE role_grants");
	expect(csm_store_check_schema, "table role_grants is missing");
	t_exec(csm_store_ddl(t_arena, t_env.dict, t_type("role_grant")));
	expect_clean(csm_store_check_schema);
	t_exec("DROP INDEX role_grants_unique1; CREATE UNIQUE INDEX role_grants_set ON role_grants "
	       "(grantee, role, version)");
	expect(csm_store_check_schema, "role_grants has no unique index on (grantee,role)");
	t_exec("CREATE UNIQUE INDEX role_grants_set2 ON role_grants (grantee, role)");
	expect_clean(csm_store_check_schema);
}

static void test_data(void)
{
	t_put("user", 1, "user_name=anna", "name=Anna Arm", NULL);
	t_put("user", 2, "user_name=ben", "name=Ben Bow", "manager=anna", NULL);
	t_put("case", 1, "short_description=Paper jam", "watch_list=anna,ben", "assigned_to=ben", NULL);
	t_put("account", 1, "name=Boxeo", "account_code=1", "customer=true", "revenue_per_year=1 EUR",
	      NULL);
	expect_clean(csm_store_check_data);
	t_exec("UPDATE cases SET state = 'dreaming'");
	T_EQ_INT(check(csm_store_check_data), CSM_NO);
	T_OK(strstr(findings, "case CS0000001: state: 'dreaming'"));
	t_exec("UPDATE cases SET state = 'closed'");
	expect(csm_store_check_data, "case CS0000001: active: is true in state 'closed'");
	t_exec("UPDATE cases SET state = 'new', priority = 9");
	expect(csm_store_check_data, "case CS0000001: priority: ");
	t_exec("UPDATE cases SET priority = 3, watch_list = ',1,77,'");
	expect(csm_store_check_data, "watch_list: names user #77, which does not exist");
	t_exec("UPDATE cases SET watch_list = '1;2'");
	expect(csm_store_check_data, "case CS0000001: watch_list: ");
	t_exec("UPDATE cases SET watch_list = NULL, short_description = 'bell' || char(7)");
	expect(csm_store_check_data, "case CS0000001: short_description: ");
	t_exec("UPDATE cases SET short_description = 'x'; UPDATE users SET email = 'no address' WHERE "
	       "id = 2");
	expect(csm_store_check_data, "user #2: email: ");
	t_exec("UPDATE users SET email = NULL; UPDATE accounts SET revenue_per_year_currency = 'E'");
	expect(csm_store_check_data, "account ACCT0000001: revenue_per_year: ");
	t_exec("UPDATE accounts SET revenue_per_year = NULL, revenue_per_year_currency = NULL");
	t_exec("PRAGMA foreign_keys = OFF; UPDATE users SET manager = 99 WHERE id = 2; PRAGMA "
	       "foreign_keys = ON");
	expect(csm_store_check_data, "user #2: manager: there is no user #99");
	t_exec("UPDATE users SET manager = 1 WHERE id = 2; DROP INDEX users_user_name; UPDATE users "
	       "SET user_name = 'anna'");
	expect(csm_store_check_data, "user #1: user_name: is a key; records that have this value: 2");
	t_exec("UPDATE users SET user_name = 'ben' WHERE id = 2");
	t_put("group", 1, "name=Support", NULL);
	t_exec("DROP INDEX IF EXISTS group_members_unique1; DROP INDEX IF EXISTS "
	       "group_members_user_group_member");
	expect_clean(csm_store_check_data);
}

static unsigned statements;

/* Each text can be prepared; a name says where it comes from. */
static int prepare(void *arg, const char *name, const char *sql)
{
	struct csm_stmt *st = NULL;

	(void)arg;
	if (statements++ % (unsigned)t_step(7))
		return CSM_OK;
	if (csm_db_prepare(t_db, sql, &st, &t_err)) {
		printf("%s: %s\n", name, sql);
		t_fail_now(name);
	}
	csm_stmt_finalize(st);
	return CSM_OK;
}

static int stop(void *arg, const char *name, const char *sql)
{
	(void)arg, (void)name, (void)sql;
	return CSM_NO;
}

int main(void)
{
	t_begin(NULL);
	T_EQ_INT(csm_store_statements(t_store, prepare, NULL, &t_err), CSM_OK);
	T_OK(statements > 40 * t_env.dict->ntypes);
	T_EQ_INT(csm_store_statements(t_store, stop, NULL, &t_err), CSM_NO);
	test_schema();
	test_schema_references();
	test_data();
	printf("%u statements\n", statements);
	t_end();
	T_DONE();
}
