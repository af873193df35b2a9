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
	bool number = k->tag == CSM_INT && k->parse;
	int rc;

	*out = csm_null();
	if (!*text)
		return CSM_OK;
	/* what reads as a number has no other characters than one */
	if (number && k->parse(a, f, text, now, out, err) == CSM_OK)
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

enum csm_personal csm_field_personal(const struct csm_field *f)
{
	enum csm_personal said = (enum csm_personal)(f->flags >> 24 & 15);

	if (said)
		return said;
	switch (f->kind) {
	case CSM_K_TEXT:
		return CSM_PERSONAL_TEXT;
	case CSM_K_EMAIL:
		return CSM_PERSONAL_EMAIL;
	case CSM_K_PHONE:
		return CSM_PERSONAL_PHONE;
	case CSM_K_EXPR:
		return CSM_PERSONAL_CONDITION;
	default:
		return CSM_PERSONAL_NOT;
	}
}

const char *csm_personal_name(enum csm_personal p)
{
	static const char *const names[] = {
		[CSM_PERSONAL_UNSAID] = NULL,
		[CSM_PERSONAL_NOT] = NULL,
		[CSM_PERSONAL_GIVEN_NAME] = "given_name",
		[CSM_PERSONAL_FAMILY_NAME] = "family_name",
		[CSM_PERSONAL_FULL_NAME] = "full_name",
		[CSM_PERSONAL_NAME] = "name",
		[CSM_PERSONAL_EMAIL] = "email",
		[CSM_PERSONAL_PHONE] = "phone",
		[CSM_PERSONAL_STREET] = "street",
		[CSM_PERSONAL_PLACE] = "place",
		[CSM_PERSONAL_CODE] = "code",
		[CSM_PERSONAL_URL] = "url",
		[CSM_PERSONAL_TEXT] = "text",
		[CSM_PERSONAL_COORDINATE] = "coordinate",
		[CSM_PERSONAL_CONDITION] = "condition",
	};

	return names[p];
}
