/* SPDX-License-Identifier: MIT */
/*
 * complete.c - `csm __complete WORD...`: candidates for the last word, one a line. The shells' scripts ask
 * this and know nothing themselves.
 *
 * ":file" means that the shell should complete a path. Nothing here fails loudly: a shell that completes
 * shows no errors.
 */
#include "cli_priv.h"

#define MAX_KEYS 100

struct line {
	struct cli *c;
	const char *noun;
	const struct cli_verb *verb;
	const struct csm_rtype *type;
	struct csm_vec uses;
	const char *last;		/* the word being completed */
	const struct cli_use *before;	/* option whose value the word is, or NULL */
	unsigned nwords;		/* words after the verb, without the last */
	const char *db;
};

static void offer(struct line *l, const char *word)
{
	size_t n = strlen(l->last);

	for (size_t i = 0; i < n; i++)
		if (word[i] != l->last[i])
			return;
	cli_print(l->c, "%s\n", word);
}

/* ---- keys of records ---- */

static struct cli open_quiet(struct line *l)
{
	static const struct cli_verb reader = { .verb = "__complete", .needs = CLI_READ };
	struct cli c = *l->c;
	struct csm_err err = { 0 };

	c.verb = &reader;
	if (l->db)
		c.db_path = l->db;
	c.wait_ms = 200;
	if (cli_open(&c, &err) != CSM_OK) {
		csm_store_close(c.store);
		c.store = NULL;
	}
	return c;
}

/*
 * The number, and every key field of the record that begins with the word; an empty word asks for one key a
 * record.
 */
static unsigned offer_record(struct line *l, struct cli *c, const struct csm_rec *r)
{
	size_t n = strlen(l->last);
	const char *key = csm_rec_key(c->arena, r);
	unsigned found = 0;

	if (strncmp(key, l->last, n) == 0) {
		cli_print(l->c, "%s\n", key);
		return 1;
	}
	for (unsigned i = 0; n && i < r->type->nfields; i++)
		if (r->type->fields[i].flags & CSM_F_KEY && r->v[i].tag == CSM_TEXT &&
		    strncmp(r->v[i].s, l->last, n) == 0 && !strpbrk(r->v[i].s, "\t\n")) {
			cli_print(l->c, "%s\n", r->v[i].s);
			found++;
		}
	return found;
}

static void offer_keys(struct line *l, const char *type)
{
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = cli_arena(l->c->arena);
	const struct csm_rtype *t = csm_dict_type(l->c->dict, type);
	struct csm_mark mark = csm_arena_mark(row);
	struct csm_cursor *cur = NULL;
	struct csm_query q = { 0 };
	struct cli c = open_quiet(l);
	struct csm_rec *r;
	unsigned found = 0;

	if (t && c.store && csm_store_select(c.store, t, &q, c.arena, &cur, NULL) == CSM_OK)
		while (found < MAX_KEYS && csm_cursor_next(cur, row, &r, NULL) == CSM_OK && r) {
			found += offer_record(l, &c, r);
			csm_arena_rewind(row, mark);
		}
	csm_cursor_close(cur);
	csm_store_close(c.store);
	csm_db_close(c.db);
}

/* ---- values of options ---- */

static void offer_list(struct line *l, const char *list)
{
	char word[80];

	for (unsigned i = 0; csm_word(list, i, word, sizeof(word)); i++)
		offer(l, word);
}

static void offer_choices(struct line *l, const struct csm_choice *c)
{
	for (; c->value; c++)
		offer(l, c->value);
}

/* Comma lists of fields: the part after the last comma is completed. */
static void offer_fields(struct line *l)
{
	const char *comma = strrchr(l->last, ',');
	size_t n = comma ? (size_t)(comma - l->last) + 1 : 0;

	for (unsigned i = 0; l->type && i < l->type->nfields; i++)
		if (!(l->type->fields[i].flags & CSM_F_SECRET))
			offer(l,
			      csm_sprintf(l->c->arena, "%.*s%s", (int)n, l->last, l->type->fields[i].name));
}

static void offer_settings(struct line *l, const char *after)
{
	for (const struct cli_conf *k = cli_confs; k->name; k++)
		offer(l, csm_sprintf(l->c->arena, "%s%s", k->name, after));
	for (unsigned i = 0; i < l->c->dict->nsettings; i++)
		offer(l, csm_sprintf(l->c->arena, "%s%s", l->c->dict->settings[i].name, after));
}

/* Mappings that come with csm; a file where none of them begins so. */
static void offer_maps(struct line *l)
{
	struct csm_vec names = CSM_VEC(l->c->arena, const char *);
	size_t n = strlen(l->last);
	bool any = false;

	cli_map_names(l->c, &names);
	for (size_t i = 0; i < names.n; i++)
		any = any || strncmp(*CSM_AT(&names, const char *, i), l->last, n) == 0;
	for (size_t i = 0; any && i < names.n; i++)
		offer(l, *CSM_AT(&names, const char *, i));
	if (!any)
		cli_print(l->c, ":file\n");
}

static void complete_value(struct line *l)
{
	const struct cli_use *u = l->before;

	if (u->field && u->field->choices)
		offer_choices(l, u->field->choices);
	else if (u->field && u->field->kind == CSM_K_BOOL)
		offer_list(l, "true,false");
	else if (u->field && u->field->target)
		offer_keys(l, u->field->target);
	else if (u->opt.choices)
		offer_list(l, u->opt.choices);
	else if (u->opt.target)
		offer_keys(l, u->opt.target);
	else if (u->opt.arg == CLI_ARG_FORMAT)
		offer_list(l, l->verb && l->verb->needs & CLI_REPORT
				      ? "table,json,ndjson,yaml,csv,tsv,mail,openmetrics"
				      : "table,json,ndjson,yaml,csv,tsv");
	else if (u->opt.arg == CLI_ARG_FIELDS || strcmp(u->opt.name, "unset") == 0)
		offer_fields(l);
	else if (u->opt.arg == CLI_ARG_PAIR)
		offer_settings(l, "=");
	else if (strcmp(u->opt.name, "map") == 0)
		offer_maps(l);
	else if (u->opt.arg == CLI_ARG_FILE || (u->opt.arg == CLI_ARG_LONG && *l->last == '@'))
		cli_print(l->c, ":file\n");
}

/* ---- words ---- */

static void complete_options(struct line *l)
{
	for (size_t i = 0; i < l->uses.n; i++) {
		const struct cli_use *u = CSM_AT(&l->uses, struct cli_use, i);

		if (!(u->opt.flags & CLI_OPT_HIDDEN))
			offer(l, csm_sprintf(l->c->arena, "--%s", u->opt.name));
	}
}

static void complete_verbs(struct line *l, const char *noun)
{
	struct csm_vec verbs = CSM_VEC(l->c->arena, const struct cli_verb *);

	cli_verbs(l->c->arena, l->c->dict, noun, &verbs);
	for (size_t i = 0; i < verbs.n; i++)
		if (!((*CSM_AT(&verbs, const struct cli_verb *, i))->needs & CLI_HIDDEN))
			offer(l, (*CSM_AT(&verbs, const struct cli_verb *, i))->verb);
}

static void complete_nouns(struct line *l)
{
	struct csm_vec nouns = CSM_VEC(l->c->arena, const char *);

	cli_nouns(l->c->arena, l->c->dict, &nouns);
	for (size_t i = 0; i < nouns.n; i++)
		offer(l, *CSM_AT(&nouns, const char *, i));
}

static void complete_help(struct line *l)
{
	for (const struct cli_topic *t = cli_topics; strcmp(l->verb->verb, "help") == 0 && t->name; t++)
		offer(l, t->name);
	if (strcmp(l->verb->verb, "dict") == 0)
		offer(l, "check");
	complete_nouns(l);
	if (strcmp(l->verb->verb, "help") == 0)
		complete_verbs(l, NULL);
}

static void complete_word(struct line *l)
{
	const char *type = l->verb->arg_type;

	if (l->verb->max >= 0 && (int)l->nwords >= l->verb->max)
		return;
	if (!type && l->type && l->verb->args)
		type = l->type->name;
	if (!type)
		return;
	if (strcmp(type, "file") == 0)
		cli_print(l->c, ":file\n");
	else if (strcmp(type, "noun") == 0)
		complete_help(l);
	else if (strcmp(type, "setting-name") == 0 && !l->nwords)
		offer_settings(l, "");
	else
		offer_keys(l, type);
}

/* ---- the words before the last ---- */

static const struct cli_use *use_of(const struct csm_vec *uses, const char *word)
{
	const char *name = word[1] == '-' ? word + 2 : NULL;

	for (size_t i = 0; i < uses->n; i++) {
		const struct cli_use *u = CSM_AT(uses, struct cli_use, i);

		if (name ? cli_same_word(u->opt.name, name)
			 : u->opt.letter && word[1] == u->opt.letter && !word[2])
			return u;
	}
	return NULL;
}

static void set_uses(struct line *l)
{
	l->uses.n = 0;
	cli_uses(l->c->arena, l->c->dict, l->verb, l->type, &l->uses);
}

/* A noun that is a command too, by what follows: the command. */
static bool take_command(struct line *l)
{
	const struct cli_verb *v = l->noun && !l->verb ? cli_verb_find(l->c->arena, l->c->dict, NULL, l->noun) : NULL;

	if (!v)
		return false;
	l->verb = v;
	l->noun = NULL;
	l->type = NULL;
	set_uses(l);
	return true;
}

static void take_word(struct line *l, const char *word)
{
	if (l->verb) {
		l->nwords++;
	} else if (l->noun) {
		l->verb = cli_verb_find(l->c->arena, l->c->dict, l->noun, word);
		if (!l->verb && take_command(l))
			l->nwords++;
	} else if (cli_noun_known(l->c->dict, word)) {
		l->noun = word;
		l->type = csm_dict_type(l->c->dict, word);
	} else {
		l->verb = cli_verb_find(l->c->arena, l->c->dict, NULL, word);
	}
	if (l->verb)
		set_uses(l);
}

static void take_words(struct line *l)
{
	struct cli *c = l->c;

	for (unsigned i = 0; i + 1 < c->nargs; i++) {
		const char *word = c->args[i];
		const struct cli_use *u;

		if (*word != '-' || !word[1]) {
			take_word(l, word);
			continue;
		}
		if (strncmp(word, "--db=", 5) == 0)
			l->db = word + 5;
		if (!use_of(&l->uses, csm_strndup(c->arena, word, strcspn(word, "="))))
			(void)take_command(l);
		u = strchr(word, '=') ? NULL : use_of(&l->uses, word);
		if (!u || u->opt.arg == CLI_ARG_NONE)
			continue;
		if (i + 2 == c->nargs)
			l->before = u;
		else if (strcmp(u->opt.name, "db") == 0)
			l->db = c->args[i + 1];
		i++;
	}
}

/* "--name=val": the value is completed, and offered by itself; the shells' scripts put it behind the "=". */
static void split_last(struct line *l)
{
	const char *eq = strchr(l->last, '=');

	if (l->before || strncmp(l->last, "--", 2) != 0 || !eq)
		return;
	l->before = use_of(&l->uses, csm_strndup(l->c->arena, l->last, (size_t)(eq - l->last)));
	if (l->before)
		l->last = eq + 1;
}

int cmd_complete(struct cli *c, struct csm_err *err)
{
	struct line l = { .c = c, .uses = CSM_VEC(c->arena, struct cli_use) };

	(void)err;
	l.last = c->nargs ? c->args[c->nargs - 1] : "";
	l.db = cli_text(c, "db");
	set_uses(&l);
	take_words(&l);
	split_last(&l);
	if (*l.last == '-' && !l.before)
		(void)take_command(&l);
	if (l.before) {
		complete_value(&l);
	} else if (*l.last == '-') {
		complete_options(&l);
	} else if (l.verb) {
		complete_word(&l);
	} else if (l.noun) {
		complete_verbs(&l, l.noun);
		if (take_command(&l))
			complete_word(&l);
	} else {
		complete_nouns(&l);
		complete_verbs(&l, NULL);
	}
	return CSM_OK;
}
