/* SPDX-License-Identifier: MIT */
/*
 * hash.c - values as text that reads back exactly, and the digests over it.
 *
 * The chain: a change's hash is SHA-256 over its parent's hash, its own facts and the digest of its history
 * rows; a history row of created records holds the digest of those records. What history holds is therefore
 * proven by the chain, and each live row by history: undo its later diffs and the digest of its creation must
 * come out. Housekeeping that every write moves (version, updated_at, updated_by) stays out of digests, so
 * that this replay needs diffs only.
 *
 * The digest of created records is BLAKE2b over their values one after the other: a load hashes each row, and SHA-256
 * over a text of it took a fifth of all its work. So is that of the history rows of a change, of which the undo of a load makes
 * one a record. What was made of SHA-256 before is still proven as it was made.
 */
#include <csm/io.h>

#include "store_priv.h"

void store_fold(struct csm_arena *tmp, char digest[65], const char *text, size_t n)
{
	struct csm_mark mark = csm_arena_mark(tmp);
	size_t have = strlen(digest);
	char *p = csm_alloc(tmp, have + n + 1);

	memcpy(p, digest, have);
	memcpy(p + have, text, n);
	csm_sha256_hex(p, have + n, digest);
	csm_arena_rewind(tmp, mark);
}

#define INT_SIZE 20			/* bytes of a number at most */

/* Digits of a number, two by two; faster than a format, and a load writes ten million of them. *p is moved behind them. */
static void write_int(char **p, int64_t i)
{
	static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
				    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
	char digits[INT_SIZE], *end = digits + sizeof(digits), *at = end;
	uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;

	for (; u >= 10; u /= 100) {
		at -= 2;
		memcpy(at, pairs + u % 100 * 2, 2);
	}
	if (u || at == end)
		*--at = (char)('0' + u);
	if (i < 0)
		*--at = '-';
	memcpy(*p, at, (size_t)(end - at));
	*p += end - at;
}

static void put_int(struct csm_buf *b, int64_t i)
{
	char *p = csm_buf_room(b, INT_SIZE);

	write_int(&p, i);
	*p = '\0';
	b->n = (size_t)(p - b->s);
}

void store_put_value(struct csm_buf *b, const struct csm_field *f, const struct csm_value *v)
{
	switch (v->tag) {
	case CSM_NULL:
		csm_buf_add(b, "null");
		break;
	case CSM_INT:
		if (f->kind == CSM_K_BOOL && (v->i == 0 || v->i == 1))
			csm_buf_add(b, v->i ? "true" : "false");
		else
			put_int(b, v->i);
		break;
	case CSM_TEXT:
		csm_json_quote(b, v->s);
		break;
	case CSM_MONEY:
		csm_buf_addc(b, '"');
		put_int(b, v->i);
		csm_buf_addc(b, ' ');
		csm_buf_add(b, v->s);
		csm_buf_addc(b, '"');
		break;
	}
}

/* ,"name": and without the comma behind the brace. */
static void put_key(struct csm_buf *b, const struct store_field *f)
{
	size_t first = b->s[b->n - 1] == '{';

	csm_buf_addn(b, f->key + first, f->nkey - first);
}

/* Fields with a mark are what the record is; those that every write moves have none, and are left out but for the version. */
static void put_fields(struct csm_buf *b, const struct store_facts *facts, const struct csm_value *v, bool version)
{
	const struct csm_rtype *t = facts->type;
	const int also = version ? store_std(t, STORE_VERSION) : (int)t->nfields;

	for (int i = 0; i < (int)t->nfields; i++) {
		const struct store_field *f = &facts->field[i];

		if (v[i].tag == CSM_NULL || (!f->mark && i != also))
			continue;
		put_key(b, f);
		store_put_value(b, &t->fields[i], &v[i]);
	}
	csm_buf_addc(b, '}');
}

void store_canonical(struct csm_store *s, struct csm_buf *b, const struct csm_rec *r)
{
	csm_buf_add(b, "{\"id\":");
	put_int(b, r->id);
	put_fields(b, store_facts(s, r->type), r->v, false);
}

/* The lowest byte first, on every machine; written out, so that compilers see one store. */
static unsigned char *put_mark(unsigned char *b, uint32_t m)
{
	b[0] = (unsigned char)m;
	b[1] = (unsigned char)(m >> 8);
	b[2] = (unsigned char)(m >> 16);
	b[3] = (unsigned char)(m >> 24);
	return b + 4;
}

static unsigned char *put_number(unsigned char *b, uint64_t u)
{
	return put_mark(put_mark(b, (uint32_t)u), (uint32_t)(u >> 32));
}

/* A row's bytes on their way into a digest are gathered: a call for each value would cost more than the hash. */
#define PACK_ROOM 1024
#define PACK_VALUE 12			/* a value but its text takes at most this much */

struct pack {
	struct csm_blake2b *digest;
	unsigned char *at;		/* where the next value goes: it always has room */
	unsigned char bytes[PACK_ROOM + PACK_VALUE];
};

static void flush_pack(struct pack *p)
{
	csm_blake2b_add(p->digest, p->bytes, (size_t)(p->at - p->bytes));
	p->at = p->bytes;
}

/* A text with the NUL that ends it: none has one inside. */
static void pack_text(struct pack *p, const char *s)
{
	size_t n = strlen(s) + 1;

	if (n > (size_t)(p->bytes + sizeof(p->bytes) - p->at))
		flush_pack(p);
	if (n > sizeof(p->bytes)) {
		csm_blake2b_add(p->digest, s, n);
	} else {
		memcpy(p->at, s, n);
		p->at += n;
	}
	if (p->at > p->bytes + PACK_ROOM)
		flush_pack(p);
}

void store_digest_row(struct csm_store *s, struct csm_blake2b *digest, const struct csm_rec *r)
{
	const struct store_field *field = store_facts(s, r->type)->field;
	unsigned n = r->type->nfields;
	struct pack p;

	p.digest = digest;
	p.at = put_number(p.bytes, (uint64_t)r->id);
	for (unsigned i = 0; i < n; i++) {
		const struct csm_value *v = &r->v[i];

		if (v->tag == CSM_NULL || !field[i].mark)
			continue;
		p.at = put_mark(p.at, field[i].mark | (uint32_t)v->tag);
		if (v->tag != CSM_TEXT)
			p.at = put_number(p.at, (uint64_t)v->i);
		if (v->tag != CSM_INT)
			pack_text(&p, v->s);
		else if (p.at > p.bytes + PACK_ROOM)
			flush_pack(&p);
	}
	p.at = put_mark(p.at, 0);
	flush_pack(&p);
}

void store_diff_delete(struct csm_store *s, struct csm_buf *b, const struct csm_rec *r)
{
	csm_buf_addc(b, '{');
	/* version too: a record that comes back goes on counting, so no old --if-version fits by accident */
	put_fields(b, store_facts(s, r->type), r->old, true);
}

void store_diff_update(struct csm_store *s, struct csm_buf *b, const struct csm_rec *r)
{
	const struct store_field *field = store_facts(s, r->type)->field;
	uint64_t mask[2];

	store_row_differs(r, mask);
	csm_buf_addc(b, '{');
	for (unsigned i = 0; i < r->type->nfields; i++) {
		if (!(mask[i / 64] >> (i % 64) & 1))
			continue;
		put_key(b, &field[i]);
		csm_buf_addc(b, '[');
		store_put_value(b, &r->type->fields[i], &r->old[i]);
		csm_buf_addc(b, ',');
		store_put_value(b, &r->type->fields[i], &r->v[i]);
		csm_buf_addc(b, ']');
	}
	csm_buf_addc(b, '}');
}

/* What a history row says, before its diff. */
static void put_history(struct csm_buf *b, const struct csm_history *h)
{
	put_int(b, h->seq);
	csm_buf_addc(b, ' ');
	csm_buf_add(b, h->type->name);
	csm_buf_addc(b, ' ');
	put_int(b, h->record);
	csm_buf_addc(b, ' ');
	put_int(b, h->last_record);
	csm_buf_addc(b, ' ');
	csm_buf_addc(b, h->op);
	csm_buf_add(b, h->stated ? " stated " : " ");
}

void store_digest_history(struct csm_arena *tmp, struct csm_blake2b *digest, const struct csm_history *h)
{
	struct csm_mark mark = csm_arena_mark(tmp);
	struct csm_buf b = CSM_BUF(tmp);

	put_history(&b, h);
	csm_blake2b_add(digest, b.s, b.n);
	if (h->diff)
		csm_blake2b_add(digest, h->diff, strlen(h->diff));
	csm_blake2b_add(digest, "", 1);
	csm_arena_rewind(tmp, mark);
}

void store_fold_history(struct csm_arena *tmp, char digest[65], const struct csm_history *h)
{
	struct csm_mark mark = csm_arena_mark(tmp);
	struct csm_buf b = CSM_BUF(tmp);

	put_history(&b, h);
	csm_buf_add(&b, h->diff ? h->diff : "");
	store_fold(tmp, digest, b.s, b.n);
	csm_arena_rewind(tmp, mark);
}

static void put_text(struct csm_buf *b, const char *text)
{
	csm_buf_addc(b, ',');
	if (text && *text)
		csm_json_quote(b, text);
	else
		csm_buf_add(b, "null");
}

void store_change_hash(struct csm_arena *tmp, const struct csm_change *c, const char *digest, char *hash)
{
	struct csm_mark mark = csm_arena_mark(tmp);
	struct csm_buf b = CSM_BUF(tmp);

	/* undone_by is not in it: it is set later, and the change that sets it says so in its `undoes` */
	csm_buf_addf(&b, "[\"%s\",%" PRId64 ",%" PRId64, c->parent_hash, c->id, c->at);
	put_text(&b, c->actor);
	put_text(&b, c->on_behalf);
	put_text(&b, c->command);
	csm_buf_addf(&b, ",%" PRId64, c->undoes);
	if (c->undoes_also)
		put_text(&b, c->undoes_also);
	if (c->kept)
		csm_buf_addf(&b, ",%" PRId64, c->kept);
	csm_buf_addf(&b, ",\"%s\"]", digest);
	csm_sha256_hex(b.s, b.n, hash);
	csm_arena_rewind(tmp, mark);
}
