/* SPDX-License-Identifier: MIT */
/* text.c - values as text and text as values, where references take part; filters with this store's
 * keys and clock. */
#include "store_priv.h"

/* ",3,17," as "CS0000003,CS0000017". */
static int list_keys(struct csm_store *s, const struct csm_rtype *target, const char *list,
		     struct csm_arena *a, const char **out, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(a);
	char word[32];

	for (unsigned i = 0; csm_list_word(list, i, word, sizeof(word)); i++) {
		const char *key;
		int rc = csm_store_key(s, target, strtoll(word, NULL, 10), a, &key, err);

		if (rc != CSM_OK)
			return rc;
		if (b.n)
			csm_buf_addc(&b, ',');
		if (key)
			csm_buf_add(&b, key);
		else
			csm_buf_addf(&b, "#%s", word);
	}
	*out = b.s;
	return CSM_OK;
}

static int target_of(struct csm_store *s, const struct csm_rtype *t, const struct csm_field *f,
		     const struct csm_rtype **target, struct csm_err *err)
{
	*target = f->target ? csm_dict_type(s->env.dict, f->target) : NULL;
	if (!*target)
		return csm_fail(err, CSM_E_INTERNAL, "%s.%s refers to no type", t->name, f->name);
	return CSM_OK;
}

int csm_store_text(struct csm_store *s, const struct csm_rec *r, int field, struct csm_arena *a,
		   const char **out, struct csm_err *err)
{
	const struct csm_field *f = &r->type->fields[field];
	const struct csm_value *v = &r->v[field];
	const struct csm_rtype *target;
	int rc;

	*out = NULL;
	if (v->tag == CSM_NULL)
		return CSM_OK;
	if (f->kind != CSM_K_REF && f->kind != CSM_K_REF_LIST) {
		*out = csm_field_format(a, f, v);
		return CSM_OK;
	}
	rc = target_of(s, r->type, f, &target, err);
	if (rc != CSM_OK)
		return rc;
	if (f->kind == CSM_K_REF_LIST)
		return list_keys(s, target, v->s, a, out, err);
	return csm_store_key(s, target, v->i, a, out, err);
}

/* "CS0000003, CS0000017" as ",3,17,", doubles left out. */
static int parse_list(struct csm_store *s, const struct csm_rtype *target, struct csm_arena *a,
		      const char *text, struct csm_value *out, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(a);
	char *list = csm_strdup(a, text), *next;

	for (char *word = list; word; word = next) {
		char id_text[32];
		int64_t id;
		int rc;

		next = strchr(word, ',');
		if (next)
			*next++ = '\0';
		word += strspn(word, " \t\n");
		for (char *end = word + strlen(word); end > word && strchr(" \t\n", end[-1]); end--)
			end[-1] = '\0';
		if (!*word)
			continue;
		rc = csm_store_find(s, target, word, &id, err);
		if (rc != CSM_OK)
			return rc;
		snprintf(id_text, sizeof(id_text), "%" PRId64, id);
		if (!csm_list_has(b.s, id_text))
			csm_buf_addf(&b, "%s%s,", b.n ? "" : ",", id_text);
	}
	*out = csm_text(b.s);
	return CSM_OK;
}

int csm_store_take(struct csm_store *s, struct csm_rec *r, int field, const char *text,
		   struct csm_err *err)
{
	const struct csm_field *f = &r->type->fields[field];
	const struct csm_rtype *target;
	struct csm_value v = csm_null();
	int64_t id;
	int rc = CSM_OK;

	if (!*text) {
		v = csm_null();
	} else if (f->kind == CSM_K_REF || f->kind == CSM_K_REF_LIST) {
		rc = target_of(s, r->type, f, &target, err);
		if (rc == CSM_OK && f->kind == CSM_K_REF_LIST) {
			rc = parse_list(s, target, r->arena, text, &v, err);
		} else if (rc == CSM_OK) {
			rc = csm_store_find(s, target, text, &id, err);
			v = csm_int(id);
		}
	} else {
		rc = csm_field_parse(r->arena, r->type, f, text, s->env.now, &v, err);
	}
	if (rc != CSM_OK) {
		csm_err_on(err, r->type->name, r->stored ? csm_rec_key(r->arena, r) : NULL, f->name);
		return rc;
	}
	csm_rec_set(r, field, v);
	csm_rec_give(r, field);
	return CSM_OK;
}

int csm_store_set(struct csm_store *s, struct csm_rec *r, int field, const char *text,
		  struct csm_err *err)
{
	return csm_store_take(s, r, field, csm_strdup(r->arena, text), err);
}

static int find_ref(void *arg, const struct csm_rtype *target, const char *key, int64_t *id,
		    struct csm_err *err)
{
	return csm_store_find(arg, target, key, id, err);
}

int csm_store_filter(struct csm_store *s, const struct csm_rtype *t, const char *text,
		     struct csm_arena *a, struct csm_filter **out, struct csm_err *err)
{
	const struct csm_filter_env env = {
		.dict = s->env.dict, .now = s->env.now, .me = s->actor.user, .ref = find_ref, .arg = s
	};

	return csm_filter_parse(a, t, text, &env, out, err);
}

static int take_change(void *arg, const struct csm_history *h, struct csm_err *err)
{
	int64_t *change = arg;

	(void)err;
	*change = h->change;
	return CSM_OK;
}

/* The condition as it was understood in the change that wrote its record last. */
static int read_as_written(struct csm_store *s, const struct csm_rec *r, const struct csm_rtype *t,
			   const char *text, struct csm_arena *a, struct csm_filter **out)
{
	int64_t change = 0;
	int rc = csm_store_history(s, 0, r->type, r->id, take_change, &change, NULL), back;

	if (rc != CSM_OK || !change)
		return CSM_NO;
	rc = csm_store_as_of(s, change, NULL);
	if (rc == CSM_OK)
		rc = csm_store_filter(s, t, text, a, out, NULL);
	back = csm_store_as_of(s, CSM_STORE_PRESENT, NULL);
	return rc == CSM_OK ? back : rc;
}

int csm_store_condition(struct csm_store *s, const struct csm_rec *r, int field, const struct csm_rtype *t,
			struct csm_arena *a, struct csm_filter **out, struct csm_err *err)
{
	const char *text = csm_rec_text(r, field);
	int rc;

	*out = NULL;
	if (csm_rec_null(r, field))
		return CSM_OK;
	rc = csm_store_filter(s, t, text, a, out, err);
	if (rc == CSM_OK || s->past || !r->stored)
		return rc;
	if (read_as_written(s, r, t, text, a, out) != CSM_OK) {
		*out = NULL;
		return rc;
	}
	csm_err_clear(err);
	return CSM_OK;
}
