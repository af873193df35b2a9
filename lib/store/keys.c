/* SPDX-License-Identifier: MIT */
/*
 * keys.c - keys that a change has written, so that a load does not ask the database for each key whether it is there already:
 * in a table that had no row before the change, a key that the change has not written is not there. In another one, a load asks
 * for the keys of some records ahead, then where it looks for the record of a key, then whether a new one may have it: what was missed is kept as well.
 * And a key that has a record of this change in it was not there before that.
 *
 * Keys that were written are in a Bloom filter (B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors",
 * 1970): its "no" is certain, and after a "yes" the database is asked. The bits of a key lie in one line of the processor's cache. When a level is full, keys go to
 * the next, larger one; the last takes all that come, and says "yes" more often then. Keys are only added: of a record
 * that was deleted or got another key, the old one is asked for.
 */
#include "store_priv.h"

#define LINE_WORDS 8			/* of 64 bits: a line of the cache */
#define LEVELS 3
#define MISSED 1024			/* a power of two */

struct level {
	uint64_t *lines;		/* NULL: not begun */
	size_t n;			/* keys in it */
};

struct store_keys {
	struct csm_arena *arena;	/* its own: keys come under other people's marks */
	struct level level[LEVELS];
	uint64_t missed[MISSED];	/* in pairs, of which the key names one: the newer stands first; 0: none */
};

/*
 * Lines of each level, a power of two. A line has room for 32 keys of four bits: of 200 keys that were not written, one is taken
 * for written then.
 */
static const size_t lines_of[LEVELS] = { 16, 1024, 65536 };
#define LINE_KEYS 32

/* values: of the fields of the set at that place; false when one is null, which is like no other. */
static bool hash_key(const struct store_facts *facts, unsigned at, const struct csm_value *values, uint64_t *out)
{
	const struct store_set *set = &facts->sets[at];
	uint64_t h = csm_hash_int(at + 1, facts->index);

	for (unsigned i = 0; i < set->n; i++) {
		if (values[i].tag == CSM_NULL)
			return false;
		if (values[i].tag != CSM_TEXT)
			h = csm_hash_int(h, (uint64_t)values[i].i);
		if (values[i].tag != CSM_INT)
			h = csm_hash_text(h, values[i].s);
	}
	h = csm_hash_int(h, 0);
	*out = h ? h : 1;	/* 0 says that there is none */
	return true;
}

/* The four bits of a key in its line: set them, or only say whether they are. */
static bool touch(uint64_t *line, uint64_t h, bool set)
{
	bool all = true;

	for (unsigned shift = 28; shift < 64; shift += 9) {
		unsigned bit = (unsigned)(h >> shift) % (LINE_WORDS * 64);
		uint64_t *word = &line[bit / 64], one = UINT64_C(1) << (bit % 64);

		all = all && *word & one;
		if (set)
			*word |= one;
	}
	return all;
}

static uint64_t *line_of(const struct level *l, unsigned i, uint64_t h)
{
	return l->lines + (h & (lines_of[i] - 1)) * LINE_WORDS;
}

static void add_key(struct store_keys *k, uint64_t h)
{
	unsigned i = 0;

	while (i + 1 < LEVELS && k->level[i].n >= lines_of[i] * LINE_KEYS)
		i++;
	if (!k->level[i].lines)
		k->level[i].lines = csm_calloc(k->arena, lines_of[i] * LINE_WORDS, sizeof(uint64_t));
	touch(line_of(&k->level[i], i, h), h, true);
	k->level[i].n++;
}

static struct store_keys *keys_of(struct csm_store *s)
{
	if (!s->change.keys) {
		struct csm_arena *a = csm_arena_like(s->arena);

		s->change.keys = csm_alloc(a, sizeof(*s->change.keys));
		s->change.keys->arena = a;
	}
	return s->change.keys;
}

void store_keys_add(struct csm_store *s, const struct csm_rec *r)
{
	const struct store_facts *facts = store_facts(s, r->type);
	struct csm_value v[STORE_SET_MAX];
	uint64_t h;

	for (unsigned i = 0; i < facts->nsets; i++) {
		const struct store_set *set = &facts->sets[i];

		for (unsigned f = 0; f < set->n; f++)
			v[f] = r->v[set->fields[f]];
		if (hash_key(facts, i, v, &h))
			add_key(keys_of(s), h);
	}
}

void store_keys_free(struct csm_store *s)
{
	if (s->change.keys)
		csm_arena_free(s->change.keys->arena);
	s->change.keys = NULL;
}

/* The set that consists of the fields; nsets when none does. */
static unsigned find_set(const struct store_facts *facts, const int *fields, unsigned n)
{
	unsigned i = 0;

	while (i < facts->nsets && (facts->sets[i].n != n ||
				    memcmp(facts->sets[i].fields, fields, n * sizeof(*fields)) != 0))
		i++;
	return i;
}

uint64_t store_key(struct csm_store *s, const struct csm_rtype *t, const int *fields, const struct csm_value *values,
		   unsigned n)
{
	const struct store_facts *facts = store_facts(s, t);
	unsigned set = find_set(facts, fields, n);
	uint64_t h;

	/* types that are not of the dictionary share a number */
	if (!s->change.open || s->past || facts->index == s->env.dict->ntypes || set == facts->nsets ||
	    !hash_key(facts, set, values, &h))
		return 0;
	return h;
}

bool store_key_written(const struct csm_store *s, uint64_t key)
{
	const struct store_keys *k = s->change.keys;

	for (unsigned i = 0; k && i < LEVELS && k->level[i].lines; i++)
		if (touch(line_of(&k->level[i], i, key), key, false))
			return true;
	return false;
}

static uint64_t *pair_of(struct store_keys *k, uint64_t key)
{
	return &k->missed[(key >> 32) % MISSED & ~UINT64_C(1)];
}

static bool was_missed(const struct csm_store *s, uint64_t key)
{
	const uint64_t *pair = s->change.keys ? pair_of(s->change.keys, key) : NULL;

	return pair && (pair[0] == key || pair[1] == key);
}

void store_key_miss(struct csm_store *s, uint64_t key)
{
	uint64_t *pair = pair_of(keys_of(s), key);

	if (pair[0] != key)
		pair[1] = pair[0];
	pair[0] = key;
}

void store_keys_doubt(struct csm_store *s)
{
	if (s->change.keys)
		memset(s->change.keys->missed, 0, sizeof(s->change.keys->missed));
}

bool store_key_absent(struct csm_store *s, const struct csm_rtype *t, const int *fields, const struct csm_value *values,
		      unsigned n, uint64_t key)
{
	bool fresh = csm_store_was_empty(s, t) || was_missed(s, key);

	for (unsigned i = 0; !fresh && i < n; i++)
		fresh = t->fields[fields[i]].kind == CSM_K_REF &&
			store_is_new(s, store_facts(s, t)->field[fields[i]].target, values[i].i);
	return fresh && !store_key_written(s, key);
}
