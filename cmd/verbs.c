/* SPDX-License-Identifier: MIT */
/* verbs.c - the tables of verbs, and how a word of the command line becomes a row. */
#include <string.h>

#include "cli_priv.h"

/*
 * Tables of special verbs: cmd/sp_<area>.c. One line each; a row here beats a generic verb of the same
 * name.
 */
static const struct cli_verb *const tables[] = {
	cli_generic_verbs,
	cli_top_verbs,
	sp_import_verbs,
	sp_imports_verbs,
	sp_diff_verbs,
	sp_export_verbs,
	sp_batch_verbs,
	sp_case_verbs,
	sp_breach_verbs,
	sp_attain_verbs,
	sp_repair_verbs,
	sp_apply_verbs,
	sp_whatif_verbs,
	sp_sla_verbs,
	sp_outbox_verbs,
	sp_entitlement_verbs,
	sp_schedule_verbs,
	sp_calc_verbs,
	sp_week_verbs,
	sp_holidays_verbs,
	cli_db_verbs,
	cli_config_verbs,
};

bool cli_same_word(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && !((*a == '-' || *a == '_') && (*b == '-' || *b == '_')))
			return false;
	return *a == *b;
}

char *cli_dashed(struct csm_arena *a, const char *name)
{
	char *s = csm_strdup(a, name);

	for (char *p = s; *p; p++)
		if (*p == '_')
			*p = '-';
	return s;
}

/* Whether a row of a table is for the noun: its own, or "*" and the type has the verb. */
static bool row_fits(const struct cli_verb *row, const char *noun, const struct csm_rtype *t)
{
	if (!row->noun)
		return !noun;
	if (!noun)
		return false;
	if (strcmp(row->noun, "*") == 0)
		return t && !(t->flags & row->types_not);
	return cli_same_word(row->noun, noun);
}

static bool already(const struct csm_vec *v, const char *verb)
{
	for (size_t i = 0; i < v->n; i++)
		if (cli_same_word((*CSM_AT(v, const struct cli_verb *, i))->verb, verb))
			return true;
	return false;
}

/* The row of a lifecycle verb: what its moves need, take and call their text. */
static const struct cli_verb *make_move(struct csm_arena *a, const struct csm_rtype *t,
					const struct csm_move *m)
{
	struct cli_verb *v = csm_alloc(a, sizeof(*v));
	struct csm_buf fields = CSM_BUF(a);
	struct cli_opt *opt = csm_calloc(a, 2, sizeof(*opt));
	uint32_t who = 0;

	for (const struct csm_move *x = t->life->moves; x->verb; x++) {
		if (strcmp(x->verb, m->verb) != 0)
			continue;
		cli_words_add(&fields, x->needs);
		cli_words_add(&fields, x->takes);
		who |= x->who;
		if (x->text && !opt->name)
			*opt = (struct cli_opt){ .name = cli_dashed(a, x->text),
						 .arg = CLI_ARG_LONG,
						 .help = x->text_needed
							 ? "Text kept with the record; needed"
							 : "Text kept with the record" };
	}
	*v = (struct cli_verb){ .noun = t->name,
				.verb = cli_dashed(a, m->verb),
				.fn = cmd_move,
				.needs = CLI_WRITE | CLI_SELECT | CLI_VERSION | CLI_DOC |
					(who & CSM_WHO_CUSTOMER ? CLI_ONBEHALF : 0),
				.options = opt->name ? opt : NULL,
				.fields = fields.n ? fields.s : NULL,
				.args = cli_many_arg(a, t->name),
				.max = -1,
				.summary = m->help,
				.move = m };
	return v;
}

/* Moves that only the system makes have no verb on the command line. */
static bool move_by_people(const struct csm_lifecycle *l, const char *verb)
{
	for (const struct csm_move *m = l->moves; m->verb; m++)
		if (strcmp(m->verb, verb) == 0 && m->who & (CSM_WHO_AGENT | CSM_WHO_CUSTOMER))
			return true;
	return false;
}

static const struct cli_verb *find_in_tables(const char *noun, const struct csm_rtype *t, const char *verb,
					     bool generic)
{
	for (size_t i = 0; i < CSM_COUNT(tables); i++)
		for (const struct cli_verb *row = tables[i]; row->verb; row++)
			if ((row->noun && strcmp(row->noun, "*") == 0) == generic && row_fits(row, noun, t) &&
			    cli_same_word(row->verb, verb))
				return row;
	return NULL;
}

const struct cli_verb *cli_verb_find(struct csm_arena *a, const struct csm_dict *d, const char *noun,
				     const char *verb)
{
	const struct csm_rtype *t = noun ? csm_dict_type(d, noun) : NULL;
	const struct cli_verb *row = find_in_tables(noun, t, verb, false);

	if (row)
		return row;
	row = find_in_tables(noun, t, verb, true);
	if (row && t) {			/* the generic row as this noun's own */
		struct cli_verb *own = csm_alloc(a, sizeof(*own));

		*own = *row;
		own->noun = t->name;
		return own;
	}
	if (!t || !t->life)
		return NULL;
	for (const struct csm_move *m = t->life->moves; m->verb; m++)
		if (cli_same_word(m->verb, verb) && move_by_people(t->life, m->verb))
			return make_move(a, t, m);
	return NULL;
}

void cli_verbs(struct csm_arena *a, const struct csm_dict *d, const char *noun, struct csm_vec *out)
{
	const struct csm_rtype *t = noun ? csm_dict_type(d, noun) : NULL;

	for (int generic = 1; generic >= 0; generic--)
		for (size_t i = 0; i < CSM_COUNT(tables); i++)
			for (const struct cli_verb *row = tables[i]; row->verb; row++) {
				if ((row->noun && strcmp(row->noun, "*") == 0) != (generic == 1) ||
				    !row_fits(row, noun, t))
					continue;
				/* A special row takes the place of the generic one of its name. */
				if (!already(out, row->verb))
					*(const struct cli_verb **)csm_vec_add(
						out) = find_in_tables(noun, t, row->verb, false)
						? find_in_tables(noun, t, row->verb, false)
						: row;
			}
	if (!t || !t->life)
		return;
	for (const struct csm_move *m = t->life->moves; m->verb; m++)
		if (!already(out, m->verb) && move_by_people(t->life, m->verb))
			*(const struct cli_verb **)csm_vec_add(out) = make_move(a, t, m);
}

bool cli_noun_known(const struct csm_dict *d, const char *word)
{
	if (csm_dict_type(d, word))
		return true;
	for (size_t i = 0; i < CSM_COUNT(tables); i++)
		for (const struct cli_verb *row = tables[i]; row->verb; row++)
			if (row->noun && strcmp(row->noun, "*") != 0 && cli_same_word(row->noun, word))
				return true;
	return false;
}

void cli_nouns(struct csm_arena *a, const struct csm_dict *d, struct csm_vec *out)
{
	for (unsigned i = 0; i < d->ntypes; i++)
		*(const char **)csm_vec_add(out) = cli_dashed(a, d->types[i]->name);
	for (size_t i = 0; i < CSM_COUNT(tables); i++)
		for (const struct cli_verb *row = tables[i]; row->verb; row++) {
			bool known = !row->noun || strcmp(row->noun, "*") == 0 || csm_dict_type(d, row->noun);

			for (size_t k = 0; !known && k < out->n; k++)
				known = strcmp(*CSM_AT(out, const char *, k), row->noun) == 0;
			if (!known)
				*(const char **)csm_vec_add(out) = row->noun;
		}
}
