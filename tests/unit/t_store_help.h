/* SPDX-License-Identifier: MIT */
/* t_store_help.h - a database with the tables of a dictionary, and rows put into them without the write
 * path. */
#ifndef CSM_T_STORE_HELP_H
#define CSM_T_STORE_HELP_H

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <csm/model.h>
#include <csm/store.h>

#include "t.h"

#define T_NOW INT64_C(1717200000) /* 2024-06-01T00:00:00Z */

static char t_folder[256], t_file[300];
static struct csm_db *t_db;
static struct csm_arena *t_arena;
static struct csm_env t_env;
static struct csm_store *t_store;
static struct csm_err t_err;

static CSM_UNUSED void t_fail_now(const char *what)
{
	char line[1024];

	printf("%s: %s\n", what, csm_err_text(&t_err, line, sizeof(line)));
	exit(1);
}

/* Execute the expected tables of every type. */
static CSM_UNUSED void t_make_tables(const struct csm_dict *d)
{
	for (unsigned i = 0; i < d->ntypes; i++)
		if (csm_db_exec(t_db, csm_store_ddl(t_arena, d, d->types[i]), &t_err))
			t_fail_now(d->types[i]->name);
}

static CSM_UNUSED void t_open_store(void)
{
	csm_err_clear(&t_err);
	if (csm_store_open(&t_store, t_db, &t_env, &t_err))
		t_fail_now("open store");
}

static void t_open_db(void)
{
	if (csm_db_open(&t_db, t_file, CSM_DB_WRITE | CSM_DB_CREATE | CSM_DB_ANY_SCHEMA, 0, &t_err))
		t_fail_now("open");
}

/* What the migrations make, the second time by copying the first: that is most of the time of a test under valgrind. */
static CSM_UNUSED void t_migrate(void)
{
	static unsigned char *made;
	static size_t size;
	FILE *f;

	if (made) {
		f = fopen(t_file, "wb");
		if (!f || fwrite(made, 1, size, f) != size || fclose(f) != 0)
			t_fail_now("copy");
		t_open_db();
		return;
	}
	t_open_db();
	if (csm_db_migrate(t_db, T_NOW, NULL, &t_err))
		t_fail_now("migrate");
	csm_db_close(t_db);
	f = fopen(t_file, "rb");
	if (!f || fseek(f, 0, SEEK_END) != 0)
		t_fail_now("read");
	size = (size_t)ftell(f);
	rewind(f);
	made = malloc(size);
	if (!made || fread(made, 1, size, f) != size)
		t_fail_now("read");
	fclose(f);
	t_open_db();
}

/* With the tables of d; NULL: the dictionary of csm and its migrations. */
static CSM_UNUSED void t_begin(const struct csm_dict *d)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(t_folder, sizeof(t_folder), "%s/csm-t-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(t_folder)) {
		perror(t_folder);
		exit(1);
	}
	snprintf(t_file, sizeof(t_file), "%s/t.db", t_folder);
	t_arena = csm_arena_new(NULL, NULL);
	if (d) {
		t_open_db();
		t_make_tables(d);
	} else {
		t_migrate();
		d = csm_model_dict();
	}
	t_env = (struct csm_env){
		.dict = d, .arena = t_arena, .now = T_NOW, .os_user = "root", .command = "test"
	};
	t_open_store();
}

static CSM_UNUSED void t_end(void)
{
	static const char *const suffix[] = { "", "-wal", "-shm", "-journal" };
	char path[400];

	csm_store_close(t_store);
	csm_db_close(t_db);
	csm_arena_free(t_arena);
	for (size_t i = 0; i < CSM_COUNT(suffix); i++) {
		snprintf(path, sizeof(path), "%s%s", t_file, suffix[i]);
		unlink(path);
	}
	rmdir(t_folder);
}

static CSM_UNUSED void t_exec(const char *sql)
{
	if (csm_db_exec(t_db, sql, &t_err))
		t_fail_now(sql);
}

static CSM_UNUSED const struct csm_rtype *t_type(const char *name)
{
	const struct csm_rtype *t = csm_dict_type(t_env.dict, name);

	if (!t) {
		printf("no type %s\n", name);
		exit(1);
	}
	return t;
}

static void t_add_column(struct csm_buf *columns, struct csm_buf *params, const struct csm_field *f,
			 unsigned *n)
{
	csm_buf_addf(columns, ", \"%s\"", f->name);
	csm_buf_addf(params, ", $%u", ++*n);
	if (f->kind == CSM_K_MONEY) {
		csm_buf_addf(columns, ", \"%s_currency\"", f->name);
		csm_buf_addf(params, ", $%u", ++*n);
	}
}

/* Insert a record as it stands, without any rule. */
static CSM_UNUSED void t_insert(const struct csm_rec *r)
{
	const struct csm_rtype *t = r->type;
	struct csm_buf columns = CSM_BUF(t_arena), params = CSM_BUF(t_arena);
	struct csm_value v[2 * CSM_MAX_FIELDS];
	struct csm_stmt *st;
	unsigned n = 1;

	v[0] = csm_int(r->id);
	for (unsigned i = 0; i < t->nfields; i++) {
		if (t->fields[i].flags & CSM_F_COMPUTED)
			continue;
		v[n] = r->v[i];
		if (t->fields[i].kind == CSM_K_MONEY)
			v[n + 1] = r->v[i].tag == CSM_MONEY ? csm_text(r->v[i].s) : csm_null();
		t_add_column(&columns, &params, &t->fields[i], &n);
	}
	if (csm_db_prepare(t_db,
			   csm_sprintf(t_arena, "INSERT INTO \"%s\" (id%s) VALUES ($1%s)", t->table,
				       columns.s, params.s),
			   &st, &t_err) ||
	    csm_stmt_run(st, v, (int)n, NULL, &t_err))
		t_fail_now(t->name);
	csm_stmt_finalize(st);
}

/* What a record must have to be stored: defaults, else the least value of the kind. */
static CSM_UNUSED void t_fill(struct csm_rec *r)
{
	for (unsigned i = 0; i < r->type->nfields; i++) {
		const struct csm_field *f = &r->type->fields[i];
		const char *def = f->def && *f->def != '@' ? f->def : NULL;

		if (!csm_rec_null(r, (int)i) || (f->flags & CSM_F_COMPUTED) ||
		    (!def && !(f->flags & CSM_F_REQUIRED)))
			continue;
		if (def && csm_field_parse(t_arena, r->type, f, def, T_NOW, &r->v[i], &t_err))
			t_fail_now(f->name);
		else if (!def && f->kind == CSM_K_TIME)
			r->v[i] = csm_int(T_NOW);
		else if (!def && csm_kind(f->kind)->tag == CSM_INT)
			r->v[i] = csm_int(1);
		else if (!def && f->kind == CSM_K_DATE)
			r->v[i] = csm_text("2024-06-01");
		else if (!def)
			r->v[i] = csm_text(csm_sprintf(t_arena, "%s%d", f->name, (int)r->id));
	}
}

/* As if the row had come by the store: the counter of its type stands above it. */
static CSM_UNUSED void t_count(const struct csm_rtype *t, int64_t id)
{
	struct csm_db_table *counters;

	if (csm_db_table(t_db, "counters", t_arena, &counters, &t_err) || !counters)
		return;		/* a test with tables of its own */
	t_exec(csm_sprintf(t_arena, "INSERT INTO counters (type, next) SELECT '%s', 0 WHERE NOT EXISTS "
			   "(SELECT 1 FROM counters WHERE type = '%s')", t->name, t->name));
	t_exec(csm_sprintf(t_arena, "UPDATE counters SET next = %lld WHERE type = '%s' AND next <= %lld",
			   (long long)id + 1, t->name, (long long)id));
}

/* t_put("account", 3, "name=Boxeo", "customer=true", NULL): values as csm_store_set takes them. */
static CSM_UNUSED void t_put(const char *type, int64_t id, ...)
{
	const struct csm_rtype *t = t_type(type);
	struct csm_rec *r = csm_rec_new(t_arena, t);
	const char *pair;
	va_list ap;

	r->id = id;
	va_start(ap, id);
	while ((pair = va_arg(ap, const char *)) != NULL) {
		const char *eq = strchr(pair, '=');
		int field = csm_field_index(t, csm_strndup(t_arena, pair, (size_t)(eq - pair)));

		if (field < 0 || csm_store_set(t_store, r, field, eq + 1, &t_err))
			t_fail_now(pair);
	}
	va_end(ap);
	t_fill(r);
	t_insert(r);
	t_count(t, id);
}

#endif
