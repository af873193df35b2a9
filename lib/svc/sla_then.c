/* SPDX-License-Identifier: MIT */
/*
 * sla_then.c - the records that conditions look at beside the task itself (its account, the case of a task),
 * as they were when the task was in the state that is replayed. Each is read once with its life; rules
 * (definitions, schedules, contracts and their SLAs) are not read here: those are the ones of today.
 */
#include "sla_priv.h"

#define KEPT 64
#define MOST_LOADS 4096 /* lives read before their memory is given back */

struct life {
	const struct csm_rtype *type;
	int64_t id;
	struct sla_event *events;
	unsigned n;
};
struct then {
	bool on;
	int64_t change;
	struct csm_arena *arena;
	struct life kept[KEPT];
	unsigned loads;
};

static const char then_key[] = "sla then";

static void drop_then(void *slot)
{
	struct then *t = slot;

	csm_arena_free(t->arena);
	memset(t, 0, sizeof(*t));
}

static struct then *find_then(struct csm_store *s)
{
	return csm_store_slot(s, then_key, sizeof(struct then), drop_then, NULL);
}

void sla_then(struct csm_store *s, int64_t change)
{
	struct then *t = find_then(s);

	if (t->loads >= MOST_LOADS)
		drop_then(t);
	t->on = true;
	t->change = change;
}

void sla_now(struct csm_store *s)
{
	find_then(s)->on = false;
}

/* The life of a record that is there, or was. */
static int read_life(struct csm_store *s, struct then *t, const struct csm_rtype *type, int64_t id,
		     struct life *out, struct csm_err *err)
{
	struct csm_rec *r;
	int rc;

	if (!t->arena)
		t->arena = csm_arena_like(csm_store_arena(s));
	rc = csm_store_get(s, type, id, t->arena, &r, err);
	if (!rc && !r) {
		r = csm_rec_new(t->arena, type);
		r->id = id;
	}
	if (!rc)
		rc = sla_life(s, r, t->arena, true, &out->events, &out->n, err);
	if (rc)
		return csm_err_on(err, type->name, csm_rec_key(t->arena, r), NULL), rc;
	t->loads++;
	out->type = type;
	out->id = id;
	return CSM_OK;
}

int sla_get_then(struct csm_store *s, const struct csm_rtype *type, int64_t id, const struct csm_rec **out,
		 struct csm_err *err)
{
	struct then *t = find_then(s);
	struct life *l = &t->kept[(((size_t)(uintptr_t)type >> 5) + (size_t)id) % KEPT];
	int rc = CSM_OK;

	*out = NULL;
	if (id <= 0)
		return CSM_OK;
	if (l->type != type || l->id != id)
		rc = read_life(s, t, type, id, l, err);
	for (unsigned i = 0; !rc && i < l->n && l->events[i].change <= t->change; i++)
		*out = l->events[i].rec;
	return rc;
}

static int follow_then(void *arg, const struct csm_rtype *type, int64_t id, const struct csm_rec **out,
		       struct csm_err *err)
{
	return sla_get_then(arg, type, id, out, err);
}

int sla_is(struct csm_store *s, const struct csm_filter *f, const struct csm_rec *task, bool *out,
	   struct csm_err *err)
{
	*out = false;
	if (!f)
		return CSM_OK;
	if (!find_then(s)->on)
		return csm_store_eval(s, f, task, out, err);
	return csm_filter_eval(f, task, follow_then, s, out, err);
}

int sla_follow(struct csm_store *s, const struct csm_rec *task, const struct csm_path *path,
	       const struct csm_rec **end, struct csm_err *err)
{
	const struct csm_rec *r = task;
	int rc = CSM_OK;

	if (!find_then(s)->on)
		return csm_store_follow(s, task, path, task->arena, end, err);
	for (unsigned i = 0; !rc && r && i + 1 < path->n; i++)
		rc = sla_get_then(s,
				  csm_dict_type(csm_store_dict(s), r->type->fields[path->field[i]].target),
				  csm_rec_int(r, path->field[i]), &r, err);
	*end = rc ? NULL : r;
	return rc;
}

int sla_case_of(struct csm_store *s, const struct csm_rec *task, const struct csm_rec **out,
		struct csm_err *err)
{
	int64_t id = csm_rec_int(task, CASE_TASK_PARENT_CASE);
	struct csm_rec *cs = NULL;
	int rc;

	if (find_then(s)->on)
		return sla_get_then(s, &csm_type_case, id, out, err);
	rc = csm_store_get(s, &csm_type_case, id, task->arena, &cs, err);
	*out = cs;
	return rc;
}

int sla_attaches(struct csm_store *s, const struct sla_def *def, bool *out, struct csm_err *err)
{
	const struct csm_rec *then = NULL;
	int rc = CSM_OK;

	*out = csm_rec_int(def->rec, SLA_DEFINITION_ACTIVE);
	if (*out || !find_then(s)->on)
		return CSM_OK;
	rc = sla_get_then(s, &csm_type_sla_definition, def->rec->id, &then, err);
	*out = then && csm_rec_int(then, SLA_DEFINITION_ACTIVE);
	return rc;
}
