/* SPDX-License-Identifier: MIT */
/*
 * export_value.c - values as the texts that stand in documents. A million records pass here: what is common
 * is written by hand into a buffer, and the keys of records that are referred to are kept.
 */
#include <inttypes.h>

#include <csm/time.h>

#include "anon.h"

#define KEY_SLOTS 1024			/* records referred to whose keys are kept */
#define KEY_SIZE 112

struct xfer_key_slot {
	const struct csm_rtype *type;
	int64_t id;
	char text[KEY_SIZE];
};

_Static_assert(XFER_TEXT_SIZE >= CSM_TIME_SIZE, "a moment must fit");

/* Digits of n, at least `least` of them, up to last, where the NUL is put; where they begin. */
static char *put_digits(char *last, uint64_t n, int least)
{
	char *end = last;

	*end = '\0';
	do {
		*--end = (char)('0' + n % 10);
		n /= 10;
		least--;
	} while (n || least > 0);
	return end;
}

static const char *int_text(int64_t n, char *buf)
{
	char *at = put_digits(&buf[XFER_TEXT_SIZE - 1], n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n, 1);

	if (n < 0)
		*--at = '-';
	return at;
}

/* What csm_number_format() makes, without its arena. */
static const char *number_text(const struct csm_rtype *t, int64_t id, char *buf)
{
	size_t n = strlen(t->prefix);
	char *at = put_digits(&buf[XFER_TEXT_SIZE - 1], (uint64_t)id, 7);

	return memcpy(at - n, t->prefix, n);
}

int xfer_key(struct xfer_out *o, const struct csm_rtype *t, int64_t id, char *buf, struct csm_arena *a,
	     const char **out, struct csm_err *err)
{
	struct xfer_key_slot *slot;
	int rc;

	if (t->prefix && strlen(t->prefix) < 16) {
		*out = number_text(t, id, buf);
		return CSM_OK;
	}
	if (!o->keys)
		o->keys = csm_calloc(o->arena, KEY_SLOTS, sizeof(*o->keys));
	slot = &o->keys[((uintptr_t)t / sizeof(*t) * 37 + (uint64_t)id) % KEY_SLOTS];
	if (slot->type == t && slot->id == id) {
		*out = slot->text;
		return CSM_OK;
	}
	rc = csm_store_key(o->store, t, id, a, out, err);
	if (rc)
		return rc;
	if (!*out)
		*out = csm_sprintf(a, "#%" PRId64, id);
	else if (o->anon)
		*out = xfer_anon_key(o->anon, t, *out, a);
	if (strlen(*out) < KEY_SIZE) {
		slot->type = t;
		slot->id = id;
		memcpy(slot->text, *out, strlen(*out) + 1);
	}
	return CSM_OK;
}

int xfer_text(struct xfer_out *o, const struct xfer_col *c, const struct csm_rec *r, char *buf,
	      struct csm_arena *a, const char **out, struct csm_err *err)
{
	const struct csm_value *v = &r->v[c->field];

	if (c->number) {
		*out = number_text(r->type, r->id, buf);
		return CSM_OK;
	}
	switch (c->f->kind) {
	case CSM_K_REF:
		return xfer_key(o, c->target, v->i, buf, a, out, err);
	case CSM_K_TEXT:
	case CSM_K_ENUM:
	case CSM_K_EMAIL:
	case CSM_K_PHONE:
	case CSM_K_DATE:
		*out = v->s;
		return CSM_OK;
	case CSM_K_INT:
		*out = int_text(v->i, buf);
		return CSM_OK;
	case CSM_K_BOOL:
		*out = v->i ? "true" : "false";
		return CSM_OK;
	case CSM_K_TIME:
		*out = csm_time_format(v->i, buf);
		return CSM_OK;
	case CSM_K_DURATION:
		*out = csm_duration_format(v->i, buf);
		return CSM_OK;
	default:
		*out = csm_field_format(a, c->f, v);
		return CSM_OK;
	}
}

int xfer_each_key(struct xfer_out *o, const struct xfer_col *c, const struct csm_rec *r, struct csm_arena *a,
		  void (*each)(void *arg, const char *key), void *arg, struct csm_err *err)
{
	char word[32], buf[XFER_TEXT_SIZE];

	for (unsigned i = 0; csm_list_word(csm_rec_text(r, c->field), i, word, sizeof(word)); i++) {
		const char *key;
		int rc = xfer_key(o, c->target, strtoll(word, NULL, 10), buf, a, &key, err);

		if (rc)
			return rc;
		each(arg, key);
	}
	return CSM_OK;
}
