/* SPDX-License-Identifier: MIT */
/*
 * person.c - users, contacts and consumers as persons: the whole name and its parts follow each other, login
 * names are unique among all of them.
 */
#include <csm/utf8.h>

#include "svc_customer.h"

#define PART_MAX 50	/* code points of a part of a name */

static const char *join_name(struct csm_rec *r, const struct csm_value *v, const struct customer_person *p)
{
	const char *middle = p->middle >= 0 && v[p->middle].tag == CSM_TEXT ? v[p->middle].s : "";
	const char *words[] = { v[p->first].tag == CSM_TEXT ? v[p->first].s : "", middle,
				v[p->last].tag == CSM_TEXT ? v[p->last].s : "" };

	if (csm_utf8_len(words[0]) + csm_utf8_len(words[1]) + csm_utf8_len(words[2]) + 2 > p->name_max)
		words[1] = "";
	return customer_join(r->arena, " ", words, CSM_COUNT(words), p->name_max);
}

/* At the last space: what follows is the family name. */
static void split_name(struct csm_rec *r, const struct customer_person *p)
{
	const char *s = csm_rec_text(r, p->name), *end, *last, *first_end;

	s += strspn(s, " ");
	end = s + strlen(s);
	while (end > s && end[-1] == ' ')
		end--;
	last = end;
	while (last > s && last[-1] != ' ')
		last--;
	first_end = last;
	while (first_end > s && first_end[-1] == ' ')
		first_end--;
	s = csm_strndup(r->arena, s, (size_t)(first_end - s));
	last = csm_strndup(r->arena, last, (size_t)(end - last));
	if (!*last || csm_utf8_len(s) > PART_MAX || csm_utf8_len(last) > PART_MAX)
		return;
	csm_rec_set(r, p->first, csm_text(s));
	csm_rec_set(r, p->last, csm_text(last));
	if (p->middle >= 0)
		csm_rec_clear(r, p->middle);
}

static bool has_parts(const struct csm_rec *r, const struct customer_person *p)
{
	return !csm_rec_null(r, p->first) || !csm_rec_null(r, p->last) ||
	       (p->middle >= 0 && !csm_rec_null(r, p->middle));
}

/*
 * The stored name is the one made of the parts: then one follows the other. A name chosen by somebody
 * stays.
 */
static void follow_change(struct csm_rec *r, const struct customer_person *p)
{
	const struct csm_value *was = &r->old[p->name];
	bool parts = csm_rec_changed(r, p->first) || csm_rec_changed(r, p->last) ||
		     (p->middle >= 0 && csm_rec_changed(r, p->middle));
	bool name = csm_rec_changed(r, p->name);

	if (was->tag != CSM_TEXT || strcmp(was->s, join_name(r, r->old, p)) != 0)
		return;
	if (parts && !csm_rec_given(r, p->name))
		csm_rec_set_text(r, p->name, join_name(r, r->v, p));
	else if (name && !parts)
		split_name(r, p);
}

int customer_person_derive(struct csm_write *w, const struct customer_person *p, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	bool parts = has_parts(r, p), stated;

	(void)err;
	/* an export states what is empty */
	stated = w->mode == CSM_WRITE_IMPORT && csm_rec_given(r, p->first) && csm_rec_given(r, p->last);
	if (csm_rec_null(r, p->name) && parts)
		csm_rec_set_text(r, p->name, join_name(r, r->v, p));
	else if (!csm_rec_null(r, p->name) && !parts && !stated)
		split_name(r, p);
	else if (!w->insert)
		follow_change(r, p);
	if (w->insert && p->roles >= 0 && csm_rec_null(r, p->roles))
		csm_rec_set_text(r, p->roles, csm_sprintf(r->arena, ",%s,", p->role));
	return CSM_OK;
}

static const struct {
	const struct csm_rtype *type;
	int user_name;
} people[] = {
	{ &csm_type_user, USER_USER_NAME },
	{ &csm_type_contact, CONTACT_USER_NAME },
	{ &csm_type_consumer, CONSUMER_USER_NAME },
};

/* Of its own type the name's uniqueness is held by the store. */
static int check_user_name(struct csm_write *w, int field, struct csm_err *err)
{
	struct csm_rec *r = w->rec;

	if (csm_rec_null(r, field) || !csm_rec_changed(r, field))
		return CSM_OK;
	for (unsigned i = 0; i < CSM_COUNT(people); i++) {
		int64_t id = 0;
		int rc = people[i].type == r->type ? CSM_OK
						   : svc_first(w->store, people[i].type, &people[i].user_name,
							       &r->v[field], 1, &id, err);

		if (rc)
			return rc;
		if (!id)
			continue;
		csm_fail(err, CSM_E_CONFLICT, "'%.*s' is taken by %s %s", CSM_Q(csm_rec_text(r, field)),
			 people[i].type->name, svc_key(w->store, people[i].type, id));
		return csm_err_on(err, r->type->name, csm_rec_key(r->arena, r), r->type->fields[field].name);
	}
	return CSM_OK;
}

int customer_person_check(struct csm_write *w, const struct customer_person *p, struct csm_err *err)
{
	int rc;

	if (csm_rec_null(w->rec, p->name))
		return svc_refuse(w, p->name, err,
				  "a %s needs a name, expected first_name, last_name or name",
				  w->rec->type->name);
	if (p->roles >= 0 && csm_rec_null(w->rec, p->roles))
		return svc_refuse(w, p->roles, err, "needs at least one role, such as %s", p->role);
	rc = check_user_name(w, p->user_name, err);
	return rc ? rc : customer_check_zone(w, p->zone, err);
}
