/* SPDX-License-Identifier: MIT */
/*
 * outbox.c - messages for other programs to send. Who is told is decided when a message is queued, the addresses
 * are those of the moment it is listed. A message that nobody can be found for is queued all the same: it waits
 * in `outbox list --unsent` until somebody looks.
 */
#include <csm/utf8.h>

#include "svc_alert.h"

struct people {
	struct csm_store *store;
	struct csm_arena *arena;
	struct csm_buf list; /* ",3,17," */
	bool group;	     /* the group is told too */
};

/* One who is there and wants to be told. */
static bool can_be_told(const struct csm_rec *user)
{
	return user && csm_rec_int(user, USER_ACTIVE) && csm_rec_int(user, USER_NOTIFICATION) != 1;
}

static bool add_user(struct people *p, const struct csm_rec *user)
{
	char id[32];

	if (!can_be_told(user))
		return false;
	snprintf(id, sizeof(id), "%lld", (long long)user->id);
	if (!csm_list_has(p->list.n ? p->list.s : NULL, id))
		csm_buf_addf(&p->list, "%s%s,", p->list.n ? "" : ",", id);
	return true;
}

/* The assignee; where there is none, his group stands in for him (domain 17). */
static void add_assignee(struct people *p, const struct csm_rec *assignee)
{
	if (!add_user(p, assignee))
		p->group = true;
}

static int add_manager(struct people *p, const struct csm_rec *assignee, const struct csm_rec *group,
		       struct csm_err *err)
{
	struct csm_rec *manager = NULL;
	int rc = assignee ? svc_ref(p->store, assignee, USER_MANAGER, &manager, err) : CSM_OK;

	if (rc || add_user(p, manager) || !group)
		return rc;
	rc = svc_ref(p->store, group, GROUP_MANAGER, &manager, err);
	if (!rc)
		add_user(p, manager);
	return rc;
}

/* A group without an address of its own is its members. */
static int add_members(struct people *p, const struct csm_rec *group, struct csm_err *err)
{
	struct csm_rec **rows, *user;
	unsigned n = 0;
	int rc = CSM_OK;

	if (csm_rec_null(group, GROUP_EMAIL))
		rc = csm_store_children(p->store, &csm_type_group_member, GROUP_MEMBER_USER_GROUP, group->id,
					p->arena, &rows, &n, err);
	for (unsigned i = 0; !rc && i < n; i++) {
		rc = svc_ref(p->store, rows[i], GROUP_MEMBER_MEMBER, &user, err);
		if (!rc)
			add_user(p, user);
	}
	return rc;
}

static int ref_named(struct csm_store *s, const struct csm_rec *r, const char *field, struct csm_rec **out,
		     struct csm_err *err)
{
	return svc_ref(s, r, csm_field_index(r->type, field), out, err);
}

/* The group of the message; that of a task without one is the case's. */
static int find_group(struct csm_store *s, const struct outbox_message *m, struct csm_rec **out,
		      struct csm_err *err)
{
	int rc = CSM_OK;

	*out = NULL;
	if (m->group)
		rc = csm_store_get(s, &csm_type_group, m->group, m->cs->arena, out, err);
	if (!rc && !*out && m->task)
		rc = ref_named(s, m->task, "assignment_group", out, err);
	if (!rc && !*out)
		rc = ref_named(s, m->cs, "assignment_group", out, err);
	return rc;
}

static int find_people(struct people *p, const struct outbox_message *m, const struct csm_rec *group,
		       struct csm_err *err)
{
	const struct csm_rec *work = m->task ? m->task : m->cs;
	struct csm_rec *assignee, *owner;
	int rc = ref_named(p->store, work, "assigned_to", &assignee, err);

	if (!rc)
		rc = ref_named(p->store, work, "opened_by", &owner, err);
	if (rc)
		return rc;
	p->group = csm_list_has(m->roles, "group");
	if (csm_list_has(m->roles, "assignee"))
		add_assignee(p, assignee);
	if (csm_list_has(m->roles, "owner"))
		add_user(p, owner);
	if (csm_list_has(m->roles, "manager"))
		rc = add_manager(p, assignee, group, err);
	if (!p->list.n)
		p->group = true;
	if (!rc && p->group && group)
		rc = add_members(p, group, err);
	if (rc || p->list.n || group)
		return rc;
	add_user(p, assignee); /* nobody of those meant is there: whoever has to do with it */
	add_user(p, owner);
	return add_manager(p, assignee, NULL, err);
}

/*
 * One line, cut to what the field holds: a program that sends puts it into a header as it is, where a line more,
 * written by a customer, would be a header of his own.
 */
static const char *subject_line(struct csm_arena *a, const char *text)
{
	char *line = csm_strndup(a, text, (size_t)csm_utf8_cut(text, csm_type_outbox.fields[OUTBOX_SUBJECT].max_len));

	for (char *p = line; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	return line;
}

int outbox_queue(struct csm_store *s, const struct outbox_message *m, struct csm_err *err)
{
	struct csm_arena *a = m->cs->arena;
	struct people p = { s, a, CSM_BUF(a), false };
	struct csm_rec *group, *out;
	int rc = find_group(s, m, &group, err);

	if (!rc)
		rc = find_people(&p, m, group, err);
	if (!rc)
		rc = csm_store_new(s, &csm_type_outbox, a, &out, err);
	if (rc)
		return rc;
	csm_rec_set_text(out, OUTBOX_EVENT, m->event);
	csm_rec_set_text(out, OUTBOX_SUBJECT, subject_line(a, m->subject));
	csm_rec_set_text(out, OUTBOX_BODY, m->body);
	csm_rec_set_int(out, OUTBOX_PARENT_CASE, m->cs->id);
	if (p.list.n)
		csm_rec_set_text(out, OUTBOX_RECIPIENTS, p.list.s);
	if (p.group && group)
		csm_rec_set_int(out, OUTBOX_RECIPIENT_GROUP, group->id);
	if (m->task)
		csm_rec_set_int(out, OUTBOX_CASE_TASK, m->task->id);
	if (m->sla)
		csm_rec_set_int(out, OUTBOX_SLA, m->sla->id);
	return csm_store_write(s, out, CSM_WRITE_NORMAL, -1, err);
}

const char *outbox_time(struct csm_store *s, struct csm_arena *a, int64_t at, const char *zone)
{
	const struct csm_zone *z = NULL;
	struct csm_err ignored = { 0 };
	char buf[CSM_TIME_SIZE];

	if (!*zone || csm_zone_load(a, csm_store_env(s)->tzdir, zone, &z, &ignored))
		return csm_strdup(a, csm_time_format(at, buf));
	return csm_strdup(a, csm_time_format_offset(at, csm_zone_offset(z, at), buf));
}

int csm_outbox_ack(struct csm_store *s, struct csm_rec *message, bool *done, struct csm_err *err)
{
	*done = csm_rec_null(message, OUTBOX_SENT_AT);
	if (!*done)
		return CSM_OK;
	csm_rec_set_int(message, OUTBOX_SENT_AT, csm_store_now(s));
	return csm_store_write(s, message, CSM_WRITE_NORMAL, -1, err);
}
