/* SPDX-License-Identifier: MIT */
/*
 * argv.c - words of the command line to noun, verb, options and words.
 *
 * '_' in the name of an option is '-', a separate value that begins with "--" is refused (it is nearly always a forgotten value), and options
 * may stand before words and after them, whatever the environment says.
 */
#include <strings.h>

#include "cli_priv.h"

/* An option as written: what it is in the table, and how many words of argv it takes. */
struct seen {
	const struct cli_use *use;	/* of the last letter in a cluster; NULL: unknown */
	int width;
};

static bool is_option(const char *word)
{
	return word[0] == '-' && word[1];
}

/* "--foo_bar=x_y" to "--foo-bar=x_y". */
static char *normal(struct csm_arena *a, const char *word)
{
	char *s = csm_strdup(a, word);

	if (strncmp(s, "--", 2) == 0)
		for (char *p = s; *p && *p != '='; p++)
			if (*p == '_')
				*p = '-';
	return s;
}

static const struct cli_use *use_named(const struct csm_vec *uses, const char *name, size_t n)
{
	for (size_t i = 0; i < uses->n; i++) {
		const struct cli_use *u = CSM_AT(uses, struct cli_use, i);

		if (strlen(u->opt.name) == n && strncmp(u->opt.name, name, n) == 0)
			return u;
	}
	return NULL;
}

static const struct cli_use *use_lettered(const struct csm_vec *uses, char letter)
{
	for (size_t i = 0; i < uses->n; i++)
		if (CSM_AT(uses, struct cli_use, i)->opt.letter == letter)
			return CSM_AT(uses, struct cli_use, i);
	return NULL;
}

static struct seen look(const struct csm_vec *uses, const char *word)
{
	struct seen s = { NULL, 1 };

	if (strncmp(word, "--", 2) == 0) {
		size_t n = strcspn(word + 2, "=");

		s.use = use_named(uses, word + 2, n);
		if (s.use && s.use->opt.arg != CLI_ARG_NONE && !word[2 + n])
			s.width = 2;
		return s;
	}
	for (const char *p = word + 1; *p; p++) {
		s.use = use_lettered(uses, *p);
		if (!s.use)
			return s;
		if (s.use->opt.arg != CLI_ARG_NONE) {
			s.width = p[1] ? 1 : 2;
			return s;
		}
	}
	return s;
}

/* The option of the field that is called so in tables: 'Case' is parent_case. */
static const char *labelled(const struct csm_vec *uses, const char *name)
{
	for (size_t i = 0; i < uses->n; i++) {
		const struct cli_use *u = CSM_AT(uses, struct cli_use, i);

		if (u->field && strcasecmp(u->field->label, name) == 0)
			return u->opt.name;
	}
	return NULL;
}

static int fail_unknown_option(struct csm_arena *a, const struct csm_vec *uses, const char *word,
			       const char *command, struct csm_err *err)
{
	struct csm_vec names = CSM_VEC(a, const char *);
	const char *name = csm_strndup(a, word + strspn(word, "-"), strcspn(word + strspn(word, "-"), "="));
	const char *near;

	if (cli_global_named(name))
		return csm_fail(err, CSM_E_USAGE, "option '--%s' does not go with '%s'", name, command);
	if (word[1] >= '0' && word[1] <= '9')
		return csm_fail(err, CSM_E_USAGE, "'%s' is taken for an option of '%s'; a value like it stands after '--'",
				word, command);
	near = labelled(uses, name);
	for (size_t i = 0; i < uses->n; i++)
		*(const char **)csm_vec_add(&names) = CSM_AT(uses, struct cli_use, i)->opt.name;
	if (!near)
		near = cli_suggest(a, name, &names);
	if (near)
		return csm_fail(err, CSM_E_USAGE, "unknown option '%s' of '%s'; did you mean '--%s'?", word,
				command, near);
	return csm_fail(err, CSM_E_USAGE, "unknown option '%s' of '%s' (see %s --help)", word, command,
			command);
}

/* ---- noun and verb ---- */

static void globals(struct csm_arena *a, struct csm_vec *uses)
{
	(void)a;
	for (const struct cli_global *g = cli_globals; g->opt.name; g++) {
		struct cli_use *u = csm_vec_add(uses);

		u->opt = g->opt;
		u->global = true;
	}
}

/*
 * Whether a noun that is a command too (csm import FILE, csm import list) is meant as the noun: the next word is a
 * verb of it. Only global options may stand between.
 */
static bool is_noun_here(struct csm_arena *a, const struct csm_dict *d, const struct csm_vec *uses, int argc, char **argv,
			 int at)
{
	if (!cli_verb_find(a, d, NULL, argv[at]))
		return true;
	for (int i = at + 1; i < argc; i++) {
		char *word = normal(a, argv[i]);
		struct seen s;

		if (!is_option(word))
			return cli_verb_find(a, d, argv[at], word) != NULL;
		s = look(uses, word);
		if (!s.use)
			return false;
		i += s.width - 1;
	}
	return false;
}

int cli_split(struct csm_arena *a, const struct csm_dict *d, int argc, char **argv, struct cli_line *out,
	      struct csm_err *err)
{
	struct csm_vec uses = CSM_VEC(a, struct cli_use);
	int i = 1;

	*out = (struct cli_line){ .rest = csm_calloc(a, (size_t)argc + 1, sizeof(char *)) };
	globals(a, &uses);
	for (; i < argc && !out->verb; i++) {
		char *word = normal(a, argv[i]);
		struct seen s;

		if (!is_option(word)) {
			if (!out->noun && cli_noun_known(d, word) && is_noun_here(a, d, &uses, argc, argv, i))
				out->noun = word;
			else
				out->verb = word;
			out->verb_at = i;
			continue;
		}
		if (strcmp(word, "--") == 0)
			break;
		s = look(&uses, word);
		if (!s.use)
			return fail_unknown_option(a, &uses, word, out->noun ? out->noun : "csm", err);
		for (int k = 0; k < s.width && i + k < argc; k++)
			out->rest[out->nrest++] = k ? argv[i + k] : word;
		i += s.width - 1;
	}
	out->nglobal = out->nrest;
	for (; i < argc; i++)
		out->rest[out->nrest++] = argv[i];
	return CSM_OK;
}

/* ---- options and words ---- */

/* Options with their values to opts, words to words. */
static int permute(struct csm_arena *a, const struct csm_vec *uses, char **rest, int n, const char **opts,
		   int *nopts, char **words, unsigned *nwords, struct csm_err *err)
{
	bool ended = false;

	for (int i = 0; i < n; i++) {
		char *word = ended || !is_option(rest[i]) ? rest[i] : normal(a, rest[i]);
		struct seen s;

		if (ended || !is_option(word)) {
			words[(*nwords)++] = word;
			continue;
		}
		if (strcmp(word, "--") == 0) {
			ended = true;
			continue;
		}
		s = look(uses, word);
		opts[(*nopts)++] = word;
		if (s.width < 2 || i + 1 >= n)
			continue;
		if (strncmp(rest[i + 1], "--", 2) == 0)
			return csm_fail(
				err, CSM_E_USAGE,
				"option '%s' needs a value; one that begins with -- is written '--%s=%s'",
				word, s.use->opt.name, rest[i + 1]);
		opts[(*nopts)++] = rest[++i];
	}
	return CSM_OK;
}

/* One more value, after those before. */
static int keep_value(struct cli *c, const struct cli_use *u, const char *text, struct csm_err *err)
{
	struct cli_value *v = csm_alloc(c->arena, sizeof(*v)), **end = &c->values;

	*v = (struct cli_value){ .use = u, .text = text };
	for (; *end; end = &(*end)->next)
		if ((*end)->use == u && !(u->opt.flags & CLI_OPT_MANY) && !u->global)
			return csm_fail(err, CSM_E_USAGE, "option '--%s' is given twice", u->opt.name);
	*end = v;
	return CSM_OK;
}

/* A value that is missing, or one too many. */
static int check_value(const char *word, bool wanted, const char *text, struct csm_err *err)
{
	if (wanted && !text)
		return csm_fail(err, CSM_E_USAGE, "option '%s' needs a value", word);
	if (!wanted && text)
		return csm_fail(err, CSM_E_USAGE, "option '%s' takes no value", word);
	return CSM_OK;
}

/* --name, --name=value, --name value */
static int take_long(struct cli *c, const struct cli_use *u, const char *word, const char *next, struct csm_err *err)
{
	const char *eq = strchr(word, '=');
	bool wanted = u->opt.arg != CLI_ARG_NONE;
	const char *text = eq ? eq + 1 : wanted ? next : NULL;

	if (check_value(eq ? csm_strndup(c->arena, word, (size_t)(eq - word)) : word, wanted, text, err) != CSM_OK)
		return (int)err->code;
	return keep_value(c, u, text ? text : "", err);
}

/* -q, -qn, -o json, -ojson, -o=json: letters up to the first that takes a value. */
static int take_letters(struct cli *c, const struct csm_vec *uses, const char *word, const char *next, struct csm_err *err)
{
	for (const char *p = word + 1; *p; p++) {
		const struct cli_use *u = use_lettered(uses, *p);
		const char *text = "";

		if (u->opt.arg != CLI_ARG_NONE) {
			text = p[1] ? p + 1 + (p[1] == '=') : next;
			if (check_value(word, true, text, err) != CSM_OK)
				return (int)err->code;
		}
		if (keep_value(c, u, text, err) != CSM_OK)
			return (int)err->code;
		if (u->opt.arg != CLI_ARG_NONE)
			break;
	}
	return CSM_OK;
}

/* Options in the order given; opts has an entry more, NULL. */
static int take_options(struct cli *c, const struct csm_vec *uses, const char *const *opts, const char *command, struct csm_err *err)
{
	int code = CSM_OK;

	for (; !code && *opts; opts++) {
		const char *word = *opts;
		struct seen s = look(uses, word);

		if (!s.use)
			return fail_unknown_option(c->arena, uses, word, command, err);
		code = word[1] == '-' ? take_long(c, s.use, word, opts[1], err) : take_letters(c, uses, word, opts[1], err);
		opts += s.width == 2 && opts[1];
	}
	return code;
}

static const char *command_name(struct csm_arena *a, const struct cli_verb *v)
{
	if (!v)
		return "csm";
	return v->noun ? csm_sprintf(a, "csm %s %s", cli_dashed(a, v->noun), v->verb)
		       : csm_sprintf(a, "csm %s", v->verb);
}

int cli_parse(struct cli *c, const struct cli_line *line, struct csm_err *err)
{
	struct csm_vec *uses = csm_alloc(c->arena, sizeof(*uses));
	const char **opts = csm_calloc(c->arena, (size_t)line->nrest + 2, sizeof(*opts));
	bool extra = c->verb && c->verb->needs & CLI_EXTRA;
	int nopts = 0, n = extra ? line->nglobal : line->nrest;

	*uses = (struct csm_vec)CSM_VEC(c->arena, struct cli_use);
	cli_uses(c->arena, c->dict, c->verb, c->type, uses);
	c->args = csm_calloc(c->arena, (size_t)line->nrest + 1, sizeof(*c->args));
	if (permute(c->arena, uses, line->rest, n, opts, &nopts, c->args, &c->nargs, err) != CSM_OK)
		return (int)err->code;
	for (int i = n; i < line->nrest; i++)
		c->args[c->nargs++] = line->rest[i];
	return take_options(c, uses, opts, command_name(c->arena, c->verb), err);
}
