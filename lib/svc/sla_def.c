/* SPDX-License-Identifier: MIT */
/*
 * sla_def.c - SLA definitions: read once a command, their conditions parsed, and which of them are in force
 * for a task.
 */
#include "sla_priv.h"

struct def_set {
	struct csm_arena *arena;
	struct sla_def *v;
	unsigned n;
};

static const char def_key[] = "sla definitions";

static void drop_defs(void *slot)
{
	struct def_set *set = slot;

	csm_arena_free(set->arena);
	memset(set, 0, sizeof(*set));
}

static int parse_condition(struct csm_store *s, struct csm_arena *a, const struct sla_def *def, int field,
			   struct csm_filter **out, struct csm_err *err)
{
	int rc = csm_store_condition(s, def->rec, field, def->target, a, out, err);

	if (rc)
		csm_err_on(err, "sla_definition", csm_rec_text(def->rec, SLA_DEFINITION_NAME),
			   def->rec->type->fields[field].name);
	return rc;
}

static int is_contractual(struct csm_store *s, int64_t def, bool *out, struct csm_err *err)
{
	int field = CONTRACT_SLA_SLA_DEFINITION;
	struct csm_value v = csm_int(def);
	int64_t id;
	int rc = svc_first(s, &csm_type_contract_sla, &field, &v, 1, &id, err);

	*out = id != 0;
	return rc;
}

/* The field of the task that a retroactive start is taken from; -1: there is none. */
static int start_field(const struct sla_def *def)
{
	const char *name = csm_rec_text(def->rec, SLA_DEFINITION_SET_START_TO);

	if (!def->target || !csm_rec_int(def->rec, SLA_DEFINITION_RETROACTIVE_START))
		return -1;
	return csm_field_index(def->target, *name ? name : "opened_at");
}

static void mark_fields(const struct csm_filter *f, uint64_t reads[2])
{
	if (!f)
		return;
	mark_fields(f->a, reads);
	mark_fields(f->b, reads);
	if (f->npath)
		reads[f->path[0] / 64] |= UINT64_C(1) << (f->path[0] % 64);
}

/* Where a pass finds all of this as it was before, it finds nothing to do. */
static void find_inputs(struct sla_def *def)
{
	const struct csm_filter *const conditions[] = { def->start,  def->stop,   def->pause,
							def->resume, def->cancel, def->reset };
	int state = def->target ? csm_field_index(def->target, def->target->life->field) : 0;

	for (unsigned i = 0; i < CSM_COUNT(conditions); i++)
		mark_fields(conditions[i], def->reads);
	def->reads[state / 64] |= UINT64_C(1) << (state % 64);
	def->asks_when = def->reset || def->is_update;
}

static void read_choices(struct sla_def *def)
{
	const struct csm_rec *r = def->rec;

	def->is_update = csm_rec_is(r, SLA_DEFINITION_TARGET, "update");
	def->is_relative = csm_rec_is(r, SLA_DEFINITION_DURATION_TYPE, "relative");
	def->resume_condition = csm_rec_is(r, SLA_DEFINITION_RESUME_WHEN, "condition");
	def->cancel_condition = csm_rec_is(r, SLA_DEFINITION_CANCEL_WHEN, "condition");
	def->cancel_never = csm_rec_is(r, SLA_DEFINITION_CANCEL_WHEN, "never");
	def->reset_cancels = csm_rec_is(r, SLA_DEFINITION_RESET_ACTION, "cancel");
	def->reopen_resumes = csm_rec_is(r, SLA_DEFINITION_REOPEN_ACTION, "resume");
	def->start_field = start_field(def);
}

int sla_def_read(struct csm_store *s, struct csm_arena *a, struct csm_rec *rec, struct sla_def *def,
		 struct csm_err *err)
{
	static const int fields[] = { SLA_DEFINITION_START_CONDITION,  SLA_DEFINITION_STOP_CONDITION,
				      SLA_DEFINITION_PAUSE_CONDITION,  SLA_DEFINITION_RESUME_CONDITION,
				      SLA_DEFINITION_CANCEL_CONDITION, SLA_DEFINITION_RESET_CONDITION };
	struct csm_filter **to[] = { &def->start,  &def->stop,   &def->pause,
				     &def->resume, &def->cancel, &def->reset };
	int rc = CSM_OK;

	def->rec = rec;
	def->target = csm_dict_type(csm_store_dict(s), csm_rec_text(rec, SLA_DEFINITION_TARGET_TYPE));
	read_choices(def);
	for (unsigned i = 0; i < CSM_COUNT(fields) && !rc; i++)
		rc = parse_condition(s, a, def, fields[i], to[i], err);
	if (!rc)
		find_inputs(def);
	return rc;
}

static int load_def(struct csm_store *s, struct csm_arena *a, struct csm_rec *rec, struct sla_def *def,
		    struct csm_err *err)
{
	int rc = sla_def_read(s, a, rec, def, err);

	return rc ? rc : is_contractual(s, rec->id, &def->contractual, err);
}

int sla_defs(struct csm_store *s, struct sla_def **defs, unsigned *n, struct csm_err *err)
{
	bool made;
	struct def_set *set = csm_store_slot(s, def_key, sizeof(*set), drop_defs, &made);
	struct csm_vec v;
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_query q = { .sort = "name" };
	struct csm_rec *rec;
	int rc;

	*defs = set->v;
	*n = set->n;
	if (set->arena)
		return CSM_OK;
	set->arena = csm_arena_like(csm_store_arena(s));
	v = (struct csm_vec)CSM_VEC(set->arena, struct sla_def);
	rc = csm_store_select(s, &csm_type_sla_definition, &q, set->arena, &c, err);
	while (!rc) {
		rc = csm_cursor_next(c, set->arena, &rec, err);
		if (rc || !rec)
			break;
		rc = load_def(s, set->arena, rec, csm_vec_add(&v), err);
	}
	if (rc) {
		drop_defs(set);
		return rc;
	}
	*defs = set->v = v.p;
	*n = set->n = (unsigned)v.n;
	return CSM_OK;
}

int sla_def_find(struct csm_store *s, int64_t id, struct sla_def **out, struct csm_err *err)
{
	struct sla_def *defs;
	unsigned n;
	int rc = sla_defs(s, &defs, &n, err);

	*out = NULL;
	for (unsigned i = 0; !rc && i < n; i++)
		if (defs[i].rec->id == id)
			*out = &defs[i];
	return rc;
}

int sla_is_paused(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task, bool was, bool *out,
		  struct csm_err *err)
{
	bool resume = false;
	int rc;

	*out = false;
	if (def->is_relative)
		return CSM_OK; /* its due moment does not move */
	rc = sla_is(s, def->pause, task, out, err);
	if (rc || !def->resume_condition)
		return rc;
	rc = sla_is(s, def->resume, task, &resume, err);
	*out = !resume && (was || *out); /* asked twice of one state it says the same */
	return rc;
}

/* The contract of a case, or of the case of a task. */
static int find_contract(struct csm_store *s, const struct csm_rec *task, struct csm_rec **out,
			 struct csm_err *err)
{
	const struct csm_rec *cs = task;
	int rc = CSM_OK;

	*out = NULL;
	if (task->type != &csm_type_case)
		rc = sla_case_of(s, task, &cs, err);
	if (rc || !cs)
		return rc;
	return csm_store_get(s, &csm_type_contract, csm_rec_int(cs, CASE_CONTRACT), task->arena, out, err);
}

/*
 * Whether a contract has SLA rows for the type of record of a definition, and whether that definition is
 * one of them.
 */
static int find_rows(struct csm_store *s, const struct csm_rec *contract, const struct sla_def *def,
		     bool *any, bool *row, struct csm_err *err)
{
	struct csm_rec **rows;
	unsigned n;
	int rc = csm_store_children(s, &csm_type_contract_sla, CONTRACT_SLA_CONTRACT, contract->id,
				    contract->arena, &rows, &n, err);

	for (unsigned i = 0; !rc && i < n; i++) {
		int64_t id = csm_rec_int(rows[i], CONTRACT_SLA_SLA_DEFINITION);
		struct sla_def *of;

		rc = sla_def_find(s, id, &of, err);
		*any = *any || (!rc && of && of->target == def->target);
		*row = *row || id == def->rec->id;
	}
	return rc;
}

/*
 * Domain 5.4: a contract with SLA rows gives those, and general definitions too only when it says so
 * (process_non_contractual_slas); definitions attached to any contract are never general; a task without
 * such a contract has the general ones only.
 */
int sla_def_applies(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task, bool *out,
		    struct csm_err *err)
{
	struct csm_rec *contract = NULL;
	bool row = false, any = false;
	int rc;

	*out = false;
	if (def->target != task->type)
		return CSM_OK;
	rc = find_contract(s, task, &contract, err);
	if (rc)
		return rc;
	if (contract)
		rc = find_rows(s, contract, def, &any, &row, err);
	if (rc)
		return rc;
	if (def->contractual)
		*out = row;
	else
		*out = !any || csm_rec_int(contract, CONTRACT_PROCESS_NON_CONTRACTUAL_SLAS);
	return CSM_OK;
}
