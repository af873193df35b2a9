/* SPDX-License-Identifier: MIT */
/*
 * spool.c - records of a load on disk: what was read of them, packed, one spool a type, with the place of
 * each and what became of it in an array beside it.
 *
 * A record is 4 bytes of length, then numbers of 7 bits a byte and texts that end with NUL: input, row,
 * line, column, number stated, set of the mapping where there is one, empty lists, owner (type + 1, place, field; 0 none), how many members, then those. A node is a byte
 * of what it is, its key (a field's index, or text), its place, and its text or its children.
 */
#include <csm/attr.h>

#include "xfer_priv.h"

#define NODE_TYPE 3u			/* enum csm_node_type, or NODE_END */
#define NODE_END 3u			/* no node: the list ends */
#define NODE_SCALAR(c) ((unsigned)(c) << 2)	/* enum csm_scalar */
#define NODE_IS(b) ((enum csm_scalar)((b) >> 2 & 7))
#define NODE_LINE (1u << 5)		/* it stands on another line than the record */
#define NODE_KEY (1u << 6)		/* its key is a text */
#define HEADER ((int64_t)160)		/* enough for all before the members */

/* ---- packing ---- */

#define NUMBER ((size_t)10)		/* bytes of a number at most */
#define PACK_FIRST ((size_t)2 << 10)	/* most records are shorter */

/* Bytes that are being packed; nothing else is taken from the arena meanwhile, so they grow where they lie. */
struct pack {
	struct csm_arena *arena;
	char *s, *p, *end;
};

static void start_pack(struct pack *k, struct csm_arena *a)
{
	k->arena = a;
	k->s = k->p = csm_alloc(a, PACK_FIRST);
	k->end = k->s + PACK_FIRST;
}

static CSM_SELDOM void grow_pack(struct pack *k, size_t n)
{
	size_t used = (size_t)(k->p - k->s), cap = (size_t)(k->end - k->s), more = cap;

	while (more - used < n)
		more *= 2;
	k->s = csm_grow(k->arena, k->s, cap, more);
	k->p = k->s + used;
	k->end = k->s + more;
}

/* Room for n bytes. */
static char *make_room(struct pack *k, size_t n)
{
	if (n > (size_t)(k->end - k->p))
		grow_pack(k, n);
	return k->p;
}

static char *put_number(char *p, int64_t i)
{
	uint64_t n = ((uint64_t)i << 1) ^ (i < 0 ? ~UINT64_C(0) : 0);

	for (; n > 127; n >>= 7)
		*p++ = (char)(n | 128);
	*p++ = (char)n;
	return p;
}

static char *put_text(char *p, const char *s, size_t n)
{
	p = put_number(p, (int64_t)n);
	memcpy(p, s, n + 1);
	return p + n + 1;
}

static void put_node(struct pack *k, const struct csm_node *n, int64_t line, int field)
{
	const bool scalar = n->type == CSM_N_SCALAR;
	const char *key = field < 0 ? n->key : NULL, *text = scalar && n->scalar != CSM_SC_NULL ? n->text : NULL;
	size_t nkey = key ? strlen(key) : 0, ntext = text ? strlen(text) : 0;
	char *p = make_room(k, 2 + 4 * NUMBER + nkey + 1 + ntext + 1);

	*p++ = (char)(n->type | (scalar ? NODE_SCALAR(n->scalar) : 0) | (n->line != line ? NODE_LINE : 0) |
		      (key ? NODE_KEY : 0));
	if (field >= 0)
		*p++ = (char)field;
	if (key)
		p = put_text(p, key, nkey);
	if (n->line != line)
		p = put_number(p, n->line - line);
	p = put_number(p, n->col);
	if (text)
		p = put_text(p, text, ntext);
	k->p = p;
	if (scalar)
		return;
	for (const struct csm_node *c = n->first; c; c = c->next)
		put_node(k, c, line, -1);
	*make_room(k, 1) = (char)NODE_END;
	k->p++;
}

const char *xfer_pack(struct csm_arena *a, const struct csm_node *n, size_t *size)
{
	struct pack k;

	start_pack(&k, a);
	put_node(&k, n, 0, -1);
	*size = (size_t)(k.p - k.s);
	return k.s;
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

static char *put_header(struct csm_import *im, const struct xfer_item *item, unsigned members, char *p)
{
	p = put_number(p, file_number(im, item->file));
	p = put_number(p, item->row);
	p = put_number(p, item->node->line);
	p = put_number(p, item->node->col);
	p = put_number(p, item->claimed);
	if (im->opts.map)
		p = put_number(p, item->set);
	p = put_number(p, item->empty);
	p = put_number(p, item->owner_type ? (int64_t)item->owner.type + 1 : 0);
	if (item->owner_type) {
		p = put_number(p, item->owner.n);
		p = put_number(p, item->owner_field);
		p = put_number(p, item->top.type);
		p = put_number(p, item->top.n);
	}
	return put_number(p, members);
}

void xfer_spool(struct csm_import *im, const struct xfer_item *item)
{
	struct csm_mark mark = csm_arena_mark(im->scratch);
	struct xfer_type *t = &im->types[item->at.type];
	struct xfer_side side = { .flags = item->flags };
	unsigned i = 0, members = 0;
	struct pack k;
	uint32_t n;

	for (const struct csm_node *c = item->node->first; c; c = c->next)
		members += item->fields[i++] >= 0;
	start_pack(&k, im->scratch);
	k.p = put_header(im, item, members, k.p + sizeof(n));
	i = 0;
	for (const struct csm_node *c = item->node->first; c; c = c->next, i++)
		if (item->fields[i] >= 0) {
			put_node(&k, c, item->node->line, item->fields[i]);
			t->stated[item->fields[i] / 64] |= UINT64_C(1) << (item->fields[i] % 64);
		}
	n = (uint32_t)(k.p - k.s);
	memcpy(k.s, &n, sizeof(n));
	side.offset = xfer_tmp_add(&t->spool, k.s, n);
	xfer_array_set(&t->side, item->at.n, &side);
	csm_arena_rewind(im->scratch, mark);
}

/* ---- unpacking ---- */

struct packed {
	const char *p;
	struct csm_arena *arena;
	int64_t line;			/* of the record */
};

static int64_t get_number(struct packed *k)
{
	const unsigned char *p = (const unsigned char *)k->p;
	uint64_t n = *p & 127;

	for (unsigned shift = 7; *p++ & 128; shift += 7)
		n |= (uint64_t)(*p & 127) << shift;
	k->p = (const char *)p;
	return (int64_t)(n >> 1 ^ (~(n & 1) + 1));
}

static const char *get_text(struct packed *k)
{
	int64_t n = get_number(k);
	const char *s = k->p;

	k->p += n + 1;
	return s;
}

/* A node, zeroed, whose first byte, and key where it is a field, were read. */
static void get_node(struct packed *k, unsigned what, struct csm_node *n)
{
	struct csm_node **end = &n->first;

	n->type = (enum csm_node_type)(what & NODE_TYPE);
	if (what & NODE_KEY)
		n->key = get_text(k);
	n->line = k->line + (what & NODE_LINE ? get_number(k) : 0);
	n->col = get_number(k);
	if (n->type == CSM_N_SCALAR) {
		n->scalar = NODE_IS(what);
		n->text = n->scalar == CSM_SC_NULL ? "" : get_text(k);
		return;
	}
	for (what = (unsigned char)*k->p++; (what & NODE_TYPE) != NODE_END; what = (unsigned char)*k->p++) {
		*end = csm_alloc(k->arena, sizeof(**end));
		get_node(k, what, *end);
		end = &(*end)->next;
	}
}

struct csm_node *xfer_unpack(const char *p, struct csm_arena *a)
{
	struct packed k = { .p = p + 1, .arena = a };
	struct csm_node *n = csm_alloc(a, sizeof(*n));

	get_node(&k, (unsigned char)*p, n);
	return n;
}

/* Up to the members, the number of which it returns. */
static unsigned get_header(struct csm_import *im, struct packed *k, struct csm_node *map, struct xfer_item *out)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	int64_t owner;

	k->p += sizeof(uint32_t);
	out->file = *CSM_AT(&im->files, const char *, (size_t)get_number(k));
	out->row = get_number(k);
	map->line = k->line = get_number(k);
	map->col = get_number(k);
	out->claimed = get_number(k);
	if (im->opts.map)
		out->set = (unsigned)get_number(k);
	out->empty = (uint32_t)get_number(k);
	owner = get_number(k);
	if (owner) {
		out->owner.type = (unsigned)owner - 1;
		out->owner_type = d->types[owner - 1];
		out->owner.n = get_number(k);
		out->owner_field = (int)get_number(k);
		out->top.type = (unsigned)get_number(k);
		out->top.n = get_number(k);
	}
	return (unsigned)get_number(k);
}

/* The item whose bytes are at p, which live as long as it. */
static void unpack(struct csm_import *im, struct xfer_at at, const char *p, struct csm_arena *a,
		   struct xfer_item *out)
{
	const struct csm_rtype *t = csm_store_dict(im->store)->types[at.type];
	struct csm_node *map = csm_alloc(a, sizeof(*map)), *node, **end = &map->first;
	struct packed k = { .p = p, .arena = a };
	struct xfer_side side = xfer_side(im, at);
	unsigned members;
	int *fields;

	*out = (struct xfer_item){
		.type = t, .at = at, .top = at, .node = map, .id = side.id, .flags = side.flags, .owner_field = -1
	};
	map->type = CSM_N_MAP;
	members = get_header(im, &k, map, out);
	out->by = csm_calloc(a, t->nfields, sizeof(*out->by));
	out->fields = fields = csm_calloc(a, members, sizeof(*fields));
	node = csm_calloc(a, members, sizeof(*node));
	for (unsigned i = 0; i < members; i++, node++) {
		unsigned what = (unsigned char)*k.p++;
		int field = (unsigned char)*k.p++;

		get_node(&k, what, node);
		node->key = t->fields[field].name;
		out->by[field] = *end = node;
		fields[i] = field;
		end = &node->next;
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

/* Past those that are left out; false: there is none. */
static bool skip_left_out(struct xfer_walk *w, struct xfer_side *side)
{
	for (; w->n < w->im->types[w->type].n; w->n++) {
		*side = xfer_side(w->im, (struct xfer_at){ w->type, w->n });
		if (!(side->flags & w->without))
			return true;
	}
	return false;
}

bool xfer_walk_near(struct xfer_walk *w)
{
	struct xfer_side side;
	uint32_t n;

	if (!skip_left_out(w, &side) || side.offset < w->start || side.offset + (int64_t)sizeof(n) > w->end)
		return false;
	memcpy(&n, w->buf + (side.offset - w->start), sizeof(n));
	return side.offset + (int64_t)n <= w->end;
}

int xfer_walk_next(struct xfer_walk *w, struct csm_arena *a, struct xfer_item *out, bool *more,
		   struct csm_err *err)
{
	struct xfer_side side;
	const char *p;
	uint32_t n;

	*more = false;
	if (!skip_left_out(w, &side))
		return xfer_disk_check(&w->im->disk, err);
	memcpy(&n, fill(w, side.offset, sizeof(n)), sizeof(n));
	if (xfer_disk_check(&w->im->disk, err))
		return (int)err->code;
	p = fill(w, side.offset, n);
	if (xfer_disk_check(&w->im->disk, err))
		return (int)err->code;
	unpack(w->im, (struct xfer_at){ w->type, w->n++ }, p, a, out);
	*more = true;
	return xfer_disk_check(&w->im->disk, err);
}
