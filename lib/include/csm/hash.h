/* SPDX-License-Identifier: MIT */
/*
 * csm/hash.h - numbers that stand for keys in tables in memory. Another version of the library may make others, so they are not
 * kept in a file; an adversary finds keys that have the same, so what is sized by input needs a limit of its own.
 */
#ifndef CSM_HASH_H
#define CSM_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * h: of what came before, 0 at the beginning. All bits of the result depend on v: the multiplication by 2^64 over the golden ratio (D. E. Knuth, The Art of
 * Computer Programming 3, 6.4) spreads it upwards, the shift brings that down again.
 */
static inline uint64_t csm_hash_int(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 32;
}

/* Of n bytes, and of their number: "ab", "c" is not "a", "bc". */
static inline uint64_t csm_hash_bytes(uint64_t h, const void *p, size_t n)
{
	const unsigned char *c = p;
	uint64_t w;

	h = csm_hash_int(h, n);
	for (; n >= sizeof(w); c += sizeof(w), n -= sizeof(w)) {
		memcpy(&w, c, sizeof(w));
		h = csm_hash_int(h, w);
	}
	w = 0;
	memcpy(&w, c, n);
	/* once more: what is high in the last word would not tell in the lowest bits */
	return csm_hash_int(csm_hash_int(h, w), 0);
}

static inline uint64_t csm_hash_text(uint64_t h, const char *s)
{
	return csm_hash_bytes(h, s, strlen(s));
}

#endif
