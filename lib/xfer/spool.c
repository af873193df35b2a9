/* SPDX-License-Identifier: MIT */
/*
 * spool.c - records of a load on disk: what was read of them, packed, one spool a type, with the place of
 * each and what became of it in an array beside it.
 *
 * A record is 4 bytes of length, then numbers of 7 bits a byte and texts that end with NUL: input, row,
 * line, column, number stated, empty lists, owner (type + 1, place, field; 0 none), then its members. A node is a byte
 * of what it is, its key (a field's index, or text), its place, and its text or its children.
 */
#include "xfer_priv.h"

#define NODE_TYPE 3u			/* enum csm_node_type, or NODE_END */
#define NODE_END 3u			/* no node: the list ends */
#define NODE_SCALAR(c) ((unsigned)(c) << 2)	/* enum csm_scalar */
#define NODE_IS(b) ((enum csm_scalar)((b) >> 2 & 7))
#define NODE_LINE (1u << 5)		/* it stands on another line than the record */
#define NODE_KEY (1u << 6)		/* its key is a text */
#define HEADER ((int64_t)64)		/* enough for all before the members */

/* ---- packing ---- */

static void put_number(struct csm_buf *b, int64_t i)
{
	uint64_t n = ((uint64_t)i << 1) ^ (i < 0 ? ~UINT64_C(0) : 0);

	for (; n > 127; n >>= 7)
		csm_buf_addc(b, (char)(n | 128));
	csm_buf_addc(b, (char)n);
}

static void put_text(struct csm_buf *b, const char *s)
{
	size_t n = s ? strlen(s) : 0;

	put_number(b, (int64_t)n);
	csm_buf_addn(b, n ? s : "", n + 1);
}

static void put_node(struct csm_buf *b, const struct csm_node *n, int64_t line, int field)
{
	unsigned what = n->type;

	if (n->type == CSM_N_SCALAR)
		what |= NODE_SCALAR(n->scalar);
	if (n->line != line)
		what |= NODE_LINE;
	if (field < 0 && n->key)
		what |= NODE_KEY;
	csm_buf_addc(b, (char)what);
	if (field >= 0)
		csm_buf_addc(b, (char)field);
	if (what & NODE_KEY)
		put_text(b, n->key);
	if (what & NODE_LINE)
		put_number(b, n->line - line);
	put_number(b, n->col);
	if (n->type == CSM_N_SCALAR) {
		if (n->scalar != CSM_SC_NULL)
			put_text(b, n->text);
		return;
	}
	for (const struct csm_node *c = n->first; c; c = c->next)
		put_node(b, c, line, -1);
	csm_buf_addc(b, (char)NODE_END);
}

void xfer_pack(struct csm_buf *b, const struct csm_node *n)
{
	put_node(b, n, 0, -1);
}

static unsigned file_number(struct csm_import *im, const char *file)
{
	size_t i = im->files.n;

	while (i && *CSM_AT(&im->files, const char *, i - 1) != file)
		i--;
	if (i)
		return (unsigned)i - 1;
	*(const char **)csm_vec_add(&im->files) = file;
	return (unsigned)im->files.n - 1;
}

void xfer_spool(struct csm_import *im, const struct xfer_item *item)
{
	struct xfer_type *t = &im->types[item->at.type];
	struct csm_buf b = CSM_BUF(im->scratch);
	struct xfer_side side = { .flags = item->flags };
	unsigned i = 0;
	uint32_t n = 0;

	csm_buf_addn(&b, &n, sizeof(n));
	put_number(&b, file_number(im, item->file));
	put_number(&b, item->row);
	put_number(&b, item->node->line);
	put_number(&b, item->node->col);
	put_number(&b, item->claimed);
	put_number(&b, item->empty);
	put_number(&b, item->owner_type ? (int64_t)item->owner.type + 1 : 0);
	if (item->owner_type) {
		put_number(&b, item->owner.n);
		put_number(&b, item->owner_field);
		put_number(&b, item->top.type);
		put_number(&b, item->top.n);
	}
	for (const struct csm_node *c = item->node->first; c; c = c->next, i++)
		if (item->fields[i] >= 0) {
			put_node(&b, c, item->node->line, item->fields[i]);
			t->stated[item->fields[i] / 64] |= UINT64_C(1) << (item->fields[i] % 64);
		}
	csm_buf_addc(&b, (char)NODE_END);
	n = (uint32_t)b.n;
	memcpy(b.s, &n, sizeof(n));
	side.offset = xfer_tmp_add(&t->spool, b.s, b.n);
	xfer_array_set(&t->side, item->at.n, &side);
}

/* ---- unpacking ---- */

struct packed {
	const char *p;
	struct csm_arena *arena;
	int64_t line;			/* of the record */
};

static int64_t get_number(struct packed *k)
{
	uint64_t n = 0;
	unsigned shift = 0;

	while (*k->p & 128) {
		n |= (uint64_t)(*k->p++ & 127) << shift;
		shift += 7;
	}
	n |= (uint64_t)*k->p++ << shift;
	return (int64_t)(n >> 1 ^ (~(n & 1) + 1));
}

static const char *get_text(struct packed *k)
{
	int64_t n = get_number(k);
	const char *s = k->p;

	k->p += n + 1;
	return s;
}

/* A node whose first byte, and key where it is a field, were read. */
static struct csm_node *get_node(struct packed *k, unsigned what)
{
	struct csm_node *n = csm_alloc(k->arena, sizeof(*n)), **end = &n->first;

	n->type = (enum csm_node_type)(what & NODE_TYPE);
	if (what & NODE_KEY)
		n->key = get_text(k);
	n->line = k->line + (what & NODE_LINE ? get_number(k) : 0);
	n->col = get_number(k);
	if (n->type == CSM_N_SCALAR) {
		n->scalar = NODE_IS(what);
		n->text = n->scalar == CSM_SC_NULL ? "" : get_text(k);
		return n;
	}
	for (what = (unsigned char)*k->p++; (what & NODE_TYPE) != NODE_END; what = (unsigned char)*k->p++) {
		*end = get_node(k, what);
		end = &(*end)->next;
	}
	return n;
}

struct csm_node *xfer_unpack(const char *p, struct csm_arena *a)
{
	struct packed k = { .p = p + 1, .arena = a };

	return get_node(&k, (unsigned char)*p);
}

static void get_header(struct csm_import *im, struct packed *k, struct csm_node *map, struct xfer_item *out)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	int64_t owner;

	k->p += sizeof(uint32_t);
	out->file = *CSM_AT(&im->files, const char *, (size_t)get_number(k));
	out->row = get_number(k);
	map->line = k->line = get_number(k);
	map->col = get_number(k);
	out->claimed = get_number(k);
	out->empty = (uint32_t)get_number(k);
	owner = get_number(k);
	if (!owner)
		return;
	out->owner.type = (unsigned)owner - 1;
	out->owner_type = d->types[owner - 1];
	out->owner.n = get_number(k);
	out->owner_field = (int)get_number(k);
	out->top.type = (unsigned)get_number(k);
	out->top.n = get_number(k);
}

/* The item whose bytes are at p, which live as long as it. */
static void unpack(struct csm_import *im, struct xfer_at at, const char *p, struct csm_arena *a,
		   struct xfer_item *out)
{
	const struct csm_rtype *t = csm_store_dict(im->store)->types[at.type];
	struct csm_node *map = csm_alloc(a, sizeof(*map)), **end = &map->first;
	struct packed k = { .p = p, .arena = a };
	struct xfer_side side = xfer_side(im, at);
	unsigned what;
	int *fields, n = 0;

	*out = (struct xfer_item){
		.type = t, .at = at, .top = at, .node = map, .id = side.id, .flags = side.flags, .owner_field = -1
	};
	map->type = CSM_N_MAP;
	get_header(im, &k, map, out);
	out->by = csm_calloc(a, t->nfields, sizeof(*out->by));
	out->fields = fields = csm_calloc(a, t->nfields, sizeof(*fields));
	for (what = (unsigned char)*k.p++; (what & NODE_TYPE) != NODE_END; what = (unsigned char)*k.p++) {
		int field = (unsigned char)*k.p++;

		*end = get_node(&k, what);
		(*end)->key = t->fields[field].name;
		out->by[field] = *end;
		fields[n++] = field;
		end = &(*end)->next;
	}
}

/* ---- one of them ---- */

struct xfer_side xfer_side(struct csm_import *im, struct xfer_at at)
{
	struct xfer_side side;

	xfer_array_get(&im->types[at.type].side, at.n, &side);
	return side;
}

void xfer_set_side(struct csm_import *im, struct xfer_at at, const struct xfer_side *side)
{
	xfer_array_set(&im->types[at.type].side, at.n, side);
}

void xfer_keep(struct csm_import *im, const struct xfer_item *item)
{
	struct xfer_side side = xfer_side(im, item->at);

	side.id = item->id;
	side.flags = item->flags;
	xfer_set_side(im, item->at, &side);
}

int xfer_load(struct csm_import *im, struct xfer_at at, struct csm_arena *a, struct xfer_item *out,
	      struct csm_err *err)
{
	struct xfer_tmp *spool = &im->types[at.type].spool;
	struct xfer_side side = xfer_side(im, at);
	uint32_t n = 0;
	char *p;

	xfer_tmp_read(spool, side.offset, &n, sizeof(n));
	if (xfer_disk_check(&im->disk, err))
		return (int)err->code;
	p = csm_alloc(a, n);
	xfer_tmp_read(spool, side.offset, p, n);
	if (xfer_disk_check(&im->disk, err))
		return (int)err->code;
	unpack(im, at, p, a, out);
	return CSM_OK;
}

const char *xfer_place(struct csm_import *im, struct xfer_at at)
{
	struct xfer_tmp *spool = &im->types[at.type].spool;
	struct xfer_side side = xfer_side(im, at);
	struct xfer_item item;
	struct csm_node map;
	char p[HEADER];
	struct packed k = { .p = p };
	int64_t left = xfer_tmp_size(spool) - side.offset;

	xfer_tmp_read(spool, side.offset, p, (size_t)(left < HEADER ? left : HEADER));
	if (im->disk.err.code)
		return "?";
	get_header(im, &k, &map, &item);
	return csm_sprintf(im->scratch, "%s:%lld", item.file, (long long)map.line);
}

/* ---- all of them ---- */

#define PIECE ((size_t)64 << 10)

void xfer_walk_open(struct xfer_walk *w, struct csm_import *im, unsigned type, uint32_t without)
{
	*w = (struct xfer_walk){ .im = im, .type = type, .without = without };
}

void xfer_walk_close(struct xfer_walk *w)
{
	csm_arena_free(w->arena);
	w->arena = NULL;
}

/* n bytes of the spool from at on, in memory; they end before the spool does. */
static const char *fill(struct xfer_walk *w, int64_t at, size_t n)
{
	struct xfer_tmp *spool = &w->im->types[w->type].spool;
	int64_t left = xfer_tmp_size(spool) - at;

	if (at >= w->start && at + (int64_t)n <= w->end)
		return w->buf + (at - w->start);
	if (n > w->cap || !w->buf) {
		csm_arena_free(w->arena);
		w->arena = csm_arena_like(w->im->arena);
		w->cap = left < (int64_t)PIECE ? (size_t)left : PIECE;
		w->cap = n > w->cap ? n : w->cap;
		w->buf = csm_alloc(w->arena, w->cap);
	}
	w->start = at;
	w->end = at + (left < (int64_t)w->cap ? left : (int64_t)w->cap);
	xfer_tmp_read(spool, at, w->buf, (size_t)(w->end - at));
	return w->buf;
}

int xfer_walk_next(struct xfer_walk *w, struct csm_arena *a, struct xfer_item *out, bool *more,
		   struct csm_err *err)
{
	struct xfer_at at = { w->type, w->n };
	struct xfer_side side = { 0 };
	const char *p;
	uint32_t n;

	*more = false;
	for (; at.n < w->im->types[w->type].n; at.n++) {
		side = xfer_side(w->im, at);
		if (!(side.flags & w->without))
			break;
	}
	w->n = at.n + 1;
	if (at.n == w->im->types[w->type].n)
		return xfer_disk_check(&w->im->disk, err);
	memcpy(&n, fill(w, side.offset, sizeof(n)), sizeof(n));
	if (xfer_disk_check(&w->im->disk, err))
		return (int)err->code;
	p = fill(w, side.offset, n);
	if (xfer_disk_check(&w->im->disk, err))
		return (int)err->code;
	unpack(w->im, at, p, a, out);
	*more = true;
	return xfer_disk_check(&w->im->disk, err);
}
