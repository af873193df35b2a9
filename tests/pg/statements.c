/* SPDX-License-Identifier: MIT */
/*
 * statements.c - prints "NAME<TAB>SQL" of every statement that the store makes, a line each, for run.sh.
 *
 * The argument names a new file: the store needs a database, made by the migrations, to speak about.
 */
#include <stdio.h>

#include <csm/db.h>
#include <csm/model.h>
#include <csm/store.h>

static int complain(const struct csm_err *err)
{
	char line[1024];

	fprintf(stderr, "statements: %s\n", csm_err_text(err, line, sizeof(line)));
	return 1;
}

static int print_statement(void *arg, const char *name, const char *sql)
{
	FILE *out = arg;

	fprintf(out, "%s\t", name);
	for (; *sql; sql++)
		putc(*sql == '\n' || *sql == '\t' ? ' ' : *sql, out);
	putc('\n', out);
	return CSM_OK;
}

static int print_statements(struct csm_db *db, struct csm_arena *a)
{
	struct csm_env env = { .dict = csm_model_dict(), .arena = a, .now = 0, .os_user = "check", .command = "check" };
	struct csm_store *store CSM_CLEANUP(csm_store_closep) = NULL;
	struct csm_err err = { 0 };

	if (csm_db_migrate(db, env.now, NULL, &err) || csm_store_open(&store, db, &env, &err) ||
	    csm_store_statements(store, print_statement, stdout, &err))
		return complain(&err);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "statements: writing failed\n");
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_new(NULL, NULL);
	struct csm_db *db CSM_CLEANUP(csm_db_closep) = NULL;
	struct csm_err err = { 0 };

	if (argc != 2) {
		fprintf(stderr, "usage: statements NEWFILE\n");
		return 2;
	}
	if (csm_db_open(&db, argv[1], CSM_DB_WRITE | CSM_DB_CREATE | CSM_DB_ANY_SCHEMA, 0, &err))
		return complain(&err);
	return print_statements(db, a);
}
