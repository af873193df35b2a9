/* SPDX-License-Identifier: MIT */
/* sp_repair.c - sla repair: stored SLAs made what history and the rules of today say, before and after shown. */
#include <inttypes.h>

#include <csm/model.h>
#include <csm/svc.h>

#include "cli_priv.h"

static const struct cli_opt repair_options[] = {
	{ .name = "where",
	  .arg = CLI_ARG_EXPR,
	  .help = "The cases that this expression is true for, see csm-filter(5)" },
	{ .name = "all", .help = "All cases" },
	{ .name = "sla",
	  .arg = CLI_ARG_REF,
	  .value = "NAME",
	  .target = "sla_definition",
	  .help = "Only SLAs of this definition" },
	{ .name = "replay",
	  .help = "With --all: the history of every case, not only of what an edit of the rules can have "
		  "touched" },
	{ .name = "derive",
	  .help = "Replace SLAs that a load stated by what follows from the moments of their case" },
	{ .name = "announce",
	  .help = "Breaches found of what has ended are reported by sla breaches --new" },
	{ .name = NULL },
};

static const struct csm_column columns[] = {
	{ .name = "record", .label = "Record", .type = CSM_W_TEXT },
	{ .name = "sla", .label = "SLA", .type = CSM_W_TEXT },
	{ .name = "sla_definition", .label = "SLA definition", .type = CSM_W_TEXT, .wrap = true },
	{ .name = "what", .label = "What", .type = CSM_W_TEXT },
	{ .name = "field", .label = "Field", .type = CSM_W_TEXT },
	{ .name = "before", .label = "Before", .type = CSM_W_TEXT },
	{ .name = "after", .label = "After", .type = CSM_W_TEXT },
};

struct report {
	struct cli *c;
	struct cli_list *list;
	struct csm_vec cases; /* ids */
	int64_t definition;   /* the last one that was printed, and its name */
	const char *name;
	struct csm_arena *row; /* of one record */
};

/* A value as it is written elsewhere; times in the zone asked for. */
static int value_text(const struct report *p, const struct csm_rec *r, int field, const char **out,
		      struct csm_err *err)
{
	char buf[CSM_TIME_SIZE];

	*out = NULL;
	if (!r || csm_rec_null(r, field))
		return CSM_OK;
	if (r->type->fields[field].kind == CSM_K_TIME) {
		*out = csm_strdup(p->row, cli_time_text(p->c, csm_rec_int(r, field), buf));
		return CSM_OK;
	}
	return csm_store_text(p->c->store, r, field, p->row, out, err);
}

/*
 * Of a record that changes, what differs; of one that is created or removed all that says something: not what
 * the other columns tell, and neither no nor nothing.
 */
static bool is_told(const struct csm_repair_hit *hit, int field)
{
	const struct csm_rec *one = hit->sla;

	if (one->type->fields[field].flags & CSM_F_COMPUTED || field >= SLA_VERSION)
		return false;
	if (hit->was && hit->now)
		return !csm_value_eq(&hit->was->v[field], &hit->now->v[field]);
	return field != SLA_PARENT_CASE && field != SLA_CASE_TASK && field != SLA_SLA_DEFINITION &&
	       (one->v[field].tag == CSM_TEXT || csm_rec_int(one, field));
}

static int add_hit(void *arg, const struct csm_repair_hit *hit, struct csm_err *err)
{
	struct report *p = arg;
	const struct csm_rec *one = hit->sla;
	struct csm_mark mark = csm_arena_mark(p->row);
	const char *values[CSM_COUNT(columns)] = { csm_rec_key(p->row, hit->task), csm_rec_key(p->row, one) };
	int code = CSM_OK;

	if (p->c->quiet)
		return CSM_OK;
	if (csm_rec_int(one, SLA_SLA_DEFINITION) != p->definition)
		code = csm_store_text(p->c->store, one, SLA_SLA_DEFINITION, p->c->arena, &p->name, err);
	p->definition = csm_rec_int(one, SLA_SLA_DEFINITION);
	values[2] = p->name;
	values[3] = !hit->was ? "created" : !hit->now ? "removed" : "changed";
	for (int i = 0; !code && i < (int)one->type->nfields; i++) {
		if (!is_told(hit, i))
			continue;
		values[4] = one->type->fields[i].name;
		code = value_text(p, hit->was, i, &values[5], err);
		if (!code)
			code = value_text(p, hit->now, i, &values[6], err);
		if (!code)
			code = cli_list_row(p->list, values, NULL, err);
	}
	csm_arena_rewind(p->row, mark);
	return code;
}

static int add_case(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	struct report *p = arg;

	(void)c;
	(void)err;
	*(int64_t *)csm_vec_add(&p->cases) = r->id;
	return CSM_OK;
}

static void note_sum(struct cli *c, const struct csm_repair_sum *sum)
{
	int64_t all = sum->unchanged + sum->changed + sum->created + sum->removed;

	if (sum->changed + sum->created + sum->removed)
		cli_note(c,
			 "%" PRId64 " cases, %" PRId64 " SLAs: %" PRId64 " unchanged, %" PRId64
			 " changed, %" PRId64 " created, %" PRId64 " removed",
			 sum->cases, all, sum->unchanged, sum->changed, sum->created, sum->removed);
	else
		cli_note(c, "nothing to repair: %" PRId64 " cases, %" PRId64 " SLAs", sum->cases, all);
	if (sum->derived)
		cli_note(c,
			 "%" PRId64 " SLAs are derived from moments that a load stated: pauses before it are "
			 "not known",
			 sum->derived);
	if (sum->stated)
		cli_note(c, "%" PRId64 " SLAs are left as a load stated them", sum->stated);
	if (sum->refused)
		cli_note(c, "%" PRId64 " refused", sum->refused);
}

static int cmd_sla_repair(struct cli *c, struct csm_err *err)
{
	struct report p = { .c = c, .cases = CSM_VEC(c->arena, int64_t) };
	struct csm_repair_opts o = { .replay = cli_given(c, "replay"),
				     .derive = cli_given(c, "derive"),
				     .announce = cli_given(c, "announce") };
	const struct csm_diag diag = cli_diag(c);
	const struct csm_repair_sink sink = { add_hit, &p, &diag };
	struct csm_repair_sum sum = { 0 };
	struct csm_filter *where = NULL;
	bool named = !cli_given(c, "where") && !cli_given(c, "all");
	int code = named ? cli_each(c, &csm_type_case, add_case, &p, err)
			 : cli_where(c, &csm_type_case, &where, err);

	if (code)
		return code;
	o.named = named;
	o.cases = p.cases.p;
	o.ncases = p.cases.n;
	o.where = where;
	c->no_header = c->quiet;
	code = cli_ref(c, "sla", "sla_definition", &o.definition, err);
	if (!code)
		code = cli_list_open(&p.list, c, columns, CSM_COUNT(columns), err);
	p.row = cli_arena(c->arena);
	if (!code)
		code = csm_sla_repair(c->store, &o, &sink, &sum, err);
	csm_arena_free(p.row);
	if (code && code != CSM_NO)
		return code;
	note_sum(c, &sum);
	if (cli_list_close(p.list, err))
		return (int)err->code;
	return code;
}

const struct cli_verb sp_repair_verbs[] = {
	{ .noun = "sla",
	  .verb = "repair",
	  .fn = cmd_sla_repair,
	  .needs = CLI_WRITE | CLI_SELECT | CLI_LIST | CLI_TZ,
	  .options = repair_options,
	  .args = "CASE...",
	  .max = -1,
	  .arg_type = "case",
	  .summary = "Replay the history of cases through the rules of today and repair their SLAs",
	  .help = "A line a field that changes, before and after. Cases are never changed, only their SLAs and those\n"
		  "of their tasks. A case whose history is not whole is refused, and the others are repaired; the\n"
		  "exit status is 1 then.\n" },
	{ .verb = NULL },
};
