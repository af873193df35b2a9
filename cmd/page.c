/* SPDX-License-Identifier: MIT */
/*
 * page.c - one record as a page for people: title, fields in columns, long texts, owned records, activity,
 * what refers to it.
 */
#include <inttypes.h>

#include <csm/cal.h>
#include <csm/utf8.h>

#include "cli_priv.h"
#include "page.h"

#define WIDE 60			/* longer values get a line of their own */
#define FIRST_KEYS 5

struct pair {
	const char *label, *value;
	size_t lw, vw;		/* terminal columns */
};

void page_head(struct cli *c, const char *text)
{
	cli_print(c, "\n%s%s%s\n", c->world->color ? "\033[1m" : "", text, c->world->color ? "\033[0m" : "");
}

void page_indent(struct cli *c, const char *text, const char *before)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		cli_print(c, "%s%.*s\n", n ? before : "", (int)n, text);
		text += n + (text[n] == '\n');
	}
}

/* ---- values ---- */

const char *cli_title(struct cli *c, const struct csm_rec *r)
{
	int i = csm_type_title(r->type);
	const struct csm_field *f = &r->type->fields[i];

	if (!(f->flags & CSM_F_TITLE) || f->flags & (CSM_F_LONG | CSM_F_SECRET) || r->v[i].tag != CSM_TEXT)
		return "";
	return csm_term_text(c->arena, csm_rec_text(r, i), true);
}

const char *cli_ref_text(struct cli *c, const struct csm_rtype *t, int64_t id, bool title)
{
	struct csm_rec *r = NULL;
	const char *key, *name;

	if (csm_store_get(c->store, t, id, c->arena, &r, NULL) != CSM_OK || !r)
		return csm_sprintf(c->arena, "#%" PRId64, id);
	key = csm_term_text(c->arena, csm_rec_key(c->arena, r), true);
	name = title ? cli_title(c, r) : "";
	return *name && strcmp(name, key) != 0 ? csm_sprintf(c->arena, "%s %s", key, name) : key;
}

const char *cli_field_text(struct cli *c, const struct csm_rec *r, int field, bool title)
{
	const struct csm_field *f = &r->type->fields[field];
	const struct csm_value *v = &r->v[field];
	const char *text = NULL;

	if (v->tag == CSM_NULL || f->flags & CSM_F_SECRET)
		return NULL;
	if (f->kind == CSM_K_REF && title && !c->raw)
		return cli_ref_text(c, csm_dict_type(c->dict, f->target), v->i, true);
	if (f->kind == CSM_K_TIME)
		return cli_time(c, v->i);
	if (f->choices && !c->raw)
		text = csm_field_label(c->arena, f, v);
	else if (csm_store_text(c->store, r, field, c->arena, &text, NULL) != CSM_OK)
		return NULL;
	return text ? csm_term_text(c->arena, text, false) : NULL;
}

/* ---- fields ---- */

static bool on_page(const struct csm_rec *r, int i)
{
	const struct csm_field *f = &r->type->fields[i];

	return r->v[i].tag != CSM_NULL && !(f->flags & (CSM_F_SECRET | CSM_F_VOLATILE | CSM_F_TITLE)) &&
		strcmp(f->name, "number") != 0;
}

static bool is_long(const struct csm_field *f, const char *value)
{
	return f->flags & CSM_F_LONG || strchr(value, '\n') || csm_utf8_width(value) > WIDE;
}

static void print_pair(struct cli *c, const struct pair *p, size_t lw, size_t vw, bool last)
{
	int label_pad = (int)(lw - p->lw), value_pad = last ? 0 : (int)(vw - p->vw);

	cli_print(c, "  %s%*s  %s%*s%s", p->label, label_pad, "", p->value, value_pad, "", last ? "\n" : " ");
}

static void widths(const struct csm_vec *v, size_t from, size_t to, size_t *lw, size_t *vw)
{
	*lw = *vw = 0;
	for (size_t i = from; i < to; i++) {
		const struct pair *p = CSM_AT(v, struct pair, i);

		*lw = p->lw > *lw ? p->lw : *lw;
		*vw = p->vw > *vw ? p->vw : *vw;
	}
}

/* Two columns where both fit, filled downwards; one otherwise. */
static void print_pairs(struct cli *c, const struct csm_vec *v)
{
	size_t width = c->world->width ? c->world->width : 100, half = (v->n + 1) / 2, lw[2], vw[2];

	widths(v, 0, half, &lw[0], &vw[0]);
	widths(v, half, v->n, &lw[1], &vw[1]);
	if (v->n < 6 || lw[0] + vw[0] + lw[1] + vw[1] + 9 > width) {
		widths(v, 0, v->n, &lw[0], &vw[0]);
		for (size_t i = 0; i < v->n; i++)
			print_pair(c, CSM_AT(v, struct pair, i), lw[0], vw[0], true);
		return;
	}
	for (size_t i = 0; i < half; i++) {
		bool alone = half + i >= v->n;

		print_pair(c, CSM_AT(v, struct pair, i), lw[0], vw[0], alone);
		if (!alone)
			print_pair(c, CSM_AT(v, struct pair, half + i), lw[1], vw[1], true);
	}
}

static void print_fields(struct cli *c, const struct csm_rec *r)
{
	struct csm_vec pairs = CSM_VEC(c->arena, struct pair), texts = CSM_VEC(c->arena, struct pair);

	for (int i = 0; i < (int)r->type->nfields; i++) {
		const char *value = on_page(r, i) ? cli_field_text(c, r, i, true) : NULL;
		struct pair *p;

		if (!value)
			continue;
		p = csm_vec_add(is_long(&r->type->fields[i], value) ? &texts : &pairs);
		*p = (struct pair){ r->type->fields[i].label, value,
				    csm_utf8_width(r->type->fields[i].label), csm_utf8_width(value) };
	}
	if (pairs.n)
		cli_print(c, "\n");
	print_pairs(c, &pairs);
	for (size_t i = 0; i < texts.n; i++) {
		page_head(c, CSM_AT(&texts, struct pair, i)->label);
		page_indent(c, CSM_AT(&texts, struct pair, i)->value, "  ");
	}
}

/* Version and who touched the record when, on one line. */
static void print_housekeeping(struct cli *c, const struct csm_rec *r)
{
	int version = csm_field_index(r->type, "version"), by;
	static const char *const events[] = { "created", "updated" };

	if (version < 0)
		return;
	cli_print(c, "\n  version %" PRId64, csm_rec_int(r, version));
	for (size_t k = 0; k < CSM_COUNT(events); k++) {
		int at = csm_field_index(r->type, csm_sprintf(c->arena, "%s_at", events[k]));

		by = csm_field_index(r->type, csm_sprintf(c->arena, "%s_by", events[k]));
		if (at < 0 || csm_rec_null(r, at))
			continue;
		cli_print(c, ", %s %s", events[k], cli_time(c, csm_rec_int(r, at)));
		if (by >= 0 && !csm_rec_null(r, by))
			cli_print(c, " by %s", csm_term_text(c->arena, csm_rec_text(r, by), true));
	}
	cli_print(c, "\n");
}

/* ---- who refers to it ---- */

struct referrers {
	struct cli *c;
	const struct csm_rtype *type;
	int64_t id;
	bool any;
};

const char *page_first_keys(struct cli *c, const struct csm_rtype *from, int field, int64_t id)
{
	struct csm_cursor *cur CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_buf b = CSM_BUF(c->arena);
	struct csm_value v = csm_int(id);
	struct csm_filter f = { .op = CSM_OP_EQ,
				.type = from,
				.path = { field },
				.npath = 1,
				.field = &from->fields[field],
				.values = &v,
				.nvalues = 1 };
	struct csm_query q = { .where = &f, .limit = FIRST_KEYS };
	struct csm_rec *r;

	if (from->fields[field].kind == CSM_K_REF_LIST) {
		f.op = CSM_OP_HAS;
		v = csm_text(csm_sprintf(c->arena, "%" PRId64, id));
	}
	if (csm_store_select(c->store, from, &q, c->arena, &cur, NULL) != CSM_OK)
		return "";
	while (csm_cursor_next(cur, c->arena, &r, NULL) == CSM_OK && r)
		csm_buf_addf(&b, "%s%s", b.n ? "," : "", csm_rec_key(c->arena, r));
	return b.s;
}

static int print_referrer(void *arg, const struct csm_rtype *from, int field, int64_t count, int64_t first_id)
{
	struct referrers *x = arg;
	const char *keys;

	(void)first_id;
	/* Owned records have tables of their own. */
	if (from->flags & CSM_T_OWNED && from->fields[field].flags & CSM_F_OWNER)
		return CSM_OK;
	if (!x->any)
		page_head(x->c, "Referred to by");
	x->any = true;
	keys = page_first_keys(x->c, from, field, x->id);
	cli_print(x->c, "  %s (%s): %" PRId64 "%s%s%s\n", from->plural, from->fields[field].label, count,
		  *keys ? "  " : "", csm_term_text(x->c->arena, keys, true),
		  count > FIRST_KEYS ? ",..." : "");
	return CSM_OK;
}

int cli_page(struct cli *c, struct csm_rec *r, struct csm_err *err)
{
	struct referrers x = { c, r->type, r->id, false };
	const char *title = cli_title(c, r), *key = csm_term_text(c->arena, csm_rec_key(c->arena, r), true);

	cli_print(c, "%s%s %s%s", c->world->color ? "\033[1m" : "", r->type->label, key,
		  c->world->color ? "\033[0m" : "");
	cli_print(c, "%s%s\n", *title && strcmp(title, key) != 0 ? "  " : "",
		  strcmp(title, key) != 0 ? title : "");
	print_fields(c, r);
	if (page_slas(c, r, err) != CSM_OK || page_children(c, r, err) != CSM_OK ||
	    page_activity(c, r, err) != CSM_OK)
		return (int)err->code;
	if (csm_store_referrers(c->store, r->type, r->id, print_referrer, &x, err) != CSM_OK)
		return (int)err->code;
	print_housekeeping(c, r);
	return CSM_OK;
}
