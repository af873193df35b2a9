/* SPDX-License-Identifier: MIT */
/*
 * anon.c - an export that tells nothing of anybody: what the dictionary calls personal is replaced. Each
 * replacement is a function of the seed and the value alone, so that a name is the same name in every record
 * and every run, and references by key still lead where they led.
 */
#include <sodium/crypto_generichash.h>

#include <csm/utf8.h>

#include "anon.h"

struct xfer_anon *xfer_anon_new(struct csm_arena *a, struct csm_store *s, const char *seed)
{
	struct xfer_anon *an = csm_alloc(a, sizeof(*an));

	an->store = s;
	crypto_generichash(an->key, sizeof(an->key), (const unsigned char *)seed, strlen(seed), NULL, 0);
	return an;
}

static uint64_t hash_text(const struct xfer_anon *an, char of, const char *text)
{
	return xfer_anon_hash(an, of, text, strlen(text));
}

/* n characters that people don't mix up, of a hash of the text: 5 bits each. */
static const char *tail(const struct xfer_anon *an, char of, const char *text, unsigned n, struct csm_arena *a)
{
	static const char letters[] = "23456789abcdefghijkmnpqrstuvwxyz";
	uint64_t h = hash_text(an, of, text);
	char *s = csm_calloc(a, n + 1, 1);

	for (unsigned i = 0; i < n; i++, h >>= 5)
		s[i] = letters[h & 31];
	return s;
}

/* A name of somebody: each word of it but the last is a given one. */
static const char *full_name(const struct xfer_anon *an, const char *text, struct csm_arena *a)
{
	const char *last = strrchr(text, ' ');
	const char *family = xfer_anon_text(an, CSM_PERSONAL_FAMILY_NAME, last ? last + 1 : text, a);

	if (!last)
		return family;
	return csm_sprintf(a, "%s %s",
			   xfer_anon_text(an, CSM_PERSONAL_GIVEN_NAME, csm_strndup(a, text, (size_t)(last - text)), a),
			   family);
}

/* 52 bits: as a key it stays the only one. */
static const char *thing_name(const struct xfer_anon *an, const char *text, struct csm_arena *a)
{
	uint64_t h = hash_text(an, 'n', text);

	return csm_sprintf(a, "%s %s %s", xfer_anon_word(XFER_COLOURS, h), xfer_anon_word(XFER_THINGS, h >> 32),
			   tail(an, 'N', text, 8, a));
}

static const char *domain(const struct xfer_anon *an, const char *text, struct csm_arena *a)
{
	return csm_sprintf(a, "%s-%s.example", csm_utf8_fold(a, xfer_anon_word(XFER_THINGS, hash_text(an, 'd', text))),
			   tail(an, 'D', text, 5, a));
}

/* Who is at the same domain stays at the same domain. */
static const char *email(const struct xfer_anon *an, const char *text, struct csm_arena *a)
{
	const char *at = strchr(text, '@');
	uint64_t h = hash_text(an, 'e', text);

	return csm_sprintf(a, "%s.%s@%s", csm_utf8_fold(a, xfer_anon_made(XFER_FAMILY, h, a)),
			   tail(an, 'E', text, 10, a), domain(an, at ? at + 1 : text, a));
}

static const char *street(const struct xfer_anon *an, const char *text, struct csm_arena *a)
{
	uint64_t h = hash_text(an, 's', text);

	return csm_sprintf(a, "%u %s Street", (unsigned)(h % 199) + 1, xfer_anon_word(XFER_THINGS, h >> 32));
}

/* A short one is a code: CA, DE, NRW. */
static const char *place(const struct xfer_anon *an, const char *text, struct csm_arena *a)
{
	return csm_utf8_len(text) <= 3 ? xfer_anon_code(an, text, a)
				       : xfer_anon_made(XFER_PLACE, hash_text(an, 'p', text), a);
}

const char *xfer_anon_text(const struct xfer_anon *an, enum csm_personal p, const char *text, struct csm_arena *a)
{
	switch (p) {
	case CSM_PERSONAL_GIVEN_NAME:
		return xfer_anon_made(XFER_GIVEN, hash_text(an, 'g', text), a);
	case CSM_PERSONAL_FAMILY_NAME:
		return xfer_anon_made(XFER_FAMILY, hash_text(an, 'f', text), a);
	case CSM_PERSONAL_FULL_NAME:
		return full_name(an, text, a);
	case CSM_PERSONAL_NAME:
		return thing_name(an, text, a);
	case CSM_PERSONAL_EMAIL:
		return email(an, text, a);
	case CSM_PERSONAL_PHONE:
		return xfer_anon_phone(an, text, a);
	case CSM_PERSONAL_STREET:
		return street(an, text, a);
	case CSM_PERSONAL_PLACE:
		return place(an, text, a);
	case CSM_PERSONAL_CODE:
		return xfer_anon_code(an, text, a);
	case CSM_PERSONAL_URL:
		return csm_sprintf(a, "https://%s", domain(an, text, a));
	case CSM_PERSONAL_TEXT:
		return xfer_anon_prose(an, text, a);
	default:
		return text;
	}
}

/* ---- records ---- */

/* The parts of a person's name in row order with blanks between them; all: middle names too. */
static const char *join_parts(const struct csm_rec *r, bool all, struct csm_arena *a)
{
	struct csm_buf b = CSM_BUF(a);
	bool first = true;

	for (unsigned i = 0; i < r->type->nfields; i++) {
		enum csm_personal p = csm_field_personal(&r->type->fields[i]);

		if ((p != CSM_PERSONAL_GIVEN_NAME && p != CSM_PERSONAL_FAMILY_NAME) || csm_rec_null(r, (int)i))
			continue;
		if (all || first || p == CSM_PERSONAL_FAMILY_NAME)
			csm_buf_addf(&b, "%s%s", b.n ? " " : "", csm_rec_text(r, (int)i));
		first = false;
	}
	return b.s;
}

/* Which join a whole name is made by: it is made so again of the new parts. */
enum name_of { NAME_ITS_OWN, NAME_OF_ALL, NAME_OF_TWO };

static enum name_of name_of(const struct csm_rec *r, int *field, struct csm_arena *a)
{
	*field = -1;
	for (unsigned i = 0; i < r->type->nfields; i++)
		if (csm_field_personal(&r->type->fields[i]) == CSM_PERSONAL_FULL_NAME && !csm_rec_null(r, (int)i))
			*field = (int)i;
	if (*field < 0)
		return NAME_ITS_OWN;
	if (strcmp(csm_rec_text(r, *field), join_parts(r, true, a)) == 0)
		return NAME_OF_ALL;
	return strcmp(csm_rec_text(r, *field), join_parts(r, false, a)) == 0 ? NAME_OF_TWO : NAME_ITS_OWN;
}

static void replace(struct xfer_anon *an, struct csm_rec *r, int field, struct csm_arena *a)
{
	const struct csm_field *f = &r->type->fields[field];
	enum csm_personal p = csm_field_personal(f);
	struct csm_value *v = &r->v[field];
	const char *text;
	unsigned most;

	if (v->tag == CSM_INT && p == CSM_PERSONAL_COORDINATE) {
		uint64_t h = xfer_anon_hash(an, 'c', &v->i, sizeof(v->i));

		v->i = f->min + (int64_t)(h % (uint64_t)(f->max - f->min + 1));
	}
	if (v->tag != CSM_TEXT || p == CSM_PERSONAL_NOT)
		return;
	text = p == CSM_PERSONAL_CONDITION ? xfer_anon_condition(an, v->s, a) : xfer_anon_text(an, p, v->s, a);
	most = f->max_len ? f->max_len : CSM_MAX_TEXT;
	if (csm_utf8_len(text) > most)
		text = csm_strndup(a, text, (size_t)csm_utf8_cut(text, (int)most));
	v->s = text;
}

int xfer_anon_record(struct xfer_anon *an, struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	int name;
	enum name_of of = name_of(r, &name, a);

	(void)err;
	for (unsigned i = 0; i < r->type->nfields; i++)
		if (of == NAME_ITS_OWN || (int)i != name)
			replace(an, r, (int)i, a);
	if (of != NAME_ITS_OWN)
		r->v[name] = csm_text(join_parts(r, of == NAME_OF_ALL, a));
	return CSM_OK;
}

/* The key is what csm_store_key() gives: the first field that is a key and always there. */
const char *xfer_anon_key(struct xfer_anon *an, const struct csm_rtype *t, const char *key, struct csm_arena *a)
{
	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];

		if (f->flags & CSM_F_KEY && f->flags & CSM_F_REQUIRED)
			return xfer_anon_text(an, csm_field_personal(f), key, a);
	}
	return key;
}
