/* SPDX-License-Identifier: MIT */
/*
 * digest.c - SHA-256, of bytes at once or piece by piece, and BLAKE2b piece by piece. libsodium's hashes work
 * without sodium_init(): that call prepares the source of random numbers and the choice of vector code. SHA-256 has
 * none; BLAKE2b is computed by plain code until then, in three times the instructions.
 */
#include <string.h>

#include <sodium/core.h>
#include <sodium/crypto_generichash_blake2b.h>
#include <sodium/crypto_hash_sha256.h>

#include <csm/db.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct csm_sha256),
	       "struct csm_sha256 must hold libsodium's state");
_Static_assert(_Alignof(crypto_hash_sha256_state) <= _Alignof(struct csm_sha256),
	       "struct csm_sha256 must be aligned as well");

static char *write_hex(const unsigned char *digest, char *buf)
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < 32; i++) {
		buf[2 * i] = digits[digest[i] >> 4];
		buf[2 * i + 1] = digits[digest[i] & 15];
	}
	buf[64] = '\0';
	return buf;
}

void csm_sha256_init(struct csm_sha256 *h)
{
	crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)h);
}

void csm_sha256_add(struct csm_sha256 *h, const void *p, size_t n)
{
	crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)h, p, n);
}

char *csm_sha256_end(struct csm_sha256 *h, char *buf)
{
	unsigned char digest[32];

	crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)h, digest);
	return write_hex(digest, buf);
}

char *csm_sha256_hex(const void *p, size_t n, char *buf)
{
	unsigned char digest[32];

	crypto_hash_sha256(digest, p, n);
	return write_hex(digest, buf);
}

/* The state wants an alignment that no arena gives: it lies inside, where that is met. */
#define BLAKE2B_ALIGN _Alignof(crypto_generichash_blake2b_state)

_Static_assert(sizeof(crypto_generichash_blake2b_state) + BLAKE2B_ALIGN <= sizeof(struct csm_blake2b),
	       "struct csm_blake2b must hold libsodium's state wherever it lies");

static crypto_generichash_blake2b_state *state_of(struct csm_blake2b *h)
{
	char *p = (char *)h->state;

	return (void *)(p + (BLAKE2B_ALIGN - (uintptr_t)p % BLAKE2B_ALIGN) % BLAKE2B_ALIGN);
}

void csm_blake2b_init(struct csm_blake2b *h)
{
	/* done once, in 1,200 instructions; should it fail, the plain code makes the same digest */
	int prepared = sodium_init();

	(void)prepared;
	crypto_generichash_blake2b_init(state_of(h), NULL, 0, 32);
}

void csm_blake2b_add(struct csm_blake2b *h, const void *p, size_t n)
{
	crypto_generichash_blake2b_update(state_of(h), p, n);
}

char *csm_blake2b_end(struct csm_blake2b *h, char *buf)
{
	unsigned char digest[32];

	crypto_generichash_blake2b_final(state_of(h), digest, sizeof(digest));
	return write_hex(digest, buf);
}
