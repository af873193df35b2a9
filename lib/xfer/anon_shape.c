/* SPDX-License-Identifier: MIT */
/* anon_shape.c - replacements that keep the shape of a text: codes, phone numbers, prose. */
#include <sodium/crypto_shorthash.h>

#include <csm/utf8.h>

#include "anon.h"

uint64_t xfer_anon_hash(const struct xfer_anon *an, char of, const void *p, size_t n)
{
	unsigned char out[crypto_shorthash_BYTES], key[crypto_shorthash_KEYBYTES];
	uint64_t h;

	_Static_assert(sizeof(key) == sizeof(an->key), "the key of the hash");
	memcpy(key, an->key, sizeof(key));
	key[0] ^= (unsigned char)of;
	crypto_shorthash(out, p, n, key);
	memcpy(&h, out, sizeof(h));
	return h;
}

/* How many there are of the character's kind, and the first of them; 0: it stays. */
static unsigned radix_of(char c, bool letters, char *base)
{
	if (c >= '0' && c <= '9') {
		*base = '0';
		return 10;
	}
	*base = c >= 'a' && c <= 'z' ? 'a' : 'A';
	return letters && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) ? 26 : 0;
}

/*
 * Each character is moved on within its kind, by a number that the ones before it (behind it) decide. Who knows
 * those can move it back, so no two texts become the same.
 */
static void shift(const struct xfer_anon *an, char *s, size_t n, bool letters, bool back)
{
	struct {
		uint64_t before, at;
	} seen = { n, 0 };

	for (size_t i = 0; i < n; i++) {
		char *c = &s[back ? n - 1 - i : i], was = *c, base;
		unsigned radix = radix_of(was, letters, &base);

		seen.at = i;
		if (radix)
			*c = (char)(base + (int)(((uint64_t)(was - base) +
						  xfer_anon_hash(an, back ? 'b' : 'a', &seen, sizeof(seen))) % radix));
		seen.before = seen.before * 0x100000001b3u + (unsigned char)was + 1;
	}
}

/* Letters beyond ASCII have no shape to keep: the text is made of its hash, long enough to be the only one. */
static char *from_hash(const struct xfer_anon *an, const char *text, struct csm_arena *a)
{
	size_t n = csm_utf8_len(text), len = n < 12 ? 12 : n;
	char *s = csm_calloc(a, len + 1, 1);
	uint64_t seen[2] = { xfer_anon_hash(an, 'u', text, strlen(text)), 0 };

	for (size_t i = 0; i < len; i++) {
		seen[1] = i;
		s[i] = (char)('a' + xfer_anon_hash(an, 'v', seen, sizeof(seen)) % 26);
	}
	return s;
}

static bool is_ascii(const char *s)
{
	while (*s && !((unsigned char)*s & 0x80))
		s++;
	return !*s;
}

static bool looks_like_number(const struct xfer_anon *an, const char *s)
{
	int64_t id;

	return csm_number_type(csm_store_dict(an->store), s, &id) != NULL;
}

/* The parts of a path one by one, so that the path of an account is made of the codes of its parents. */
static const char *code_parts(const struct xfer_anon *an, const char *text, struct csm_arena *a)
{
	struct csm_buf b = CSM_BUF(a);

	while (*text) {
		size_t n = strcspn(text, "/");
		char *part = csm_strndup(a, text, n);

		if (is_ascii(part)) {
			shift(an, part, n, true, false);
			shift(an, part, n, true, true);
			csm_buf_addn(&b, part, n);
		} else {
			csm_buf_add(&b, from_hash(an, part, a));
		}
		text += n;
		if (*text)
			csm_buf_addc(&b, *text++);
	}
	return b.s;
}

const char *xfer_anon_code(const struct xfer_anon *an, const char *text, struct csm_arena *a)
{
	bool number = looks_like_number(an, text);

	/* again and again is one to one still */
	do
		text = code_parts(an, text, a);
	while (!number && looks_like_number(an, text));
	return text;
}

/* Country and trunk prefix stay: the first two characters. */
const char *xfer_anon_phone(const struct xfer_anon *an, const char *text, struct csm_arena *a)
{
	char *s = csm_strdup(a, text);
	size_t n = strlen(s), skip = strspn(s, "+0");

	if (skip && skip + 1 < n)
		skip++;
	shift(an, s + skip, n - skip, false, false);
	shift(an, s + skip, n - skip, false, true);
	return s;
}

/* ---- prose ---- */

struct stream {
	const struct xfer_anon *an;
	uint64_t seed[2];		/* the text, and which eight bytes of it come next */
	uint64_t bytes;
	unsigned left;
};

static unsigned next_byte(struct stream *s)
{
	unsigned b;

	if (!s->left) {
		s->bytes = xfer_anon_hash(s->an, 't', s->seed, sizeof(s->seed));
		s->seed[1]++;
		s->left = 8;
	}
	b = (unsigned)(s->bytes & 255);
	s->bytes >>= 8;
	s->left--;
	return b;
}

/* Consonants and vowels in turn can be read out. */
static char next_letter(struct stream *s, bool vowel)
{
	static const char consonants[] = "bdfghklmnprstvwz", vowels[] = "aaeeiioouu";

	return vowel ? vowels[next_byte(s) % (sizeof(vowels) - 1)] : consonants[next_byte(s) % (sizeof(consonants) - 1)];
}

const char *xfer_anon_prose(const struct xfer_anon *an, const char *text, struct csm_arena *a)
{
	struct stream st = { .an = an, .seed = { xfer_anon_hash(an, 'T', text, strlen(text)), 0 } };
	char *out = csm_strdup(a, text), *to = out;
	bool vowel = false;

	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;
		bool upper = c >= 'A' && c <= 'Z';

		if ((c & 0xc0) == 0x80)
			continue;	/* of a character that was replaced whole */
		if (c >= '0' && c <= '9') {
			*to++ = (char)('0' + next_byte(&st) % 10);
		} else if (upper || (c >= 'a' && c <= 'z') || c & 0x80) {
			char letter = next_letter(&st, vowel);

			*to++ = upper ? (char)(letter - 'a' + 'A') : letter;
			vowel = !vowel;
			continue;
		} else {
			*to++ = (char)c;
		}
		vowel = false;
	}
	*to = '\0';
	return out;
}
