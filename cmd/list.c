/* SPDX-License-Identifier: MIT */
/* list.c - rows to standard output: fixed columns of a report, or fields and paths of records. */
#include <inttypes.h>

#include <csm/cal.h>
#include <csm/utf8.h>

#include "cli_priv.h"

struct cli_list {
	struct cli *c;
	struct csm_list *list;		/* NULL with --count */
	int *pick;			/* which of the caller's columns are printed, in order */
	unsigned n;
	const char **values, **labels;
	int64_t rows;
	struct csm_arena *row;		/* what one record needs; the list's own memory must not be rewound */
	struct cli_list *next;		/* lists that are open, in c->lists */
};

enum csm_format cli_list_format(const struct cli *c)
{
	if (c->format != CSM_FMT_NONE)
		return c->format;
	return c->world->tty_out ? CSM_FMT_TABLE : CSM_FMT_TSV;
}

enum csm_format cli_doc_format(const struct cli *c)
{
	return c->format == CSM_FMT_TABLE ? CSM_FMT_NONE : c->format;
}

static int fail_column(struct cli *c, const char *word, const struct csm_column *columns, unsigned n,
		       struct csm_err *err)
{
	struct csm_vec names = CSM_VEC(c->arena, const char *);
	struct csm_buf b = CSM_BUF(c->arena);
	const char *near;

	for (unsigned i = 0; i < n; i++) {
		*(const char **)csm_vec_add(&names) = columns[i].name;
		csm_buf_addf(&b, "%s%s", i ? ", " : "", columns[i].name);
	}
	near = cli_suggest(c->arena, word, &names);
	csm_err_on(err, NULL, NULL, "--fields");
	if (near)
		return csm_fail(err, CSM_E_USAGE, "there is no column '%s'; did you mean '%s'?", word, near);
	return csm_fail(err, CSM_E_USAGE, "there is no column '%s'; the columns are %s", word, b.s);
}

static int column_named(const struct csm_column *columns, unsigned n, const char *word)
{
	for (unsigned i = 0; i < n; i++)
		if (cli_same_word(columns[i].name, word))
			return (int)i;
	return -1;
}

/* A table on fewer columns than a report with everything in it needs. */
static bool is_narrow(const struct cli *c)
{
	return cli_list_format(c) == CSM_FMT_TABLE && c->world->width && c->world->width < 120;
}

/* The columns of --fields; when it is unsaid all, on a narrow terminal those that matter most. */
static int pick_columns(struct cli_list *l, const struct csm_column *columns, unsigned n, struct csm_err *err)
{
	const char *fields = cli_text(l->c, "fields");
	struct csm_vec v = CSM_VEC(l->c->arena, int);
	char word[160];
	int k;

	for (unsigned i = 0; fields && csm_word(fields, i, word, sizeof(word)); i++) {
		k = column_named(columns, n, word);
		if (k < 0)
			return fail_column(l->c, word, columns, n, err);
		*(int *)csm_vec_add(&v) = k;
	}
	for (unsigned i = 0; !fields && i < n; i++)
		if (!columns[i].wide || !is_narrow(l->c))
			*(int *)csm_vec_add(&v) = (int)i;
	l->pick = v.p;
	l->n = (unsigned)v.n;
	return CSM_OK;
}

static int open_list(struct cli_list *l, const struct csm_column *columns, struct csm_err *err)
{
	struct cli *c = l->c;
	struct csm_column *picked = csm_calloc(c->arena, l->n, sizeof(*picked));
	struct csm_list_opts o = { .width = c->world->width,
				  .guard = !c->raw,
				   .header = !cli_given(c, "no-header") && !c->no_header,
				   .color = c->world->color,
				   .terminator = cli_given(c, "null") ? '\0' : '\n',
				   .format = cli_text(c, "format") };

	for (unsigned i = 0; i < l->n; i++) {
		picked[i] = columns[l->pick[i]];
		if (picked[i].type == CSM_W_NULL)	/* a row that does not say is text */
			picked[i].type = CSM_W_TEXT;
	}
	/* A pipe gets whole values whatever COLUMNS says, unless a table was asked for. */
	if (!c->world->tty_out && c->format != CSM_FMT_TABLE)
		o.width = 0;
	return csm_list_open(&l->list, c->arena, cli_list_format(c), cli_sink(c), picked, l->n, &o, err);
}

/* Paths of --format must be columns too. */
static int check_format(struct cli *c, const struct csm_column *columns, unsigned n, struct csm_err *err)
{
	const char **paths;
	unsigned k;

	if (!cli_given(c, "format"))
		return CSM_OK;
	if (csm_format_paths(c->arena, cli_text(c, "format"), &paths, &k, err) != CSM_OK)
		return (int)err->code;
	for (unsigned i = 0; i < k; i++)
		if (column_named(columns, n, paths[i]) < 0)
			return fail_column(c, paths[i], columns, n, err);
	return CSM_OK;
}

static struct cli_list *new_list(struct cli *c)
{
	struct cli_list *l = csm_alloc(c->arena, sizeof(*l));

	l->c = c;
	l->next = c->lists;
	c->lists = l;
	return l;
}

static int start(struct cli_list *l, const struct csm_column *columns, struct csm_err *err)
{
	l->values = csm_calloc(l->c->arena, l->n, sizeof(*l->values));
	l->labels = csm_calloc(l->c->arena, l->n, sizeof(*l->labels));
	return cli_given(l->c, "count") ? CSM_OK : open_list(l, columns, err);
}

int cli_list_open(struct cli_list **out, struct cli *c, const struct csm_column *columns, unsigned n,
		  struct csm_err *err)
{
	struct cli_list *l = new_list(c);

	*out = l;
	if (check_format(c, columns, n, err) != CSM_OK || pick_columns(l, columns, n, err) != CSM_OK)
		return (int)err->code;
	if (cli_given(c, "format")) { /* the text says which columns, all are there to choose from */
		l->pick = csm_calloc(c->arena, n, sizeof(int));
		l->n = n;
		for (unsigned i = 0; i < n; i++)
			l->pick[i] = (int)i;
	}
	return start(l, columns, err);
}

int cli_list_row(struct cli_list *l, const char *const *values, const char *const *labels,
		 struct csm_err *err)
{
	l->rows++;
	if (!l->list)
		return CSM_OK;
	for (unsigned i = 0; i < l->n; i++) {
		l->values[i] = values[l->pick[i]];
		l->labels[i] = labels && labels[l->pick[i]] ? labels[l->pick[i]] : l->values[i];
	}
	return csm_list_row(l->list, l->values, labels && !l->c->raw ? l->labels : NULL, err);
}

int cli_list_close(struct cli_list *l, struct csm_err *err)
{
	struct csm_list *list = l->list;

	for (struct cli_list **p = &l->c->lists; *p; p = &(*p)->next)
		if (*p == l) {
			*p = l->next;
			break;
		}
	csm_arena_free(l->row);
	l->row = NULL;
	l->list = NULL;
	if (list)
		return csm_list_close(list, err);
	cli_print(l->c, "%" PRId64 "\n", l->rows);
	return CSM_OK;
}

/* A handler that fails leaves its lists open: here they go, without what they still hold. */
void cli_lists_drop(struct cli *c)
{
	cli_out_mute(c->out);
	while (c->lists)
		cli_list_close(c->lists, NULL);
}

/* ---- records ---- */

struct cli_records {
	struct cli_list *list;
	struct cli *c;
	struct csm_path *paths;
	unsigned n;
	const char **values, **labels;
	bool wants_labels;
	bool computes;			/* a column of the records themselves is made by csm_store_compute() */
	struct csm_arena *row;		/* the list's */
};

/* Filled by csm_store_compute(), at least for now. */
static bool is_computed(const struct csm_field *f)
{
	return f->flags & CSM_F_LIVE || (f->flags & CSM_F_COMPUTED && strcmp(f->name, "number") != 0);
}

static enum csm_write_type write_type(const struct csm_field *f)
{
	const char *json = csm_kind(f->kind)->json_type;

	if (strcmp(json, "boolean") == 0)
		return CSM_W_BOOL;
	if (strcmp(json, "integer") == 0 || strcmp(json, "number") == 0)
		return CSM_W_NUMBER;
	return CSM_W_TEXT;
}

static const char *default_fields(const struct cli *c, const struct csm_rtype *t)
{
	struct csm_buf b = CSM_BUF(c->arena);
	bool narrow = is_narrow(c);

	for (unsigned i = 0; i < t->nfields; i++)
		if (t->fields[i].flags & CSM_F_LIST && !(narrow && t->fields[i].flags & CSM_F_WIDE))
			csm_buf_addf(&b, "%s%s", b.n ? "," : "", t->fields[i].name);
	return b.n ? b.s : t->fields[csm_type_title(t)].name;
}

/* Paths of --format, --fields or the default, as a comma list. */
static int wanted(struct cli *c, const struct csm_rtype *t, const char *fields, const char **out,
		  struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(c->arena);
	const char **paths;
	unsigned n;

	*out = cli_text(c, "fields") ? cli_text(c, "fields") : fields ? fields : default_fields(c, t);
	if (!cli_given(c, "format"))
		return CSM_OK;
	if (csm_format_paths(c->arena, cli_text(c, "format"), &paths, &n, err) != CSM_OK)
		return (int)err->code;
	for (unsigned i = 0; i < n; i++)
		csm_buf_addf(&b, "%s%s", i ? "," : "", paths[i]);
	*out = n ? b.s : t->fields[0].name;
	return CSM_OK;
}

static int parse_paths(struct cli_records *l, const struct csm_rtype *t, const char *list,
		       struct csm_err *err)
{
	struct csm_vec v = CSM_VEC(l->c->arena, struct csm_path);
	char word[160];

	for (unsigned i = 0; csm_word(list, i, word, sizeof(word)); i++) {
		struct csm_path *p = csm_vec_add(&v);

		if (csm_path_parse(l->c->arena, l->c->dict, t, csm_strdup(l->c->arena, word), p, err) !=
		    CSM_OK) {
			err->code = CSM_E_USAGE;
			return (int)err->code;
		}
		if (p->last->flags & CSM_F_SECRET)
			return csm_fail(err, CSM_E_USAGE, "field '%s' is never printed", word);
	}
	l->paths = v.p;
	l->n = (unsigned)v.n;
	return CSM_OK;
}

/* Keys and numbers stay whole; a name that only stands for another record may be cut like any text. */
static bool may_cut(const struct cli *c, const struct csm_field *f)
{
	const struct csm_rtype *target = f->kind == CSM_K_REF ? csm_dict_type(c->dict, f->target) : NULL;

	return target ? !target->prefix : f->kind == CSM_K_TEXT && !(f->flags & CSM_F_KEY);
}

int cli_records_open(struct cli_records **out, struct cli *c, const struct csm_rtype *t, const char *fields,
		     struct csm_err *err)
{
	struct cli_records *l = csm_alloc(c->arena, sizeof(*l));
	struct csm_column *cols;
	const char *list;

	*out = l;
	l->c = c;
	if (wanted(c, t, fields, &list, err) != CSM_OK || parse_paths(l, t, list, err) != CSM_OK)
		return (int)err->code;
	cols = csm_calloc(c->arena, l->n, sizeof(*cols));
	l->values = csm_calloc(c->arena, l->n, sizeof(*l->values));
	l->labels = csm_calloc(c->arena, l->n, sizeof(*l->labels));
	l->list = new_list(c);
	l->row = l->list->row = cli_arena(c->arena);
	l->list->pick = csm_calloc(c->arena, l->n, sizeof(int));
	l->list->n = l->n;
	l->wants_labels = cli_list_format(c) == CSM_FMT_TABLE && !c->raw;
	for (unsigned i = 0; i < l->n; i++) {
		const struct csm_field *f = l->paths[i].last;
		enum csm_write_type type = l->paths[i].many ? CSM_W_TEXT : write_type(f);

		l->list->pick[i] = (int)i;
		l->computes = l->computes || (l->paths[i].n == 1 && is_computed(f));
		cols[i] = (struct csm_column){ .name = l->paths[i].text,
					       .label = l->paths[i].n > 1 ? l->paths[i].text : f->label,
					       .type = type,
					       .right = type == CSM_W_NUMBER && !f->choices,
					       .wrap = may_cut(c, f) };
	}
	return start(l->list, cols, err);
}

const char *cli_time_text(const struct cli *c, int64_t t, char *buf)
{
	return c->zone ? csm_time_format_offset(t, csm_zone_offset(c->zone, t), buf)
		       : csm_time_format(t, buf);
}

/* A copy with what csm computes; the record itself stays as it is stored. */
static int compute(struct cli_records *l, const struct csm_rec **r, struct csm_err *err)
{
	struct csm_rec *copy = csm_rec_copy(l->row, *r);

	*r = copy;
	return csm_store_compute(l->c->store, copy, err);
}

/* One column of one record: times in the zone asked for, labels of choices in a table. */
static int read_column(struct cli_records *l, const struct csm_rec *r, unsigned i, struct csm_err *err)
{
	char time[CSM_TIME_SIZE];
	const struct csm_path *p = &l->paths[i];
	int field = p->field[p->n - 1];
	const struct csm_rec *at;
	const struct csm_field *f;

	l->values[i] = l->labels[i] = NULL;
	if (csm_store_follow(l->c->store, r, p, l->row, &at, err) != CSM_OK)
		return (int)err->code;
	if (!at)
		return CSM_OK;
	if (p->many) {
		int code = csm_store_list_text(l->c->store, at, p, l->row, &l->values[i], err);

		l->labels[i] = l->values[i];
		return code;
	}
	f = &at->type->fields[field];
	if (p->n > 1 && is_computed(f) && compute(l, &at, err) != CSM_OK)
		return (int)err->code;
	if (csm_store_text(l->c->store, at, field, l->row, &l->values[i], err) != CSM_OK)
		return (int)err->code;
	if (l->values[i] && f->kind == CSM_K_TIME && l->c->zone && at->v[field].tag == CSM_INT)
		l->values[i] = csm_strdup(l->row, cli_time_text(l->c, at->v[field].i, time));
	l->labels[i] = l->values[i];
	if (l->wants_labels && f->choices && at->v[field].tag != CSM_NULL)
		l->labels[i] = csm_field_label(l->row, f, &at->v[field]);
	return CSM_OK;
}

/* A path's first field is what has to be read; what csm computes may need any other. */
const int *cli_records_columns(struct cli_records *l)
{
	int *fields = csm_calloc(l->c->arena, l->n + 1, sizeof(*fields));
	unsigned n = 0;

	if (l->computes)
		return NULL;
	for (unsigned i = 0; i < l->n; i++)
		fields[n++] = l->paths[i].field[0];
	fields[n] = -1;
	return fields;
}

int cli_records_row(struct cli_records *l, const struct csm_rec *r, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(l->row);
	int code = CSM_OK;

	if (l->computes && l->list->list)
		code = compute(l, &r, err);
	for (unsigned i = 0; code == CSM_OK && l->list->list && i < l->n; i++)
		code = read_column(l, r, i, err);
	if (code == CSM_OK)
		code = cli_list_row(l->list, l->values, l->wants_labels ? l->labels : NULL, err);
	csm_arena_rewind(l->row, mark);
	return code;
}

int cli_records_close(struct cli_records *l, struct csm_err *err)
{
	return cli_list_close(l->list, err);
}

/* ---- values for people ---- */

int cli_path_text(struct cli *c, const struct csm_rec *r, const char *path, const char **out,
		  struct csm_err *err)
{
	const struct csm_rec *end = NULL;
	struct csm_path p;
	int code = csm_path_parse(c->arena, c->dict, r->type, path, &p, err);

	*out = NULL;
	if (!code)
		code = csm_store_follow(c->store, r, &p, c->arena, &end, err);
	if (!code && end)
		code = csm_store_text(c->store, end, p.field[p.n - 1], c->arena, out, err);
	return code;
}

const char *cli_time(struct cli *c, int64_t t)
{
	char buf[CSM_TIME_SIZE];

	return csm_strdup(c->arena, cli_time_text(c, t, buf));
}

const char *cli_duration(struct cli *c, int64_t seconds)
{
	char buf[CSM_TIME_SIZE];

	return csm_strdup(c->arena, csm_duration_format(seconds, buf));
}

const char *cli_decimal(struct cli *c, int64_t scaled)
{
	static const struct csm_field decimal = { .name = "decimal", .kind = CSM_K_DECIMAL };
	struct csm_value v = csm_int(scaled);

	return csm_field_format(c->arena, &decimal, &v);
}
