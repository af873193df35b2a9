/* SPDX-License-Identifier: MIT */
/*
 * related.c - `NOUN show --related`: who refers to a record, as rows; what the page says at its end, for
 * machines.
 */
#include <inttypes.h>

#include <csm/xfer.h>

#include "page.h"

static const struct csm_column columns[] = {
	{ .name = "key", .label = "Key" },
	{ .name = "type", .label = "Referring type" },
	{ .name = "field", .label = "By field" },
	{ .name = "count", .label = "Records", .type = CSM_W_NUMBER, .right = true },
	{ .name = "first", .label = "First", .wrap = true },
};

struct related {
	struct cli *c;
	struct cli_list *list;
	const char *key;
	int64_t id;
	struct csm_err *err;
};

static int each_referrer(void *arg, const struct csm_rtype *from, int field, int64_t count, int64_t first_id)
{
	struct related *x = arg;
	const char *values[] = { x->key, from->name, from->fields[field].name,
				 csm_sprintf(x->c->arena, "%" PRId64, count),
				 page_first_keys(x->c, from, field, x->id) };

	(void)first_id;
	return cli_list_row(x->list, values, NULL, x->err);
}

static int each_record(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	struct related *x = arg;

	x->key = csm_rec_key(c->arena, r);
	x->id = r->id;
	x->err = err;
	return csm_store_referrers(c->store, r->type, r->id, each_referrer, x, err);
}

int cli_related(struct cli *c, struct csm_err *err)
{
	struct related x = { .c = c };
	int code;

	if (cli_list_open(&x.list, c, columns, CSM_COUNT(columns), err) != CSM_OK)
		return (int)err->code;
	code = cli_each(c, c->type, each_record, &x, err);
	if (err->code == CSM_OK && cli_list_close(x.list, err) != CSM_OK)
		return (int)err->code;
	return code;
}

/* ---- in the record's own document ---- */

struct related_doc {
	struct cli *c;
	struct csm_writer *w;
	int64_t id;
	bool any;
};

static int write_referrer(void *arg, const struct csm_rtype *from, int field, int64_t count, int64_t first_id)
{
	struct related_doc *x = arg;
	char word[160];

	(void)first_id;
	if (!x->any) {
		csm_writer_key(x->w, CSM_DOC_TALK "related");
		csm_writer_seq(x->w);
		x->any = true;
	}
	csm_writer_map(x->w);
	csm_writer_put(x->w, "type", CSM_W_TEXT, from->name);
	csm_writer_put(x->w, "field", CSM_W_TEXT, from->fields[field].name);
	csm_writer_put(x->w, "count", CSM_W_NUMBER, csm_sprintf(x->c->arena, "%" PRId64, count));
	csm_writer_key(x->w, "first");
	csm_writer_seq(x->w);
	for (unsigned i = 0; csm_word(page_first_keys(x->c, from, field, x->id), i, word, sizeof(word)); i++)
		csm_writer_value(x->w, CSM_W_TEXT, word);
	csm_writer_seq_end(x->w);
	csm_writer_map_end(x->w);
	return CSM_OK;
}

int cli_related_keys(struct cli *c, const struct csm_rec *r, struct csm_writer *w, struct csm_err *err)
{
	struct related_doc x = { c, w, r->id, false };
	int code = csm_store_referrers(c->store, r->type, r->id, write_referrer, &x, err);

	if (x.any)
		csm_writer_seq_end(w);
	return code;
}
