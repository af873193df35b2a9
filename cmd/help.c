/* SPDX-License-Identifier: MIT */
/* help.c - --help at every level, from the rows. */
#include <csm/utf8.h>

#include "cli_priv.h"

#define INDENT 2
#define COLUMN 30		/* where the text beside an option begins */
#define WIDTH 100		/* where the terminal does not say */

static void head(struct cli *c, const char *text)
{
	cli_print(c, "\n%s%s%s\n", c->world->color ? "\033[1m" : "", text, c->world->color ? "\033[0m" : "");
}

static size_t width_of(const struct cli *c)
{
	return c->world->width > 40 ? c->world->width : WIDTH;
}

/* The words of N bytes after what stands on the line already, AT columns; where the line ends then. */
static size_t print_words(struct cli *c, const char *s, size_t n, size_t at)
{
	const char *end = s + n;

	while (s < end) {
		size_t word = strcspn(s, " \n"), columns = csm_utf8_width(csm_strndup(c->arena, s, word));

		if (at && at + 1 + columns > width_of(c)) {
			cli_print(c, "\n");
			at = 0;
		}
		cli_print(c, "%s%.*s", at ? " " : "", (int)word, s);
		at += columns + (at > 0);
		s += word;
		s += strspn(s, " ");
	}
	return at;
}

/*
 * A line that fits stays as it is. One that does not is wrapped, and takes along the lines that follow, up to a
 * blank or indented one or one that begins with an option.
 */
void cli_help_prose(struct cli *c, const char *text)
{
	size_t at = 0;

	for (size_t n; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (at && (!n || *text == ' ' || *text == '-')) {
			cli_print(c, "\n");
			at = 0;
		}
		if (!at && (*text == ' ' || csm_utf8_width(csm_strndup(c->arena, text, n)) <= width_of(c))) {
			cli_print(c, "%.*s\n", (int)n, text);
			continue;
		}
		at = print_words(c, text, n, at);
	}
	if (at)
		cli_print(c, "\n");
}

/* "  left    right", right wrapped at the width of the terminal. */
void cli_help_two(struct cli *c, const char *left, const char *right, size_t column)
{
	size_t width = width_of(c), at = INDENT + csm_utf8_width(left), n;

	cli_print(c, "%*s%s", INDENT, "", left);
	if (at + 2 > column) {
		cli_print(c, "\n");
		at = 0;
	}
	cli_print(c, "%*s", (int)(column - at), "");
	at = column;
	while (*right) {
		n = strcspn(right, " ");
		if (at > column && at + 1 + n > width) {
			cli_print(c, "\n%*s", (int)column, "");
			at = column;
		}
		cli_print(c, "%s%.*s", at > column ? " " : "", (int)n, right);
		at += n + (at > column);
		right += n;
		right += strspn(right, " ");
	}
	cli_print(c, "\n");
}

static const char *option_left(struct csm_arena *a, const struct cli_use *u)
{
	struct csm_buf b = CSM_BUF(a);
	const char *value = u->opt.arg == CLI_ARG_NONE ? "" : cli_value_name(a, u);

	if (u->opt.letter)
		csm_buf_addf(&b, "-%c, ", u->opt.letter);
	csm_buf_addf(&b, "--%s", u->opt.name);
	if (*value)
		csm_buf_addf(&b, " %s", value);
	return b.s;
}

/* Help of a field's option: what its row says, and its default. */
static const char *option_right(struct csm_arena *a, const struct cli_use *u, const struct cli_verb *v)
{
	const char *help = u->opt.help ? u->opt.help : "";

	if (u->opt.flags & CLI_OPT_NEEDED ||
	    (u->field && u->field->flags & CSM_F_REQUIRED && !u->field->def && v &&
	     strcmp(v->verb, "new") == 0))
		return csm_sprintf(a, "%s (needed)", help);
	if (u->field && u->field->def && v && strcmp(v->verb, "new") == 0)
		return csm_sprintf(a, "%s (default %s)", help, u->field->def);
	return help;
}

static void print_uses(struct cli *c, const struct csm_vec *uses, const struct cli_verb *v, int which,
		       const char *title)
{
	bool any = false;

	for (size_t i = 0; i < uses->n; i++) {
		const struct cli_use *u = CSM_AT(uses, struct cli_use, i);
		int kind = u->global ? 2 : u->field ? 1 : 0;

		if (kind != which || u->opt.flags & CLI_OPT_HIDDEN)
			continue;
		if (!any)
			head(c, title);
		any = true;
		cli_help_two(c, option_left(c->arena, u), option_right(c->arena, u, v), COLUMN);
	}
}

const char *cli_synopsis(struct csm_arena *a, const struct cli_verb *v)
{
	struct csm_buf b = CSM_BUF(a);

	csm_buf_add(&b, "csm");
	if (v->noun && strcmp(v->noun, "*") != 0)
		csm_buf_addf(&b, " %s", cli_dashed(a, v->noun));
	else if (v->noun)
		csm_buf_add(&b, " NOUN");
	csm_buf_addf(&b, " %s", v->verb);
	if (v->args)
		csm_buf_addf(&b, " %s", v->args);
	return b.s;
}

/* The states a lifecycle verb leads from and to. */
static void print_moves(struct cli *c, const struct cli_verb *v, const struct csm_rtype *t)
{
	head(c, "Moves");
	for (const struct csm_move *m = t->life->moves; m->verb; m++)
		if (strcmp(m->verb, v->move->verb) == 0)
			cli_help_two(c, csm_sprintf(c->arena, "%s -> %s", m->from, m->to ? m->to : "(stays)"),
				  csm_sprintf(c->arena, "%s%s%s%s",
					      m->who & CSM_WHO_AGENT ? "by agents"
								     : "by the customer (or --on-behalf)",
					      m->who & CSM_WHO_AGENT && m->who & CSM_WHO_CUSTOMER
						      ? " and the customer"
						      : "",
					      m->needs ? "; needs " : "", m->needs ? m->needs : ""),
				  COLUMN);
}

void cli_help_verb(struct cli *c, const struct cli_verb *v)
{
	struct csm_vec uses = CSM_VEC(c->arena, struct cli_use);
	const struct csm_rtype *t = c->type;
	struct cli_verb row = *v;

	if (!t && v->noun && strcmp(v->noun, "*") != 0)
		t = csm_dict_type(c->dict, v->noun);
	if (!t && c->nargs && v->noun)
		t = csm_dict_type(c->dict, c->args[0]);
	if (t && v->noun)
		row.noun = t->name;
	cli_print(c, "usage: %s\n\n", cli_synopsis(c->arena, &row));
	cli_help_prose(c, v->summary);
	if (v->help) {
		cli_print(c, "\n");
		cli_help_prose(c, v->help);
	}
	cli_uses(c->arena, c->dict, v, t, &uses);
	if (v->move && t)
		print_moves(c, v, t);
	print_uses(c, &uses, v, 0, "Options");
	print_uses(c, &uses, v, 1,
		   v->needs & CLI_LIST
			   ? "Filters (the field has this value; several of one field: any of them)"
			   : "Fields");
	print_uses(c, &uses, v, 2, "Global options");
}

void cli_help_noun(struct cli *c, const char *noun)
{
	struct csm_vec verbs = CSM_VEC(c->arena, const struct cli_verb *);
	const struct csm_rtype *t = csm_dict_type(c->dict, noun);

	cli_verbs(c->arena, c->dict, noun, &verbs);
	cli_print(c, "usage: csm %s VERB\n", cli_dashed(c->arena, t ? t->name : noun));
	if (t)
		cli_print(c, "\n%s: %s\n", t->label, t->help);
	head(c, "Verbs");
	for (size_t i = 0; i < verbs.n; i++) {
		const struct cli_verb *v = *CSM_AT(&verbs, const struct cli_verb *, i);

		if (!(v->needs & CLI_HIDDEN))
			cli_help_two(c, v->args ? csm_sprintf(c->arena, "%s %s", v->verb, v->args) : v->verb,
				  v->summary, COLUMN);
	}
	if (t && t->life) {
		head(c, "States");
		for (const struct csm_state *s = t->life->states; s->name; s++)
			cli_help_two(c, s->name, s->help ? s->help : "", COLUMN);
	}
	cli_print(c, "\ncsm %s VERB --help tells the options.\n", cli_dashed(c->arena, t ? t->name : noun));
}

/* Nouns by their sections: what is worked with every day first, what is set up once last. */
static const char *const sections[] = { "work", "customers", "products", "agreements", "people", "administration" };

static void print_nouns(struct cli *c)
{
	for (unsigned i = 0; i < CSM_COUNT(sections); i++) {
		head(c, csm_sprintf(c->arena, "Nouns: %s", sections[i]));
		for (unsigned k = 0; k < c->dict->ntypes; k++)
			if (strcmp(c->dict->types[k]->section, sections[i]) == 0)
				cli_help_two(c, cli_dashed(c->arena, c->dict->types[k]->name),
					  c->dict->types[k]->help, COLUMN);
	}
}

void cli_help_top(struct cli *c)
{
	struct csm_vec verbs = CSM_VEC(c->arena, const struct cli_verb *),
		       nouns = CSM_VEC(c->arena, const char *);
	struct csm_vec uses = CSM_VEC(c->arena, struct cli_use);
	struct csm_buf b = CSM_BUF(c->arena);

	cli_print(c,
		  "usage: csm NOUN VERB [KEY...] [--FIELD VALUE...]\n       csm COMMAND\n\n");
	cli_help_prose(c, "Customer service management: cases, customers, products, agreements and SLAs in one file.");
	cli_verbs(c->arena, c->dict, NULL, &verbs);
	head(c, "Commands");
	for (size_t i = 0; i < verbs.n; i++) {
		const struct cli_verb *v = *CSM_AT(&verbs, const struct cli_verb *, i);

		if (!(v->needs & CLI_HIDDEN))
			cli_help_two(c, v->args ? csm_sprintf(c->arena, "%s %s", v->verb, v->args) : v->verb,
				  v->summary, COLUMN);
	}
	cli_nouns(c->arena, c->dict, &nouns);
	for (size_t i = c->dict->ntypes; i < nouns.n; i++) {
		struct csm_vec own = CSM_VEC(c->arena, const struct cli_verb *);
		const char *noun = *CSM_AT(&nouns, const char *, i);

		csm_buf_reset(&b);
		cli_verbs(c->arena, c->dict, noun, &own);
		for (size_t k = 0; k < own.n; k++)
			csm_buf_addf(&b, "%s%s", b.n ? "|" : "",
				     (*CSM_AT(&own, const struct cli_verb *, k))->verb);
		cli_help_two(c, csm_sprintf(c->arena, "%s ...", noun), csm_strdup(c->arena, b.s), COLUMN);
	}
	print_nouns(c);
	cli_uses(c->arena, c->dict, NULL, NULL, &uses);
	print_uses(c, &uses, NULL, 2, "Global options of every command");
	head(c, "Topics");
	for (const struct cli_topic *t = cli_topics; t->name; t++)
		cli_help_two(c, csm_sprintf(c->arena, "csm help %s", t->name), t->summary, COLUMN);
	cli_print(c, "\n");
	cli_help_prose(c, "Verbs of every noun: new show list edit delete import export log (csm NOUN --help).");
}
