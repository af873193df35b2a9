/* SPDX-License-Identifier: MIT */
/*
 * t_svc_help.h - csm's own types with their rules: records made, changed, moved, deleted and loaded, each
 * in a change of its own.
 */
#ifndef CSM_T_SVC_HELP_H
#define CSM_T_SVC_HELP_H

#include <csm/svc.h>
#include <csm/xfer.h>

#include "t_store_help.h"

static void s_reopen(void)
{
	csm_store_close(t_store);
	t_env.hooks = csm_svc_hooks();
	t_open_store();
}

static CSM_UNUSED void s_begin(void)
{
	t_begin(NULL);
	s_reopen();
}

/* Another empty database. */
static CSM_UNUSED void s_again(void)
{
	t_end();
	s_begin();
}

/* Back to the day the tests begin with, and so many days on. */
static CSM_UNUSED void s_day(int day)
{
	t_env.now = T_NOW + INT64_C(86400) * day;
	s_reopen();
}

static int s_end(int rc)
{
	if (rc)
		csm_store_rollback(t_store);
	else
		rc = csm_store_commit(t_store, NULL, &t_err);
	return rc;
}

static int s_fields(struct csm_rec *r, va_list ap)
{
	const char *pair;

	while ((pair = va_arg(ap, const char *)) != NULL) {
		const char *eq = strchr(pair, '=');
		int field = csm_field_index(r->type, csm_strndup(t_arena, pair, (size_t)(eq - pair)));
		int rc;

		if (field < 0) {
			printf("%s has no field of '%s'\n", r->type->name, pair);
			exit(1);
		}
		rc = csm_store_set(t_store, r, field, eq + 1, &t_err);
		if (rc)
			return rc;
	}
	return CSM_OK;
}

/* s_new("account", "name=Boxeo", NULL): the id, 0 when it was refused. */
static CSM_UNUSED int64_t s_new(const char *type, ...)
{
	struct csm_rec *r;
	va_list ap;
	int rc;

	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	rc = csm_store_new(t_store, t_type(type), t_arena, &r, &t_err);
	va_start(ap, type);
	if (!rc)
		rc = s_fields(r, ap);
	va_end(ap);
	if (!rc)
		rc = csm_store_write(t_store, r, CSM_WRITE_NORMAL, -1, &t_err);
	return s_end(rc) ? 0 : r->id;
}

static struct csm_rec *s_need(const char *type, int64_t id)
{
	struct csm_rec *r;

	if (csm_store_need(t_store, t_type(type), id, t_arena, &r, &t_err))
		t_fail_now(type);
	return r;
}

static CSM_UNUSED int s_edit(const char *type, int64_t id, ...)
{
	struct csm_rec *r;
	va_list ap;
	int rc;

	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	r = s_need(type, id);
	va_start(ap, id);
	rc = s_fields(r, ap);
	va_end(ap);
	if (!rc)
		rc = csm_store_write(t_store, r, CSM_WRITE_NORMAL, -1, &t_err);
	return s_end(rc);
}

static CSM_UNUSED int s_move(const char *type, int64_t id, const char *verb, ...)
{
	struct csm_rec *r;
	va_list ap;
	int rc;

	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	r = s_need(type, id);
	va_start(ap, verb);
	rc = s_fields(r, ap);
	va_end(ap);
	if (!rc)
		rc = csm_store_move(t_store, r, verb, NULL, -1, &t_err);
	return s_end(rc);
}

static CSM_UNUSED int s_delete(const char *type, int64_t id)
{
	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	return s_end(csm_store_delete(t_store, s_need(type, id), -1, &t_err));
}

/* A field as text, "" when it is empty. */
static CSM_UNUSED const char *s_get(const char *type, int64_t id, const char *field)
{
	struct csm_rec *r = s_need(type, id);
	const char *text = NULL;

	if (csm_store_text(t_store, r, csm_field_index(r->type, field), t_arena, &text, &t_err))
		t_fail_now(field);
	return text ? text : "";
}

/* The only record that fits, 0: there are none or several. */
static CSM_UNUSED int64_t s_find(const char *type, const char *where)
{
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_query q = { .sort = "" };
	struct csm_filter *f;
	struct csm_rec *r = NULL, *more = NULL;

	if (csm_store_filter(t_store, t_type(type), where, t_arena, &f, &t_err))
		t_fail_now(where);
	q.where = f;
	if (csm_store_select(t_store, t_type(type), &q, t_arena, &c, &t_err) ||
	    csm_cursor_next(c, t_arena, &r, &t_err) || (r && csm_cursor_next(c, t_arena, &more, &t_err)))
		t_fail_now(where);
	return r && !more ? r->id : 0;
}

static CSM_UNUSED int64_t s_count(const char *type)
{
	int64_t n = 0;

	if (csm_store_count(t_store, t_type(type), NULL, &n, &t_err))
		t_fail_now(type);
	return n;
}

/* Load a document; text in YAML. */
static CSM_UNUSED int s_load(const char *text)
{
	const struct csm_import_opts o = { .format = CSM_FMT_YAML };
	struct csm_import_result result;
	struct csm_import *im;
	int rc;

	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	rc = csm_import_open(&im, t_store, t_arena, &o, &t_err);
	if (!rc)
		rc = csm_import_read(im, csm_source_memory(t_arena, text, strlen(text), "doc"), &t_err);
	if (!rc)
		rc = csm_import_finish(im, &result, &t_err);
	csm_import_close(im);
	return s_end(rc);
}

static CSM_UNUSED const char *s_export(void)
{
	const struct csm_export_opts o = { .format = CSM_FMT_YAML };
	struct csm_buf b = CSM_BUF(t_arena);
	struct csm_export_result n;

	if (csm_export(t_store, &o, csm_sink_buf(&b), &n, &t_err))
		t_fail_now("export");
	return b.s;
}

static CSM_UNUSED const char *s_error(void)
{
	static char line[1400];

	return csm_err_text(&t_err, line, sizeof(line));
}

/* What is in the database is the same after a trip through a document and an empty database. */
#define S_ROUND_TRIP() \
	do { \
		char *s_before = strdup(s_export()); \
		s_again(); \
		if (s_load(s_before)) \
			printf("%s\n", s_error()); \
		T_EQ_STR(s_export(), s_before); \
		free(s_before); \
	} while (0)

/* The write is refused with exactly this line. */
#define S_REFUSED(what, line) \
	do { \
		T_OK(!(what) || t_err.code); \
		T_EQ_STR(s_error(), line); \
	} while (0)

#endif
