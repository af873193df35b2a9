/* SPDX-License-Identifier: MIT */
/* t_hash.c - numbers that stand for keys: all bits of a key tell in low and high bits of its number, and keys that are alike are spread. */
#include <csm/hash.h>

#include <stdio.h>

#include "t.h"

#define SLOTS 4096

static unsigned low[SLOTS], high[SLOTS];

/* The most keys of one slot, by the low or the high bits. */
static unsigned most(const unsigned *slots)
{
	unsigned n = 0;

	for (unsigned i = 0; i < SLOTS; i++)
		n = slots[i] > n ? slots[i] : n;
	return n;
}

static void put(uint64_t h)
{
	low[h % SLOTS]++;
	high[h >> 52]++;
}

/* As many keys as slots: of numbers spread by chance, a slot has 7 or 8 at the most; twice that is allowed. */
static void test_spread(void)
{
	static const unsigned steps[] = { 1, 2, 8, 64, 4096 };
	char text[40];

	for (unsigned s = 0; s < sizeof(steps) / sizeof(*steps); s++) {
		memset(low, 0, sizeof(low));
		memset(high, 0, sizeof(high));
		for (uint64_t i = 0; i < SLOTS; i++)
			put(csm_hash_int(0, i * steps[s]));
		T_OK(most(low) <= 16 && most(high) <= 16);
		memset(low, 0, sizeof(low));
		memset(high, 0, sizeof(high));
		for (unsigned i = 0; i < SLOTS; i++) {
			snprintf(text, sizeof(text), "CASE-%08u", i * steps[s]);
			put(csm_hash_text(3, text));
		}
		T_OK(most(low) <= 16 && most(high) <= 16);
	}
}

/* Keys of each length that differ at their end. */
static void test_lengths(void)
{
	char text[40];

	for (int n = 4; n < 24; n++) {
		memset(low, 0, sizeof(low));
		memset(high, 0, sizeof(high));
		for (unsigned i = 0; i < SLOTS; i++) {
			snprintf(text, sizeof(text), "%0*x", n, i);
			put(csm_hash_text(0, text));
		}
		T_OK(most(low) <= 16 && most(high) <= 16);
	}
}

/* Each single bit of the key changes both halves of the number. */
static void test_bits(void)
{
	const unsigned char zeros[20] = { 0 };

	for (unsigned bit = 0; bit < 64; bit++)
		T_OK((uint32_t)csm_hash_int(5, 7) != (uint32_t)csm_hash_int(5, 7 ^ UINT64_C(1) << bit));
	for (unsigned bit = 0; bit < 8 * sizeof(zeros); bit++) {
		unsigned char p[sizeof(zeros)] = { 0 };

		p[bit / 8] = (unsigned char)(1u << bit % 8);
		T_OK((uint32_t)csm_hash_bytes(0, p, sizeof(p)) != (uint32_t)csm_hash_bytes(0, zeros, sizeof(zeros)));
	}
}

static void test_ends(void)
{
	const unsigned char zeros[20] = { 0 };

	for (size_t n = 1; n <= sizeof(zeros); n++)
		T_OK(csm_hash_bytes(0, zeros, n) != csm_hash_bytes(0, zeros, n - 1));
	T_OK(csm_hash_text(csm_hash_text(0, "ab"), "c") != csm_hash_text(csm_hash_text(0, "a"), "bc"));
	T_OK(csm_hash_text(1, "a") != csm_hash_text(2, "a"));
	T_OK(csm_hash_text(9, "somewhat longer") == csm_hash_bytes(9, "somewhat longer", 15));
}

int main(void)
{
	test_spread();
	test_lengths();
	test_bits();
	test_ends();
	T_DONE();
}
