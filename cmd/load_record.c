/* SPDX-License-Identifier: MIT */
/* load_record.c - how it is told what became of a record of a load: fields before and after. */
#include <inttypes.h>
#include <string.h>

#include "load.h"

static const char *const outcomes[] = { "created", "updated", "unchanged", "skipped", "rejected", "deleted" };

/* ---- fields ---- */

struct field {
	const char *name;
	const char *before, *after;	/* texts, NULL null */
};

static bool is_shown(const struct csm_field *f)
{
	return !(f->flags & (CSM_F_VOLATILE | CSM_F_COMPUTED));
}

static int value_text(struct cli *c, struct csm_arena *a, const struct csm_rtype *t, const struct csm_value *v,
		      int field, const char **out, struct csm_err *err)
{
	struct csm_rec *r;

	*out = NULL;
	if (!v || v[field].tag == CSM_NULL)
		return CSM_OK;
	if (t->fields[field].flags & CSM_F_SECRET) {
		*out = "(secret)";
		return CSM_OK;
	}
	r = csm_rec_new(a, t);
	r->v[field] = v[field];
	return csm_store_text(c->store, r, field, a, out, err);
}

/* The fields that differ; of a created record those with a value, of a deleted one too. */
static int find_fields(struct cli *c, struct csm_arena *a, const struct csm_import_record *r, struct csm_vec *out,
		       struct csm_err *err)
{
	int code = CSM_OK;

	for (unsigned i = 0; !code && (r->before || r->after) && i < r->type->nfields; i++) {
		struct csm_value null = csm_null();
		const struct csm_value *was = r->before ? &r->before[i] : &null;
		const struct csm_value *is = r->after ? &r->after[i] : &null;
		struct field *f;

		if (!is_shown(&r->type->fields[i]) || csm_value_eq(was, is))
			continue;
		f = csm_vec_add(out);
		f->name = r->type->fields[i].name;
		code = value_text(c, a, r->type, r->before, (int)i, &f->before, err);
		if (!code)
			code = value_text(c, a, r->type, r->after, (int)i, &f->after, err);
	}
	return code;
}

/* ---- a line of talk ---- */

static void add_quoted(struct csm_buf *b, const char *text)
{
	if (text)
		csm_json_quote(b, text);
	else
		csm_buf_add(b, "null");
}

static const char *name_of(const struct csm_import_record *r)
{
	return r->type ? r->type->name : "record";
}

int load_note_record(struct cli *c, const struct csm_import_record *r, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = cli_arena(c->arena);
	struct csm_vec fields = CSM_VEC(a, struct field);
	struct csm_mark mark = csm_arena_mark(c->arena);
	struct csm_buf b = CSM_BUF(a);
	int code = r->outcome == CSM_IMPORT_UPDATED ? find_fields(c, a, r, &fields, err) : CSM_OK;

	for (size_t i = 0; !code && i < fields.n; i++) {
		const struct field *f = CSM_AT(&fields, struct field, i);

		csm_buf_addf(&b, "%s %s: ", i ? ";" : ":", f->name);
		add_quoted(&b, f->before);
		csm_buf_add(&b, " -> ");
		add_quoted(&b, f->after);
	}
	if (!code)
		cli_note(c, "%s:%" PRId64 ": %s%s%s %s%s", r->file, r->line, name_of(r), *r->key ? " " : "", r->key,
			 outcomes[r->outcome], b.s);
	csm_arena_rewind(c->arena, mark);
	return code;
}

/* ---- a map in a document ---- */

static void put_error(struct csm_writer *w, const struct csm_err *e)
{
	if (e->field[0])
		csm_writer_put(w, "field", CSM_W_TEXT, e->field);
	csm_writer_put(w, "code", CSM_W_TEXT, csm_code_name(e->code));
	csm_writer_put(w, "message", CSM_W_TEXT, e->msg);
}

int load_put_record(struct cli *c, struct csm_writer *w, const struct csm_import_record *r, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = cli_arena(c->arena);
	struct csm_vec fields = CSM_VEC(a, struct field);
	int code = find_fields(c, a, r, &fields, err);

	if (code)
		return code;
	csm_writer_map(w);
	csm_writer_put(w, "record", CSM_W_TEXT, r->type ? r->type->name : NULL);
	csm_writer_put(w, "key", CSM_W_TEXT, *r->key ? r->key : NULL);
	csm_writer_put(w, "file", CSM_W_TEXT, r->file);
	csm_writer_put(w, "line", CSM_W_NUMBER, csm_sprintf(a, "%" PRId64, r->line));
	csm_writer_put(w, "outcome", CSM_W_TEXT, outcomes[r->outcome]);
	if (r->err)
		put_error(w, r->err);
	if (fields.n) {
		csm_writer_key(w, "fields");
		csm_writer_map(w);
	}
	for (size_t i = 0; i < fields.n; i++) {
		const struct field *f = CSM_AT(&fields, struct field, i);

		csm_writer_key(w, f->name);
		csm_writer_seq(w);
		csm_writer_value(w, CSM_W_TEXT, f->before);
		csm_writer_value(w, CSM_W_TEXT, f->after);
		csm_writer_seq_end(w);
	}
	if (fields.n)
		csm_writer_map_end(w);
	return csm_writer_map_end(w);
}

/* ---- lines of a comparison ---- */

static void print_field(struct cli *c, struct csm_arena *a, char sign, const char *name, const char *text)
{
	struct csm_buf b = CSM_BUF(a);

	csm_buf_addf(&b, "%c   %s: ", sign, name);
	add_quoted(&b, text);
	csm_buf_addc(&b, '\n');
	b.s[b.n - 1] = '\0';
	text = cli_safe(c, b.s, true);
	cli_write(c, text, strlen(text));
	cli_write(c, "\n", 1);
}

int load_print_record(struct cli *c, const struct csm_import_record *r, struct csm_err *err)
{
	static const char signs[] = { '+', '~', '=', '=', '!', '-' };
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = cli_arena(c->arena);
	struct csm_vec fields = CSM_VEC(a, struct field);
	struct csm_mark mark = csm_arena_mark(c->arena);
	int code = find_fields(c, a, r, &fields, err);

	if (code)
		return code;
	cli_print(c, "%c %s%s%s (%s:%" PRId64 ")\n", signs[r->outcome], name_of(r), *r->key ? " " : "",
		  cli_safe(c, r->key, true), cli_safe(c, r->file, true), r->line);
	for (size_t i = 0; i < fields.n; i++) {
		const struct field *f = CSM_AT(&fields, struct field, i);

		if (f->before)
			print_field(c, a, '-', f->name, f->before);
		if (f->after)
			print_field(c, a, '+', f->name, f->after);
	}
	csm_arena_rewind(c->arena, mark);
	return CSM_OK;
}
