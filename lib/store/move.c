/* SPDX-License-Identifier: MIT */
/* move.c - the verbs of a lifecycle: which row of the table applies, what it needs, what it sets, and the
 * journal it leaves. */
#include <csm/time.h>
#include <csm/utf8.h>

#include "store_priv.h"

#define WHO_ALL (CSM_WHO_AGENT | CSM_WHO_CUSTOMER | CSM_WHO_SYSTEM)

static uint32_t who_acts(const struct csm_store *s)
{
	if (s->actor.kind == CSM_ACTOR_SYSTEM)
		return CSM_WHO_SYSTEM;
	if (s->actor.kind == CSM_ACTOR_EXTERNAL || s->env.on_behalf)
		return CSM_WHO_CUSTOMER;
	return CSM_WHO_AGENT;
}

/* A field or verb as an option is written. */
static const char *dashed(struct csm_arena *a, const char *name)
{
	char *s = csm_strdup(a, name);

	for (char *p = s; *p; p++)
		if (*p == '_')
			*p = '-';
	return s;
}

static int refuse_move(struct csm_store *s, const struct csm_lifecycle *l, const char *verb,
		       const char *state, uint32_t who, struct csm_err *err)
{
	struct csm_arena *a = s->change.tmp;
	const struct csm_move *any = csm_life_verb(l, verb), *other = csm_life_move(l, verb, state, WHO_ALL);
	const char *allowed = csm_life_allowed(a, l, state, who), *shown = dashed(a, verb);

	if (other && other->who == CSM_WHO_CUSTOMER)
		csm_fail(err, CSM_E_REFUSED,
			 "'%s' is the customer's to do, expected --on-behalf (allowed: %s)", shown, allowed);
	else if (other && other->who == CSM_WHO_SYSTEM)
		csm_fail(err, CSM_E_REFUSED, "'%s' is done by time, not by hand (allowed: %s)", shown,
			 allowed);
	else if (other)
		csm_fail(err, CSM_E_REFUSED, "'%s' is not for %s (allowed: %s)", shown,
			 who == CSM_WHO_CUSTOMER ? "the customer" : "csm itself", allowed);
	else if (any->to && strcmp(any->to, state) != 0)
		csm_fail(err, CSM_E_REFUSED, "'%s' cannot become '%s' (allowed: %s)", state, any->to,
			 allowed);
	else
		csm_fail(err, CSM_E_REFUSED, "'%s' does not allow '%s' (allowed: %s)", state, shown, allowed);
	csm_err_on(err, NULL, NULL, l->field);
	return CSM_E_REFUSED;
}

static int find_move(struct csm_store *s, const struct csm_rec *r, const char *verb, int *field,
		     const struct csm_move **out, struct csm_err *err)
{
	const struct csm_lifecycle *l = r->type->life;
	uint32_t who = who_acts(s);
	const char *state;

	if (!l || !csm_life_verb(l, verb))
		return csm_fail(err, CSM_E_USAGE, "a %s has no verb '%s'", r->type->name, verb);
	*field = csm_field_index(r->type, l->field);
	if (*field < 0)
		return csm_fail(err, CSM_E_INTERNAL, "type %s has no field '%s' for its lifecycle",
				r->type->name, l->field);
	if (!r->stored)
		return csm_fail(err, CSM_E_INTERNAL, "'%s' on a %s that is not stored", verb, r->type->name);
	state = r->old[*field].s ? r->old[*field].s : "";
	*out = csm_life_move(l, verb, state, who);
	return *out ? CSM_OK : refuse_move(s, l, verb, state, who, err);
}

static int check_text(const struct csm_move *m, const char *text, struct csm_err *err)
{
	int rc;

	if (!text || !*text)
		return CSM_OK;
	if (!m->text)
		return csm_fail(err, CSM_E_USAGE, "'%s' takes no text", m->verb);
	rc = csm_text_check(text, strlen(text), err);
	if (rc != CSM_OK)
		csm_err_on(err, NULL, NULL, m->text);
	return rc;
}

/* All that is missing at once, as the options to be given. */
static int check_needs(struct csm_store *s, const struct csm_rec *r, const struct csm_move *m,
		       const char *text, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(s->change.tmp);
	char word[64];

	for (unsigned i = 0; m->needs && csm_word(m->needs, i, word, sizeof(word)); i++) {
		int field = csm_field_index(r->type, word);

		if (field < 0)
			return csm_fail(err, CSM_E_INTERNAL, "'%s' needs '%s', which is no field", m->verb,
					word);
		if (csm_rec_null(r, field))
			csm_buf_addf(&b, "%s--%s", b.n ? ", " : "", dashed(b.arena, word));
	}
	if (m->text && m->text_needed && (!text || !*text))
		csm_buf_addf(&b, "%s--%s", b.n ? ", " : "", dashed(b.arena, m->text));
	return b.n ? csm_fail(err, CSM_E_REFUSED, "needs %s", b.s) : CSM_OK;
}

static int set_field(struct csm_store *s, struct csm_rec *r, int field, const char *text, struct csm_err *err)
{
	const struct csm_field *f = &r->type->fields[field];
	struct csm_value v = csm_null();
	char day[CSM_TIME_SIZE];
	int64_t now = s->env.now;

	if (strcmp(text, "@now") == 0 && f->kind == CSM_K_TIME)
		v = csm_int(now);
	else if (strcmp(text, "@today") == 0 || strcmp(text, "@now") == 0)
		v = csm_text(csm_strdup(
			r->arena,
			csm_date_format((now - (now % CSM_DAY + CSM_DAY) % CSM_DAY) / CSM_DAY, day)));
	else if (strcmp(text, "@actor") == 0 && f->kind == CSM_K_REF)
		v = s->actor.user ? csm_int(s->actor.user) : csm_null();
	else if (strcmp(text, "@actor") == 0)
		v = csm_text(s->actor.name);
	else if (*text) {
		int rc = csm_field_parse(r->arena, r->type, f, csm_strdup(r->arena, text), now, &v, err);

		if (rc != CSM_OK)
			return rc;
	}
	csm_rec_set(r, field, v);
	return CSM_OK;
}

/* "resolved_at=@now,auto_close=false,state_reason=". What the user gave stays. */
static int apply_sets(struct csm_store *s, struct csm_rec *r, const struct csm_move *m, struct csm_err *err)
{
	char word[256];

	for (unsigned i = 0; m->sets && csm_word(m->sets, i, word, sizeof(word)); i++) {
		char *eq = strchr(word, '=');
		int field, rc = CSM_OK;

		if (eq)
			*eq++ = '\0';
		field = csm_field_index(r->type, word);
		if (!eq || field < 0)
			return csm_fail(err, CSM_E_INTERNAL, "'%s' sets '%s', expected FIELD=VALUE", m->verb,
					word);
		if (!csm_rec_given(r, field) || csm_rec_null(r, field))
			rc = set_field(s, r, field, eq, err);
		if (rc != CSM_OK)
			return rc;
	}
	return CSM_OK;
}

/* The owned type that keeps a move's text, and its field that refers to the record. */
static const struct csm_rtype *find_journal(struct csm_store *s, const struct csm_rtype *t, const char *name,
					    int *owner)
{
	const struct csm_rtype *j;

	for (unsigned i = 0; (j = csm_dict_owned(s->env.dict, t, i, owner)) != NULL; i++)
		if (strcmp(j->name, name) == 0)
			return j;
	return NULL;
}

static int write_journal(struct csm_store *s, const struct csm_rec *r, const struct csm_move *m,
			 const char *text, struct csm_err *err)
{
	int owner, body, at, author, rc;
	const struct csm_rtype *t;
	struct store_frame f;
	struct csm_rec *j;

	if (!m->text_as || !text || !*text)
		return CSM_OK;
	t = find_journal(s, r->type, m->text_as, &owner);
	body = t ? csm_field_index(t, "body") : -1;
	if (body < 0)
		return csm_fail(err, CSM_E_INTERNAL, "the text of '%s' cannot become a '%s' of a %s", m->verb,
				m->text_as, r->type->name);
	/* hooks load records into its memory and write them twice: not that of the change, which writes rewind */
	rc = csm_store_new(s, t, r->arena, &j, err);
	if (rc != CSM_OK)
		return rc;
	csm_rec_set_int(j, owner, r->id);
	csm_rec_set(j, body, csm_text(text));
	at = csm_field_index(t, "posted_at");
	if (at >= 0 && csm_rec_null(j, at))
		csm_rec_set_int(j, at, s->env.now);
	/* who wrote it is the derive hook's to say, which knows customers; without one it is the actor */
	author = t->derive ? -1 : csm_field_index(t, "author");
	if (author >= 0 && csm_rec_null(j, author) && s->actor.user)
		csm_rec_set_int(j, author, s->actor.user);
	/* the journal's hooks see the move: the text of the move that ends a record belongs to it */
	store_push(s, &f, j);
	rc = store_write(s, j, CSM_WRITE_NORMAL, -1, m, NULL, err);
	return store_pop(s, &f, rc, err);
}

static int run_move(struct csm_store *s, struct csm_rec *r, const char *verb, const char *text,
		    int64_t if_version, struct csm_err *err)
{
	struct csm_write w = { .store = s, .rec = r, .mode = CSM_WRITE_NORMAL, .text = text };
	int state = 0, rc = find_move(s, r, verb, &state, &w.move, err);

	if (rc == CSM_OK)
		rc = store_check_ready(s, r, CSM_WRITE_NORMAL, if_version, err);
	if (rc == CSM_OK)
		rc = store_access_check(s, r->type, STORE_CHANGE, r, err);
	if (rc == CSM_OK)
		rc = check_text(w.move, text, err);
	if (rc == CSM_OK)
		rc = store_valid_given(s, r, CSM_WRITE_NORMAL, w.move, err);
	if (rc == CSM_OK)
		rc = store_hook(&w, w.move->guard, CSM_HOOK_GUARD, err);
	if (rc == CSM_OK)
		rc = check_needs(s, r, w.move, text, err);
	if (rc == CSM_OK && w.move->to)
		csm_rec_set(r, state, csm_text(w.move->to));
	if (rc == CSM_OK)
		rc = apply_sets(s, r, w.move, err);
	if (rc == CSM_OK)
		rc = store_hook(&w, w.move->effect, CSM_HOOK_EFFECT, err);
	if (rc == CSM_OK)
		rc = store_write(s, r, CSM_WRITE_NORMAL, -1, w.move, text, err);
	if (rc == CSM_OK)
		rc = write_journal(s, r, w.move, text, err);
	return rc;
}

int csm_store_move(struct csm_store *s, struct csm_rec *r, const char *verb, const char *text,
		   int64_t if_version, struct csm_err *err)
{
	size_t size = r->type->nfields * sizeof(*r->v);
	struct csm_value *was;
	struct csm_mark mark;
	struct store_frame f;
	int64_t writes;
	int rc = store_enter(s, &writes, err);

	if (rc != CSM_OK)
		return rc;
	mark = csm_arena_mark(s->change.tmp);
	was = csm_alloc(s->change.tmp, size);
	memcpy(was, r->v, size);
	store_push(s, &f, r);
	rc = run_move(s, r, verb, text, if_version, err);
	rc = store_pop(s, &f, rc, err);
	if (rc != CSM_OK)
		memcpy(r->v, was, size);
	csm_arena_rewind(s->change.tmp, mark);
	return store_err_on(s, r, err, store_leave(s, writes, rc));
}
