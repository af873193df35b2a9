/* SPDX-License-Identifier: MIT */
/*
 * anon_expr.c - conditions with their values replaced, so that they name the same records and the same values
 * as the replaced records have. Patterns (~) keep their wildcards, but what they match is chance.
 */
#include "anon.h"

struct rewrite {
	struct xfer_anon *an;
	const char *text;
	size_t done;			/* of text */
	struct csm_buf out;
	struct csm_arena *arena;
};

static int find_record(void *arg, const struct csm_rtype *t, const char *key, int64_t *id, struct csm_err *err)
{
	struct rewrite *w = arg;

	(void)err;
	/* one that is gone is replaced all the same */
	if (csm_store_find(w->an->store, t, key, id, NULL) != CSM_OK)
		*id = 1;
	return CSM_OK;
}

static const char *reference(struct rewrite *w, const struct csm_field *f, const char *text)
{
	const struct csm_rtype *t = csm_dict_type(csm_store_dict(w->an->store), f->target);
	const char *key = NULL;
	int64_t id;

	if (strcmp(text, "me") == 0 || *text == '#')
		return text;
	if (csm_store_find(w->an->store, t, text, &id, NULL) == CSM_OK)
		(void)csm_store_key(w->an->store, t, id, w->arena, &key, NULL);
	if (key && t->prefix)
		return key;
	return xfer_anon_key(w->an, t, key ? key : text, w->arena);
}

/* What stands between the wildcards, piece by piece. */
static const char *pattern(struct rewrite *w, enum csm_personal p, const char *text)
{
	struct csm_buf b = CSM_BUF(w->arena);

	while (*text) {
		size_t n = strcspn(text, "*?[]\\");

		if (n)
			csm_buf_add(&b, xfer_anon_text(w->an, p, csm_strndup(w->arena, text, n), w->arena));
		text += n;
		if (*text)
			csm_buf_addc(&b, *text++);
	}
	return b.s;
}

static void take_value(void *arg, const struct csm_field *f, enum csm_op op, size_t from, size_t to,
		       const char *text)
{
	struct rewrite *w = arg;
	enum csm_personal p = csm_field_personal(f);
	bool glob = op == CSM_OP_GLOB || op == CSM_OP_NGLOB;
	const char *other = text;

	if ((f->kind == CSM_K_REF || f->kind == CSM_K_REF_LIST) && !glob)
		other = reference(w, f, text);
	else if (p != CSM_PERSONAL_NOT && p != CSM_PERSONAL_COORDINATE)
		other = glob ? pattern(w, p, text) : xfer_anon_text(w->an, p, text, w->arena);
	csm_buf_addn(&w->out, w->text + w->done, from - w->done);
	if (other == text)
		csm_buf_addn(&w->out, w->text + from, to - from);
	else
		csm_buf_add(&w->out, csm_filter_quote(w->arena, other));
	w->done = to;
}

const char *xfer_anon_condition(struct xfer_anon *an, const char *text, struct csm_arena *a)
{
	static const char *const about[] = { "case", "case_task" };
	const struct csm_dict *d = csm_store_dict(an->store);

	for (size_t i = 0; i < CSM_COUNT(about); i++) {
		struct rewrite w = { an, text, 0, CSM_BUF(a), a };
		const struct csm_filter_env env = { .dict = d, .now = csm_store_now(an->store), .me = 1,
						    .ref = find_record, .value = take_value, .arg = &w };
		struct csm_filter *f;

		if (csm_filter_parse(a, csm_dict_type(d, about[i]), text, &env, &f, NULL) != CSM_OK)
			continue;
		csm_buf_add(&w.out, text + w.done);
		return w.out.s;
	}
	/* one that nobody can read says nothing that could be kept */
	return xfer_anon_prose(an, text, a);
}
