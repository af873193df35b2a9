/* SPDX-License-Identifier: MIT */
/* field.c - values of fields from text, and as text. */
#include <inttypes.h>
#include <string.h>

#include <csm/utf8.h>

#include "dict/dict_priv.h"

int csm_field_parse(struct csm_arena *a, const struct csm_rtype *t, const struct csm_field *f,
		    const char *text, int64_t now, struct csm_value *out, struct csm_err *err)
{
	const struct csm_kind_row *k = csm_kind(f->kind);
	int rc;

	*out = csm_null();
	if (!*text)
		return CSM_OK;
	/* Before anything quotes it in a message. */
	rc = csm_text_check(text, strlen(text), err);
	if (!rc && !k->parse)
		rc = csm_fail(err, CSM_E_INTERNAL, "'%.*s': a reference is resolved by the store",
			      CSM_Q(text));
	if (!rc)
		rc = k->parse(a, f, text, now, out, err);
	if (!rc)
		return CSM_OK;
	*out = csm_null();
	csm_err_on(err, t ? t->name : NULL, NULL, f->name);
	return rc;
}

const char *csm_field_format(struct csm_arena *a, const struct csm_field *f, const struct csm_value *v)
{
	if (v->tag == CSM_NULL)
		return "";
	if (f->kind == CSM_K_REF)
		return csm_sprintf(a, "%" PRId64, v->i);
	if (f->kind == CSM_K_REF_LIST)
		return strlen(v->s) > 2 ? csm_strndup(a, v->s + 1, strlen(v->s) - 2) : v->s;
	return csm_kind(f->kind)->format(a, f, v);
}

static const char *choice_label(const struct csm_choice *choices, const char *value)
{
	for (const struct csm_choice *c = choices; c && c->value; c++)
		if (!strcmp(c->value, value))
			return c->label;
	return value;
}

const char *csm_field_label(struct csm_arena *a, const struct csm_field *f, const struct csm_value *v)
{
	const char *text = csm_field_format(a, f, v);
	struct csm_buf b = CSM_BUF(a);
	char word[128];

	if (f->kind != CSM_K_ENUM_LIST || v->tag == CSM_NULL)
		return choice_label(f->choices, text);
	for (unsigned i = 0; csm_list_word(v->s, i, word, sizeof(word)); i++)
		csm_buf_addf(&b, "%s%s", i ? ", " : "", choice_label(f->choices, word));
	return b.s;
}
