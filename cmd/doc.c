/* SPDX-License-Identifier: MIT */
/* doc.c - records as answers: documents with -o, pages for people, one line for what was done. */
#include <csm/xfer.h>

#include "cli_priv.h"

/* A run of records on standard output: opened by the first, ended by cli_show_end(). */
struct cli_show {
	enum csm_format format;		/* CSM_FMT_NONE: pages */
	struct csm_writer *writer;
	struct cli_records *rows;	/* csv and tsv */
	const struct csm_rtype *type;	/* of the rows */
	struct cli_list *answers;
	unsigned n;
};

static struct cli_show *show_state(struct cli *c)
{
	if (!c->show)
		c->show = csm_alloc(c->arena, sizeof(*c->show));
	return c->show;
}

/* All fields of a type that may be printed, for rows. */
static const char *all_fields(struct csm_arena *a, const struct csm_rtype *t)
{
	struct csm_buf b = CSM_BUF(a);

	for (unsigned i = 0; i < t->nfields; i++)
		if (!(t->fields[i].flags & CSM_F_SECRET))
			csm_buf_addf(&b, "%s%s", b.n ? "," : "", t->fields[i].name);
	return b.s;
}

static int show_row(struct cli *c, struct cli_show *s, const struct csm_rec *r, struct csm_err *err)
{
	if (!s->rows) {
		s->type = r->type;
		if (cli_records_open(&s->rows, c, r->type, all_fields(c->arena, r->type), err) != CSM_OK)
			return (int)err->code;
	}
	if (s->type != r->type)
		return csm_fail(err, CSM_E_USAGE,
				"-o %s prints records of one type; use json, ndjson or yaml",
				csm_format_name(s->format));
	return cli_records_row(s->rows, r, err);
}

/*
 * JSON and YAML: one record is a map of its own, several a list; NDJSON a record a line. Of records of
 * several types each is in the envelope
 * {"case": {...}}, as `csm show` of mixed numbers gives it.
 */
static int show_document(struct cli *c, struct cli_show *s, const struct csm_rec *r, struct csm_err *err)
{
	bool list = s->format != CSM_FMT_NDJSON && c->many;

	if (!s->writer) {
		if (csm_writer_open(&s->writer, c->arena, s->format, cli_sink(c), err) != CSM_OK)
			return (int)err->code;
		if (list)
			csm_writer_seq(s->writer);
	}
	if (!c->verb->noun) {
		csm_writer_map(s->writer);
		csm_writer_key(s->writer, r->type->name);
	}
	csm_writer_map(s->writer);
	if (csm_export_keys(c->store, r, true, s->writer, err) != CSM_OK ||
	    (strcmp(c->verb->verb, "show") == 0 && cli_related_keys(c, r, s->writer, err) != CSM_OK))
		return (int)err->code;
	csm_writer_map_end(s->writer);
	if (!c->verb->noun)
		csm_writer_map_end(s->writer);
	return CSM_OK;
}

int cli_show(struct cli *c, struct csm_rec *r, struct csm_err *err)
{
	struct cli_show *s = show_state(c);

	if (csm_store_compute(c->store, r, err) != CSM_OK)
		return (int)err->code;
	s->format = cli_doc_format(c);
	if (c->verb->needs & CLI_LIST &&
	    (cli_given(c, "fields") || cli_given(c, "format") || cli_given(c, "count")))
		s->format = cli_list_format(c);
	s->n++;
	switch (s->format) {
	case CSM_FMT_NONE:
		if (s->n > 1)
			cli_print(c, "\n");
		return cli_page(c, r, err);
	case CSM_FMT_JSON:
	case CSM_FMT_NDJSON:
	case CSM_FMT_YAML:
		if (!cli_given(c, "fields") && !cli_given(c, "format") && !cli_given(c, "count"))
			return show_document(c, s, r, err);
		return show_row(c, s, r, err);
	default:
		return show_row(c, s, r, err);
	}
}

int cli_show_end(struct cli *c, struct csm_err *err)
{
	struct cli_show *s = show_state(c);
	struct csm_writer *w = s->writer;

	if (s->answers)
		return cli_list_close(s->answers, err);
	if (s->rows)
		return cli_records_close(s->rows, err);
	if (!w)
		return CSM_OK;
	s->writer = NULL;
	if (s->format != CSM_FMT_NDJSON && c->many)
		csm_writer_seq_end(w);
	return csm_writer_close(w, err);
}

void cli_show_drop(struct cli *c)
{
	if (c->show && c->show->writer)
		csm_writer_close(c->show->writer, NULL);
	if (c->show)
		c->show->writer = NULL;
}

/* ---- answers of commands that write ---- */

static int answer_row(struct cli *c, struct cli_show *s, const struct csm_rec *r, const char *what,
		      struct csm_err *err)
{
	static const struct csm_column columns[] = {
		{ .name = "key", .label = "Key" },
		{ .name = "done", .label = "Done" },
		{ .name = "state", .label = "State" },
	};
	int state = r->type->life ? csm_field_index(r->type, r->type->life->field) : -1;
	const char *values[3], *labels[3];

	if (!s->answers && cli_list_open(&s->answers, c, columns, state < 0 ? 2 : 3, err) != CSM_OK)
		return (int)err->code;
	values[0] = labels[0] = csm_rec_key(c->arena, r);
	values[1] = labels[1] = what;
	values[2] = labels[2] = state < 0 ? NULL : csm_rec_text(r, state);
	return cli_list_row(s->answers, values, labels, err);
}

int cli_answer(struct cli *c, const struct csm_rec *r, const char *what, struct csm_err *err)
{
	struct cli_show *s = show_state(c);
	struct csm_rec *now;

	if (c->quiet)
		return CSM_OK;
	s->format = c->format;
	if (s->format == CSM_FMT_NONE || s->format == CSM_FMT_TABLE || s->format == CSM_FMT_TSV ||
	    s->format == CSM_FMT_CSV)
		return answer_row(c, s, r, what, err);
	/* As it is stored now, with what hooks and the engine made of it. A deleted one is told as it was. */
	if (csm_store_get(c->store, r->type, r->id, c->arena, &now, err) != CSM_OK)
		return (int)err->code;
	return show_document(c, s, now ? now : r, err);
}
