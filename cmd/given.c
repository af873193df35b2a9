/* SPDX-License-Identifier: MIT */
/* given.c - the options given: converted and checked once, then asked for by handlers. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include <csm/cal.h>
#include <csm/utf8.h>

#include "cli_priv.h"

#define READ_MAX ((size_t)64 << 20)

static int read_fd(int fd, struct csm_buf *b, const char *name, struct csm_err *err)
{
	char block[16384];
	ssize_t n;

	while ((n = read(fd, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return csm_fail(err, CSM_E_IO, "%s: %s", name, strerror(errno));
		if (b->n + (size_t)n > READ_MAX)
			return csm_fail(err, CSM_E_INVALID, "%s is larger than 64 MiB", name);
		csm_buf_addn(b, block, (size_t)n);
	}
	return CSM_OK;
}

int cli_read_all(struct csm_arena *a, const char *path, bool text, const char **out, size_t *n,
		 struct csm_err *err)
{
	bool std = strcmp(path, "-") == 0;
	const char *name = std ? "standard input" : path;
	struct csm_buf b = CSM_BUF(a);
	int fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int code;

	if (fd < 0)
		return csm_fail(err, errno == ENOENT ? CSM_E_NOINPUT : CSM_E_IO, "%s: %s", path,
				strerror(errno));
	code = read_fd(fd, &b, name, err);
	if (!std)
		close(fd);
	if (code != CSM_OK)
		return code;
	if (text && csm_text_check(b.s, b.n, err) != CSM_OK)
		return csm_wrap(err, "%s", name);
	*out = b.s;
	*n = b.n;
	return CSM_OK;
}

/* @FILE and '-': the last newline belongs to the file, not to the text. */
static int read_long(struct cli *c, struct cli_value *v, struct csm_err *err)
{
	const char *text = v->text;
	size_t n = 0;

	if (text[0] == '@' && text[1] == '@') {
		v->text = text + 1;
		return CSM_OK;
	}
	if (strcmp(text, "-") != 0 && (text[0] != '@' || !text[1]))
		return CSM_OK;
	if (strcmp(text, "-") == 0) {
		if (c->stdin_used)
			return csm_fail(err, CSM_E_USAGE, "standard input can be read once only");
		c->stdin_used = true;
	}
	if (cli_read_all(c->arena, text[0] == '@' ? text + 1 : text, true, &text, &n, err) != CSM_OK)
		return (int)err->code;
	v->text = n && text[n - 1] == '\n' ? csm_strndup(c->arena, text, n - 1) : text;
	return CSM_OK;
}

static int parse_int(const char *text, int64_t *out, struct csm_err *err)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(text, &end, 10);
	if (end == text || *end || errno || n < 0)
		return csm_fail(err, CSM_E_USAGE, "'%s' is not a number of 0 or more", text);
	*out = n;
	return CSM_OK;
}

static int check_choice(const struct cli_opt *o, const char *text, struct csm_err *err)
{
	char word[80];

	for (unsigned i = 0; csm_word(o->choices, i, word, sizeof(word)); i++)
		if (cli_same_word(word, text))
			return CSM_OK;
	return csm_fail(err, CSM_E_USAGE, "'%s' is none of %s", text, o->choices);
}

/*
 * A moment. What has no offset, and the days, are in the zone that --tz asks for: times are read as they are
 * shown.
 */
static int parse_moment(const struct cli *c, const char *text, int64_t *out, struct csm_err *err)
{
	static const char *const days[] = { "today", "yesterday", "tomorrow" };
	int64_t here, wall;
	bool given = true;

	if (!c->zone)
		return csm_time_parse_rel(text, c->env.now, out, err);
	here = c->env.now + csm_zone_offset(c->zone, c->env.now);
	if (csm_time_parse(text, &wall, &given, NULL) != CSM_OK)
		for (size_t i = 0; i < CSM_COUNT(days); i++)
			if (strcmp(text, days[i]) == 0 && csm_time_parse_rel(text, here, &wall, NULL) == CSM_OK)
				given = false;
	if (given)
		return csm_time_parse_rel(text, c->env.now, out, err);
	*out = csm_zone_from_wall(c->zone, wall);
	return CSM_OK;
}

static int check_value(struct cli *c, struct cli_value *v, struct csm_err *err)
{
	const struct cli_opt *o = &v->use->opt;

	if (o->arg != CLI_ARG_FILE && !csm_utf8_valid(v->text, strlen(v->text)))
		return csm_fail(err, CSM_E_INVALID, "the value is not valid UTF-8");
	switch (o->arg) {
	case CLI_ARG_INT:
		return parse_int(v->text, &v->i, err);
	case CLI_ARG_TIME:
		return parse_moment(c, v->text, &v->i, err);
	case CLI_ARG_DURATION:
		return csm_duration_parse(v->text, false, &v->i, err);
	case CLI_ARG_FORMAT:
		if (cli_format_named(c, v->text) == CSM_FMT_NONE)
			return csm_fail(err, CSM_E_USAGE, "'%s' is none of %s", v->text,
					cli_format_words(c));
		return CSM_OK;
	case CLI_ARG_CHOICE:
		return check_choice(o, v->text, err);
	case CLI_ARG_LONG:
		return read_long(c, v, err);
	default:
		return CSM_OK;
	}
}

int cli_check_values(struct cli *c, struct csm_err *err)
{
	for (struct cli_value *v = c->values; v; v = v->next) {
		if (check_value(c, v, err) == CSM_OK)
			continue;
		/* What is wrong with an option's own text is wrong use; what a file holds is input. */
		if (err->code == CSM_E_INVALID && v->use->opt.arg != CLI_ARG_LONG)
			err->code = CSM_E_USAGE;
		return csm_err_on(err, NULL, NULL, csm_sprintf(c->arena, "--%s", v->use->opt.name));
	}
	for (unsigned i = 0; i < c->nargs; i++)
		if (!csm_utf8_valid(c->args[i], strlen(c->args[i])) &&
		    !(c->verb->arg_type && strcmp(c->verb->arg_type, "file") == 0))
			return csm_fail(err, CSM_E_USAGE, "word %u is not valid UTF-8", i + 1);
	return CSM_OK;
}

/* ---- asked for by handlers ---- */

void cli_inherit(struct cli *c, const struct cli *parent)
{
	struct cli_value **end = &c->values;
	uint32_t needs = c->verb ? c->verb->needs : 0;

	while (*end)
		end = &(*end)->next;
	for (const struct cli_value *v = parent->values; v; v = v->next) {
		const struct cli_global *g = cli_globals;

		while (g->opt.name && strcmp(g->opt.name, v->use->opt.name) != 0)
			g++;
		if (!g->opt.name || (g->needs && !(g->needs & needs)) ||
		    (!(g->opt.flags & CLI_OPT_MANY) && cli_given(c, g->opt.name)))
			continue;
		*end = csm_alloc(c->arena, sizeof(**end));
		**end = *v;
		(*end)->inherited = true;
		(*end)->next = NULL;
		end = &(*end)->next;
	}
}

const struct cli_value *cli_value(const struct cli *c, const char *name)
{
	const struct cli_value *found = NULL;

	for (const struct cli_value *v = c->values; v; v = v->next)
		if (strcmp(v->use->opt.name, name) == 0)
			found = v;
	return found;
}

bool cli_given(const struct cli *c, const char *name)
{
	return cli_value(c, name) != NULL;
}

const char *cli_text(const struct cli *c, const char *name)
{
	const struct cli_value *v = cli_value(c, name);

	return v ? v->text : NULL;
}

const char *const *cli_texts(struct cli *c, const char *name, unsigned *n)
{
	struct csm_vec all = CSM_VEC(c->arena, const char *);

	for (const struct cli_value *v = c->values; v; v = v->next)
		if (strcmp(v->use->opt.name, name) == 0)
			*(const char **)csm_vec_add(&all) = v->text;
	if (n)
		*n = (unsigned)all.n;
	csm_vec_add(&all);
	return all.p;
}

int64_t cli_int(const struct cli *c, const char *name, int64_t unsaid)
{
	const struct cli_value *v = cli_value(c, name);

	return v ? v->i : unsaid;
}

int cli_ref(struct cli *c, const char *name, const char *target, int64_t *id, struct csm_err *err)
{
	const char *text = cli_text(c, name);

	*id = 0;
	if (!text)
		return CSM_OK;
	if (csm_store_find(c->store, csm_dict_type(c->dict, target), text, id, err) != CSM_OK)
		return csm_err_on(err, NULL, NULL, *err->field ? NULL : csm_sprintf(c->arena, "--%s", name));
	return CSM_OK;
}

static int unset_fields(struct cli *c, struct csm_rec *r, unsigned *n, struct csm_err *err)
{
	const char *const *names;
	struct csm_vec all = CSM_VEC(c->arena, const char *);
	unsigned k;

	names = cli_texts(c, "unset", &k);
	for (unsigned i = 0; i < k; i++, (*n)++) {
		int f = csm_field_index(r->type, names[i]);
		const char *near;

		if (f >= 0) {
			if (csm_store_set(c->store, r, f, "", err) != CSM_OK)
				return (int)err->code;
			continue;
		}
		for (unsigned m = 0; m < r->type->nfields; m++)
			*(const char **)csm_vec_add(&all) = r->type->fields[m].name;
		near = cli_suggest(c->arena, names[i], &all);
		return csm_fail(err, CSM_E_USAGE, "--unset: %s has no field '%s'%s%s%s", r->type->name,
				names[i], near ? "; did you mean '" : "", near ? near : "",
				near ? "'?" : "");
	}
	return CSM_OK;
}

int cli_set_fields(struct cli *c, struct csm_rec *r, unsigned *n, struct csm_err *err)
{
	unsigned count = 0;

	for (const struct cli_value *v = c->values; v; v = v->next) {
		if (!v->use->field)
			continue;
		if (csm_store_set(c->store, r, v->use->index, v->text, err) != CSM_OK)
			return (int)err->code;
		count++;
	}
	if (c->verb->needs & CLI_FIELDS_SET && unset_fields(c, r, &count, err) != CSM_OK)
		return (int)err->code;
	if (n)
		*n = count;
	return CSM_OK;
}

/* ---- filters ---- */

static struct csm_filter *field_test(struct csm_arena *a, const struct csm_rtype *t, int field,
				     struct csm_value v)
{
	const struct csm_field *f = &t->fields[field];
	struct csm_filter *x = csm_alloc(a, sizeof(*x));
	bool list = f->kind == CSM_K_ENUM_LIST || f->kind == CSM_K_REF_LIST;

	x->op = v.tag == CSM_NULL ? CSM_OP_NULL : list ? CSM_OP_HAS : CSM_OP_EQ;
	x->type = t;
	x->path[0] = field;
	x->npath = 1;
	x->field = f;
	x->values = csm_alloc(a, sizeof(*x->values));
	x->values[0] = v;
	x->nvalues = v.tag == CSM_NULL ? 0 : 1;
	return x;
}

/* One --FIELD VALUE. "" asks for records without a value. */
static int value_test(struct cli *c, const struct csm_rtype *t, const struct cli_value *v,
		      struct csm_filter **out, struct csm_err *err)
{
	struct csm_rec *r = csm_rec_new(c->arena, t);
	struct csm_value x;

	if (csm_store_set(c->store, r, v->use->index, v->text, err) != CSM_OK)
		return (int)err->code;
	x = r->v[v->use->index];
	if (x.tag == CSM_TEXT &&
	    (v->use->field->kind == CSM_K_ENUM_LIST || v->use->field->kind == CSM_K_REF_LIST)) {
		char word[160];

		if (csm_list_word(x.s, 1, word, sizeof(word)))
			return csm_fail(err, CSM_E_USAGE,
					"--%s: one value an option; repeat the option for more",
					v->use->opt.name);
		csm_list_word(x.s, 0, word, sizeof(word));
		x = v->use->field->kind == CSM_K_REF_LIST ? csm_int(strtoll(word, NULL, 10))
							  : csm_text(csm_strdup(c->arena, word));
	}
	*out = field_test(c->arena, t, v->use->index, x);
	return CSM_OK;
}

static struct csm_filter *join_or(struct csm_arena *a, struct csm_filter *x, struct csm_filter *y)
{
	struct csm_filter *f;

	if (!x)
		return y;
	f = csm_alloc(a, sizeof(*f));
	f->op = CSM_OP_OR;
	f->type = x->type;
	f->a = x;
	f->b = y;
	return f;
}

/* The tests of one option, any of which is enough; NULL when v is not its first value. */
static int option_tests(struct cli *c, const struct csm_rtype *t, const struct cli_value *v,
			struct csm_filter **out, struct csm_err *err)
{
	*out = NULL;
	for (const struct cli_value *x = c->values; x != v; x = x->next)
		if (x->use == v->use)
			return CSM_OK;
	for (const struct cli_value *x = v; x; x = x->next) {
		struct csm_filter *test = NULL;

		if (x->use != v->use)
			continue;
		if (value_test(c, t, x, &test, err) != CSM_OK)
			return (int)err->code;
		*out = join_or(c->arena, *out, test);
	}
	return CSM_OK;
}

int cli_where(struct cli *c, const struct csm_rtype *t, struct csm_filter **out, struct csm_err *err)
{
	const char *where = cli_text(c, "where");

	*out = NULL;
	if (where && csm_store_filter(c->store, t, where, c->arena, out, err) != CSM_OK) {
		if (err->code == CSM_E_INVALID)
			err->code = CSM_E_USAGE;
		return csm_err_on(err, NULL, NULL, "--where");
	}
	if (c->verb->needs & CLI_LIST)
		for (const struct cli_value *v = c->values; v; v = v->next) {
			struct csm_filter *f = NULL;

			if (v->use->field && option_tests(c, t, v, &f, err) != CSM_OK)
				return (int)err->code;
			*out = csm_filter_and(c->arena, *out, f);
		}
	return CSM_OK;
}
