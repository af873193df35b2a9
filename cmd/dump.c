/* SPDX-License-Identifier: MIT */
/*
 * dump.c - `csm dict --json`: kinds, types, commands, options, statuses, settings as one versioned
 * document.
 *
 * Manual pages, completion and JSON Schema are made from this, never from the sources. New keys may come; a
 * key that goes or changes its meaning raises the version.
 */
#include <inttypes.h>

#include "cli_priv.h"

#define DICT_VERSION "1"

static void put(struct csm_writer *w, const char *key, const char *text)
{
	if (text)
		csm_writer_put(w, key, CSM_W_TEXT, text);
}

static void put_int(struct csm_writer *w, const char *key, int64_t n)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%" PRId64, n);
	csm_writer_put(w, key, CSM_W_NUMBER, buf);
}

static void put_true(struct csm_writer *w, const char *key, bool value)
{
	if (value)
		csm_writer_put(w, key, CSM_W_BOOL, "true");
}

/* A comma list as a list. */
static void put_words(struct csm_writer *w, const char *key, const char *list)
{
	char word[160];

	if (!list || !*list)
		return;
	csm_writer_key(w, key);
	csm_writer_seq(w);
	for (unsigned i = 0; csm_word(list, i, word, sizeof(word)); i++)
		csm_writer_value(w, CSM_W_TEXT, word);
	csm_writer_seq_end(w);
}

static void begin_list(struct csm_writer *w, const char *key)
{
	csm_writer_key(w, key);
	csm_writer_seq(w);
}

static const struct {
	uint32_t flag;
	const char *name;
} field_flags[] = {
	{ CSM_F_REQUIRED, "required" }, { CSM_F_KEY, "key" },
	{ CSM_F_READONLY, "readonly" }, { CSM_F_BYVERB, "by_verb" },
	{ CSM_F_IMMUTABLE, "immutable" }, { CSM_F_SECRET, "secret" },
	{ CSM_F_LIST, "list" }, { CSM_F_SEARCH, "search" },
	{ CSM_F_INTERNAL, "internal" }, { CSM_F_VOLATILE, "volatile" },
	{ CSM_F_COMPUTED, "computed" }, { CSM_F_OWNER, "owner" },
	{ CSM_F_LONG, "long" }, { CSM_F_INDEX, "index" },
	{ CSM_F_NOINDEX, "no_index" }, { CSM_F_TITLE, "title" },
	{ CSM_F_DERIVED, "derived" }, { CSM_F_LIVE, "live" },
	{ CSM_F_WIDE, "wide" },
}, type_flags[] = {
	{ CSM_T_OWNED, "owned" }, { CSM_T_JOURNAL, "journal" },
	{ CSM_T_ENGINE, "engine" }, { CSM_T_ADMIN, "admin" },
	{ CSM_T_LOG, "log" },
}, need_flags[] = {
	{ CLI_NODB, "no_database" }, { CLI_READ, "read" },
	{ CLI_WRITE, "write" }, { CLI_RAWDB, "read_file" },
	{ CLI_RAWDB_W, "write_file" }, { CLI_ALONE, "alone" },
	{ CLI_CREATE, "create" }, { CLI_TTY, "terminal" },
	{ CLI_DOC, "documents" }, { CLI_LIST, "rows" },
	{ CLI_PAGER, "pager" },
	{ CLI_SELECT, "selects" }, { CLI_VERSION, "if_version" },
	{ CLI_ONBEHALF, "on_behalf" }, { CLI_FIELDS_SET, "sets_fields" },
	{ CLI_HIDDEN, "hidden" }, { CLI_ASKS, "asks" },
	{ CLI_MAYDB, "database_optional" }, { CLI_SYSTEM, "system" }, { CLI_REPORT, "reports" },
	{ CLI_FILES, "files" },
}, state_flags[] = {
	{ CSM_S_INITIAL, "initial" }, { CSM_S_FINAL, "final" },
	{ CSM_S_ACTIVE, "active" },
}, who_flags[] = {
	{ CSM_WHO_AGENT, "agent" }, { CSM_WHO_CUSTOMER, "customer" },
	{ CSM_WHO_SYSTEM, "system" },
};

#define PUT_FLAGS(w, key, flags, table) \
	do { \
		begin_list((w), (key)); \
		for (size_t k_ = 0; k_ < CSM_COUNT(table); k_++) \
			if ((flags) & (table)[k_].flag) \
				csm_writer_value((w), CSM_W_TEXT, (table)[k_].name); \
		csm_writer_seq_end(w); \
	} while (0)

const char *cli_flag_words(struct csm_arena *a, uint32_t flags)
{
	struct csm_buf b = CSM_BUF(a);

	for (size_t k = 0; k < CSM_COUNT(field_flags); k++)
		if (flags & field_flags[k].flag)
			csm_buf_addf(&b, "%s%s", b.n ? "," : "", field_flags[k].name);
	return b.s;
}

/* ---- types ---- */

static void dump_kinds(struct csm_writer *w)
{
	begin_list(w, "kinds");
	for (int i = 0; i < CSM_K__N; i++) {
		const struct csm_kind_row *k = csm_kind((enum csm_kind)i);

		csm_writer_map(w);
		put(w, "kind", k->name);
		put(w, "sql", k->sql);
		put(w, "json_type", k->json_type);
		put(w, "json_format", k->json_format);
		put(w, "help", k->help);
		csm_writer_map_end(w);
	}
	csm_writer_seq_end(w);
}

static void dump_choices(struct csm_writer *w, const struct csm_choice *c)
{
	if (!c)
		return;
	begin_list(w, "choices");
	for (; c->value; c++) {
		csm_writer_map(w);
		put(w, "value", c->value);
		put(w, "label", c->label);
		csm_writer_map_end(w);
	}
	csm_writer_seq_end(w);
}

static void dump_field(struct csm_writer *w, const struct csm_field *f)
{
	static const char *const ondel[] = { "restrict", "clear", "cascade" };

	csm_writer_map(w);
	put(w, "name", f->name);
	put(w, "kind", csm_kind(f->kind)->name);
	put(w, "label", f->label);
	put(w, "help", f->help);
	PUT_FLAGS(w, "flags", f->flags, field_flags);
	put(w, "personal", csm_personal_name(csm_field_personal(f)));
	put(w, "default", f->def);
	dump_choices(w, f->choices);
	put(w, "target", f->target);
	if (f->target)
		put(w, "on_delete", ondel[f->ondel]);
	if (f->min < f->max) {
		put_int(w, "min", f->min);
		put_int(w, "max", f->max);
	}
	if (csm_kind(f->kind)->tag == CSM_TEXT)
		put_int(w, "max_length", f->max_len ? f->max_len : CSM_MAX_TEXT);
	csm_writer_map_end(w);
}

static void dump_life(struct csm_writer *w, const struct csm_lifecycle *l)
{
	csm_writer_key(w, "lifecycle");
	csm_writer_map(w);
	put(w, "field", l->field);
	begin_list(w, "states");
	for (const struct csm_state *s = l->states; s->name; s++) {
		csm_writer_map(w);
		put(w, "name", s->name);
		PUT_FLAGS(w, "flags", s->flags, state_flags);
		put(w, "help", s->help);
		csm_writer_map_end(w);
	}
	csm_writer_seq_end(w);
	begin_list(w, "moves");
	for (const struct csm_move *m = l->moves; m->verb; m++) {
		csm_writer_map(w);
		put(w, "verb", m->verb);
		put_words(w, "from", m->from);
		put(w, "to", m->to);
		PUT_FLAGS(w, "who", m->who, who_flags);
		put_words(w, "needs", m->needs);
		put_words(w, "takes", m->takes);
		put(w, "text", m->text);
		put(w, "text_as", m->text_as);
		put_true(w, "text_needed", m->text_needed);
		put_words(w, "sets", m->sets);
		put(w, "help", m->help);
		csm_writer_map_end(w);
	}
	csm_writer_seq_end(w);
	csm_writer_map_end(w);
}

static void dump_type(struct csm_writer *w, const struct csm_dict *d, const struct csm_rtype *t)
{
	const struct csm_rtype *kid;
	int owner;

	csm_writer_map(w);
	put(w, "name", t->name);
	put(w, "table", t->table);
	put(w, "prefix", t->prefix);
	put(w, "section", t->section);
	put(w, "label", t->label);
	put(w, "plural", t->plural);
	put(w, "help", t->help);
	PUT_FLAGS(w, "flags", t->flags, type_flags);
	put(w, "doc_key", csm_type_doc_key(t));
	put(w, "title", t->fields[csm_type_title(t)].name);
	put(w, "unique", t->unique);
	put_words(w, "sort", t->sort);
	begin_list(w, "fields");
	for (unsigned i = 0; i < t->nfields; i++)
		dump_field(w, &t->fields[i]);
	csm_writer_seq_end(w);
	begin_list(w, "owned");
	for (unsigned i = 0; (kid = csm_dict_owned(d, t, i, &owner)); i++) {
		csm_writer_map(w);
		put(w, "type", kid->name);
		put(w, "field", kid->fields[owner].name);
		put(w, "key", csm_type_doc_key(kid));
		csm_writer_map_end(w);
	}
	csm_writer_seq_end(w);
	if (t->life)
		dump_life(w, t->life);
	csm_writer_map_end(w);
}

/* ---- commands ---- */

static void dump_use(struct csm_writer *w, struct csm_arena *a, const struct cli_use *u)
{
	char letter[2] = { u->opt.letter, 0 };

	csm_writer_map(w);
	put(w, "name", u->opt.name);
	if (u->opt.letter)
		put(w, "letter", letter);
	put(w, "arg", cli_arg_name(u->opt.arg));
	if (u->opt.arg != CLI_ARG_NONE)
		put(w, "value", cli_value_name(a, u));
	if (u->field)
		put(w, "field", u->field->name);
	put_words(w, "choices", u->opt.choices);
	put(w, "target", u->opt.target);
	put_true(w, "many", u->opt.flags & CLI_OPT_MANY);
	put_true(w, "needed", u->opt.flags & CLI_OPT_NEEDED);
	put_true(w, "hidden", u->opt.flags & CLI_OPT_HIDDEN);
	put(w, "help", u->opt.help);
	csm_writer_map_end(w);
}

static void dump_command(struct csm_writer *w, struct csm_arena *a, const struct csm_dict *d,
			 const char *noun, const struct cli_verb *v)
{
	struct csm_vec uses = CSM_VEC(a, struct cli_use);
	const struct csm_rtype *t = noun ? csm_dict_type(d, noun) : NULL;

	csm_writer_map(w);
	if (noun)
		put(w, "noun", t ? cli_dashed(a, t->name) : noun);
	put(w, "verb", v->verb);
	/* a noun's own row that takes all fields is the generic one with something more */
	put_true(w, "generic", v->noun && (strcmp(v->noun, "*") == 0 || (v->fields && *v->fields == '*')));
	put_true(w, "lifecycle", v->move != NULL);
	put(w, "args", v->args);
	put_int(w, "min_args", v->min);
	if (v->max >= 0)
		put_int(w, "max_args", v->max);
	put(w, "arg_type", v->arg_type ? v->arg_type : v->args && t ? t->name : NULL);
	PUT_FLAGS(w, "needs", v->needs, need_flags);
	put(w, "writes_with", v->writes_with);
	put(w, "summary", v->summary);
	put(w, "help", v->help);
	begin_list(w, "options");
	cli_uses(a, d, v, t, &uses);
	for (size_t i = 0; i < uses.n; i++)
		if (!CSM_AT(&uses, struct cli_use, i)->global)
			dump_use(w, a, CSM_AT(&uses, struct cli_use, i));
	csm_writer_seq_end(w);
	begin_list(w, "globals");
	for (size_t i = 0; i < uses.n; i++)
		if (CSM_AT(&uses, struct cli_use, i)->global)
			csm_writer_value(w, CSM_W_TEXT, CSM_AT(&uses, struct cli_use, i)->opt.name);
	csm_writer_seq_end(w);
	csm_writer_map_end(w);
}

static void dump_verbs(struct csm_writer *w, struct cli *c, const char *noun)
{
	struct csm_vec verbs = CSM_VEC(c->arena, const struct cli_verb *);

	cli_verbs(c->arena, c->dict, noun, &verbs);
	for (size_t i = 0; i < verbs.n; i++)
		dump_command(w, c->arena, c->dict, noun, *CSM_AT(&verbs, const struct cli_verb *, i));
}

static void dump_commands(struct csm_writer *w, struct cli *c)
{
	struct csm_vec nouns = CSM_VEC(c->arena, const char *);

	begin_list(w, "commands");
	dump_verbs(w, c, NULL);
	cli_nouns(c->arena, c->dict, &nouns);
	for (size_t i = 0; i < nouns.n; i++)
		dump_verbs(w, c, *CSM_AT(&nouns, const char *, i));
	csm_writer_seq_end(w);
}

static void dump_globals(struct csm_writer *w, struct cli *c)
{
	begin_list(w, "global_options");
	for (const struct cli_global *g = cli_globals; g->opt.name; g++) {
		struct cli_use u = { .opt = g->opt, .global = true };

		dump_use(w, c->arena, &u);
	}
	csm_writer_seq_end(w);
}

/* ---- the rest ---- */

static void dump_named(struct csm_writer *w, const char *name, const char *help)
{
	csm_writer_map(w);
	put(w, "name", name);
	put(w, "help", help);
	csm_writer_map_end(w);
}

static void dump_statuses(struct csm_writer *w)
{
	begin_list(w, "exit_statuses");
	for (const struct csm_code_row *r = csm_code_rows(); r->name; r++) {
		csm_writer_map(w);
		put_int(w, "status", (int64_t)r->code);
		put(w, "name", r->name);
		put(w, "help", r->help);
		csm_writer_map_end(w);
	}
	csm_writer_seq_end(w);
}

static void dump_settings(struct csm_writer *w, const struct csm_dict *d)
{
	begin_list(w, "settings");
	for (unsigned i = 0; i < d->nsettings; i++) {
		csm_writer_map(w);
		put(w, "name", d->settings[i].name);
		put(w, "kind", csm_kind(d->settings[i].kind)->name);
		put(w, "default", d->settings[i].def);
		put(w, "help", d->settings[i].help);
		csm_writer_map_end(w);
	}
	csm_writer_seq_end(w);
	begin_list(w, "command_settings");
	for (const struct cli_conf *k = cli_confs; k->name; k++) {
		csm_writer_map(w);
		put(w, "name", k->name);
		put(w, "environment", k->env);
		put(w, "default", k->def);
		put(w, "help", k->help);
		csm_writer_map_end(w);
	}
	csm_writer_seq_end(w);
}

static void dump_words(struct csm_writer *w)
{
	static const struct {
		const char *name, *help;
	} ops[] = {
		{ "=", "equal" },
		{ "!=", "not equal, both have a value" },
		{ "<", "less" },
		{ "<=", "less or equal" },
		{ ">", "greater" },
		{ ">=", "greater or equal" },
		{ "~", "glob, folded by Unicode" },
		{ "!~", "no match of the glob" },
		{ "in", "one of a list" },
		{ "not in", "none of a list" },
		{ "between", "between two values, both included" },
		{ "is null", "has no value" },
		{ "is not null", "has a value" },
		{ "contains", "a list field has the value" },
		{ "and", "both" },
		{ "or", "one at least" },
		{ "not", "the opposite" },
	};

	begin_list(w, "filter_operators");
	for (size_t i = 0; i < CSM_COUNT(ops); i++)
		dump_named(w, ops[i].name, ops[i].help);
	csm_writer_seq_end(w);
	begin_list(w, "environment");
	for (const struct cli_envvar *e = cli_envvars; e->name; e++)
		dump_named(w, e->name, e->help);
	csm_writer_seq_end(w);
	begin_list(w, "topics");
	for (const struct cli_topic *t = cli_topics; t->name; t++)
		dump_named(w, t->name, t->summary);
	csm_writer_seq_end(w);
	begin_list(w, "formats");
	for (int f = 0; f < CSM_FMT__N; f++)
		csm_writer_value(w, CSM_W_TEXT, csm_format_name((enum csm_format)f));
	csm_writer_seq_end(w);
}

int cli_dump(struct cli *c, struct csm_err *err)
{
	struct csm_writer *w;

	if (csm_writer_open(&w, c->arena, CSM_FMT_JSON, cli_sink(c), err) != CSM_OK)
		return (int)err->code;
	csm_writer_map(w);
	csm_writer_put(w, "csm_dict", CSM_W_NUMBER, DICT_VERSION);
	put(w, "version", CSM_VERSION);
	put_int(w, "schema", csm_db_schema_known());
	dump_kinds(w);
	begin_list(w, "types");
	for (unsigned i = 0; i < c->dict->ntypes; i++)
		dump_type(w, c->dict, c->dict->types[i]);
	csm_writer_seq_end(w);
	dump_globals(w, c);
	dump_commands(w, c);
	dump_statuses(w);
	dump_settings(w, c->dict);
	dump_words(w);
	csm_writer_map_end(w);
	return csm_writer_close(w, err);
}
