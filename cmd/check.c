/* SPDX-License-Identifier: MIT */
/* check.c - the tables of the command line against themselves, for `csm dict check`. */
#include "cli_priv.h"

struct check {
	struct cli *c;
	const struct csm_diag *diag;
	unsigned faults;
};

static void fault(struct check *x, const char *command, const char *what)
{
	struct csm_err err = { 0 };

	csm_fail(&err, CSM_E_INTERNAL, "%s: %s", command, what);
	csm_diag_note(x->diag, 'e', &err);
	x->faults++;
}

/* An option has one meaning over the whole tool: nobody takes the name or letter of a global one. */
static void check_global(struct check *x, const char *command, const struct cli_use *u)
{
	for (const struct cli_global *g = cli_globals; g->opt.name; g++)
		if (strcmp(g->opt.name, u->opt.name) == 0 ||
		    (u->opt.letter && g->opt.letter == u->opt.letter))
			fault(x, command,
			      csm_sprintf(x->c->arena, "option --%s has the name or letter of a global one",
					  u->opt.name));
}

static void check_uses(struct check *x, const char *command, const struct csm_vec *uses)
{
	for (size_t i = 0; i < uses->n; i++) {
		const struct cli_use *u = CSM_AT(uses, struct cli_use, i);

		if (!u->opt.help || !*u->opt.help)
			fault(x, command, csm_sprintf(x->c->arena, "option --%s has no help", u->opt.name));
		if (strchr(u->opt.name, '_'))
			fault(x, command,
			      csm_sprintf(x->c->arena, "option --%s is written with _", u->opt.name));
		if (u->opt.arg == CLI_ARG_CHOICE && !u->opt.choices)
			fault(x, command,
			      csm_sprintf(x->c->arena, "option --%s has no choices", u->opt.name));
		if (u->opt.arg == CLI_ARG_REF &&
		    (!u->opt.target || !csm_dict_type(x->c->dict, u->opt.target)))
			fault(x, command, csm_sprintf(x->c->arena, "option --%s has no target", u->opt.name));
		if (!u->global)
			check_global(x, command, u);
		for (size_t k = 0; k < i; k++)
			if (strcmp(CSM_AT(uses, struct cli_use, k)->opt.name, u->opt.name) == 0)
				fault(x, command,
				      csm_sprintf(x->c->arena, "option --%s is there twice", u->opt.name));
	}
}

/* Fields whose option is taken by something else, so that they can't be given. */
static void check_fields(struct check *x, const char *command, const struct cli_verb *v,
			 const struct csm_rtype *t)
{
	char word[80];

	if (!v->fields || strcmp(v->fields, "*") == 0)
		return;
	for (unsigned i = 0; csm_word(v->fields, i, word, sizeof(word)); i++)
		if (!t || csm_field_index(t, word) < 0)
			fault(x, command, csm_sprintf(x->c->arena, "takes field '%s', which is none", word));
}

static void check_verb(struct check *x, const char *noun, const struct cli_verb *v)
{
	static const uint32_t modes = CLI_NODB | CLI_READ | CLI_WRITE | CLI_RAWDB | CLI_RAWDB_W;
	const struct csm_rtype *t = noun ? csm_dict_type(x->c->dict, noun) : NULL;
	struct csm_vec uses = CSM_VEC(x->c->arena, struct cli_use);
	const char *command = noun ? csm_sprintf(x->c->arena, "csm %s %s", noun, v->verb)
				   : csm_sprintf(x->c->arena, "csm %s", v->verb);
	uint32_t mode = v->needs & modes;

	if (!v->summary || !*v->summary)
		fault(x, command, "has no summary");
	if (!mode || mode & (mode - 1))
		fault(x, command, "needs exactly one of no database, read, write, file");
	if (v->max >= 0 && v->max < v->min)
		fault(x, command, "takes fewer words than it needs");
	if (v->max != 0 && !v->args)
		fault(x, command, "takes words that help does not name");
	if (strchr(v->verb, '_') && !(v->needs & CLI_HIDDEN))
		fault(x, command, "is written with _");
	cli_uses(x->c->arena, x->c->dict, v, t, &uses);
	check_uses(x, command, &uses);
	check_fields(x, command, v, t);
}

static void check_noun(struct check *x, const char *noun)
{
	struct csm_vec verbs = CSM_VEC(x->c->arena, const struct cli_verb *);

	cli_verbs(x->c->arena, x->c->dict, noun, &verbs);
	for (size_t i = 0; i < verbs.n; i++)
		check_verb(x, noun, *CSM_AT(&verbs, const struct cli_verb *, i));
}

/* A field whose name is a global option's can't be an option: say so where the type is made. */
static void check_field_names(struct check *x)
{
	for (unsigned i = 0; i < x->c->dict->ntypes; i++) {
		const struct csm_rtype *t = x->c->dict->types[i];
		const struct cli_verb *command;

		for (unsigned k = 0; k < t->nfields; k++)
			if (cli_global_named(cli_dashed(x->c->arena, t->fields[k].name)) &&
			    !(t->fields[k].flags & CSM_F_VOLATILE))
				fault(x, t->name,
				      csm_sprintf(x->c->arena, "field '%s' has the name of a global option",
						  t->fields[k].name));
		command = cli_verb_find(x->c->arena, x->c->dict, NULL, t->name);
		/* words that are files can be told from verbs: a file called so is written ./list */
		if (command && (!command->arg_type || strcmp(command->arg_type, "file") != 0))
			fault(x, t->name, "has the name of a command");
	}
}

int cli_tables_check(struct cli *c, const struct csm_diag *diag)
{
	struct csm_vec nouns = CSM_VEC(c->arena, const char *);
	struct check x = { c, diag, 0 };

	check_noun(&x, NULL);
	cli_nouns(c->arena, c->dict, &nouns);
	for (size_t i = 0; i < nouns.n; i++)
		check_noun(&x, *CSM_AT(&nouns, const char *, i));
	check_field_names(&x);
	return x.faults ? CSM_NO : CSM_OK;
}
