/* SPDX-License-Identifier: MIT */
/* sp_whatif.c - sla whatif: what SLAs would say with another schedule or duration, next to what they say. */
#include <inttypes.h>

#include <csm/model.h>
#include <csm/svc.h>

#include "cli_priv.h"

static const struct cli_opt whatif_options[] = {
	{ .name = "schedule",
	  .arg = CLI_ARG_REF,
	  .target = "schedule",
	  .help = "Count in this schedule, as it is today; in that of each SLA when unsaid" },
	{ .name = "duration",
	  .arg = CLI_ARG_DURATION,
	  .help = "Due after this business time; after that of each SLA when unsaid" },
	{ .name = "time-zone",
	  .arg = CLI_ARG_ZONE,
	  .help = "Zone of a floating schedule; that of each SLA when unsaid" },
	{ .name = "where",
	  .arg = CLI_ARG_EXPR,
	  .help = "Only SLA records that the expression selects, see csm-filter(5)" },
	{ .name = "sla",
	  .arg = CLI_ARG_REF,
	  .value = "NAME",
	  .target = "sla_definition",
	  .help = "Only SLAs of this definition" },
	{ .name = "all", .help = "All SLAs" },
	{ .name = NULL },
};

enum {
	CASE, DEFINITION, SLA, STAGE, DUE, THEN_DUE, BREACHED, THEN_BREACHED, USED, THEN_USED, NOTE, COLUMNS
};
static const struct csm_column columns[COLUMNS] = {
	[CASE] = { .name = "case", .label = "Case", .type = CSM_W_TEXT },
	[DEFINITION] = { .name = "sla_definition",
			 .label = "SLA definition",
			 .type = CSM_W_TEXT,
			 .wrap = true,
			 .wide = true },
	[SLA] = { .name = "sla", .label = "SLA", .type = CSM_W_TEXT, .wide = true },
	[STAGE] = { .name = "stage", .label = "Stage", .type = CSM_W_TEXT, .wide = true },
	[DUE] = { .name = "planned_end_at", .label = "Due", .type = CSM_W_TEXT },
	[THEN_DUE] = { .name = "what_if_planned_end_at", .label = "What if", .type = CSM_W_TEXT },
	[BREACHED] = { .name = "has_breached", .label = "Late", .type = CSM_W_BOOL },
	[THEN_BREACHED] = { .name = "what_if_has_breached", .label = "If", .type = CSM_W_BOOL },
	[USED] = { .name = "business_elapsed",
		   .label = "Used",
		   .type = CSM_W_TEXT,
		   .right = true,
		   .wide = true },
	[THEN_USED] = { .name = "what_if_business_elapsed",
			.label = "Used if",
			.type = CSM_W_TEXT,
			.right = true,
			.wide = true },
	[NOTE] = { .name = "note", .label = "Note", .type = CSM_W_TEXT, .wrap = true },
};

struct report {
	struct cli *c;
	struct cli_list *list;
	struct csm_arena *row; /* what one row needs */
};
struct texts {
	char due[CSM_TIME_SIZE], used[CSM_TIME_SIZE];
};

static void put_figures(const struct cli *c, const struct csm_whatif_figures *f, struct texts *t,
			const char **values)
{
	values[0] = f->due == CSM_TIME_MIN ? NULL : cli_time_text(c, f->due, t->due);
	values[BREACHED - DUE] = f->breached ? "true" : "false";
	values[USED - DUE] = csm_duration_format(f->business_elapsed, t->used);
}

static const char *note_text(const struct csm_whatif_hit *hit)
{
	if (hit->relative)
		return "the duration is relative";
	if (!hit->known)
		return csm_rec_null(hit->sla, SLA_DURATION) ? "no duration" : "history does not tell its pauses";
	return csm_rec_int(hit->sla, SLA_FROM_IMPORT) ? "imported: pauses before the load are not known" : NULL;
}

static int add_hit(void *arg, const struct csm_whatif_hit *hit, struct csm_err *err)
{
	struct report *p = arg;
	struct csm_mark mark = csm_arena_mark(p->row);
	const char *values[COLUMNS] = { NULL };
	struct texts now, then;
	int owner = csm_rec_null(hit->sla, SLA_PARENT_CASE) ? SLA_CASE_TASK : SLA_PARENT_CASE;
	int code = csm_store_text(p->c->store, hit->sla, owner, p->row, &values[CASE], err);

	if (!code)
		code = csm_store_text(p->c->store, hit->sla, SLA_SLA_DEFINITION, p->row, &values[DEFINITION], err);
	values[SLA] = csm_rec_key(p->row, hit->sla);
	values[STAGE] = csm_rec_text(hit->sla, SLA_STAGE);
	put_figures(p->c, &hit->now, &now, &values[DUE]);
	if (hit->known)
		put_figures(p->c, &hit->then, &then, &values[THEN_DUE]);
	values[NOTE] = note_text(hit);
	if (!code)
		code = cli_list_row(p->list, values, NULL, err);
	csm_arena_rewind(p->row, mark);
	return code;
}

/* "DE 9-17, 8h" */
static const char *what_text(struct cli *c)
{
	const char *const parts[] = { cli_text(c, "schedule"),
				      cli_given(c, "duration") ? cli_duration(c, cli_int(c, "duration", 0)) : NULL,
				      cli_text(c, "time-zone") };
	struct csm_buf b = CSM_BUF(c->arena);

	for (unsigned i = 0; i < CSM_COUNT(parts); i++)
		if (parts[i])
			csm_buf_addf(&b, "%s%s", b.n ? ", " : "", parts[i]);
	return b.s;
}

static void note_sum(struct cli *c, const struct csm_whatif_sum *sum)
{
	cli_note(c,
		 "%" PRId64 " SLAs: breached %" PRId64 " now, %" PRId64 " with %s; %" PRId64
		 " newly breached, %" PRId64 " no longer",
		 sum->slas, sum->breached, sum->then_breached, what_text(c), sum->newly, sum->no_longer);
	if (sum->unknown)
		cli_note(c, "%" PRId64 " more can't be counted anew: see their notes", sum->unknown);
}

/* The records that --where, --sla and --all select. */
static int read_selection(struct cli *c, struct csm_filter **out, struct csm_err *err)
{
	struct csm_filter *of_definition;
	const char *key;
	int64_t id;
	int code;

	if (!cli_given(c, "where") && !cli_given(c, "sla") && !cli_given(c, "all"))
		return csm_fail(err, CSM_E_USAGE, "no SLA is selected: give --where, --sla or --all");
	if (cli_given(c, "all") && (cli_given(c, "where") || cli_given(c, "sla")))
		return csm_fail(err, CSM_E_USAGE, "SLAs are selected by --where and --sla, or by --all, not both");
	code = cli_where(c, &csm_type_sla, out, err);
	if (!code)
		code = cli_ref(c, "sla", "sla_definition", &id, err);
	if (code || !id)
		return code;
	code = csm_store_key(c->store, &csm_type_sla_definition, id, c->arena, &key, err);
	if (!code)
		code = csm_store_filter(c->store, &csm_type_sla,
					csm_sprintf(c->arena, "sla_definition = %s",
						    csm_filter_quote(c->arena, key)),
					c->arena, &of_definition, err);
	if (!code)
		*out = csm_filter_and(c->arena, *out, of_definition);
	return code;
}

static int read_options(struct cli *c, struct csm_whatif_opts *o, struct csm_err *err)
{
	const struct csm_zone *zone;
	int code;

	if (!cli_given(c, "schedule") && !cli_given(c, "duration") && !cli_given(c, "time-zone"))
		return csm_fail(err, CSM_E_USAGE,
				"nothing to count with: give --schedule, --duration or --time-zone");
	o->duration = cli_int(c, "duration", -1);
	if (o->duration == 0)
		return csm_fail(err, CSM_E_USAGE, "--duration: has to be longer than 0");
	o->time_zone = cli_text(c, "time-zone");
	if (o->time_zone && csm_zone_load(c->arena, c->env.tzdir, o->time_zone, &zone, err)) {
		err->code = CSM_E_USAGE;
		return csm_err_on(err, NULL, NULL, "--time-zone");
	}
	code = read_selection(c, &o->where, err);
	return code ? code : cli_ref(c, "schedule", "schedule", &o->schedule, err);
}

static int cmd_sla_whatif(struct cli *c, struct csm_err *err)
{
	struct report p = { .c = c };
	struct csm_whatif_opts o = { 0 };
	struct csm_whatif_sum sum = { 0 };
	int code = read_options(c, &o, err);

	if (!code)
		code = cli_list_open(&p.list, c, columns, COLUMNS, err);
	if (code)
		return code;
	p.row = cli_arena(c->arena);
	code = csm_sla_whatif(c->store, &o, c->arena, add_hit, &p, &sum, err);
	csm_arena_free(p.row);
	if (code)
		return code;
	note_sum(c, &sum);
	return cli_list_close(p.list, err);
}

const struct cli_verb sp_whatif_verbs[] = {
	{ .noun = "sla",
	  .verb = "whatif",
	  .fn = cmd_sla_whatif,
	  .needs = CLI_READ | CLI_LIST | CLI_TZ,
	  .options = whatif_options,
	  .summary = "Show what SLAs would say with another schedule or duration",
	  .help = "Nothing is written. Start, end and pauses stay what they were; business time, pauses included,\n"
		  "is counted in the other schedule, and an SLA breaches where it would have been found late.\n" },
	{ .verb = NULL },
};
