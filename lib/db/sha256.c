/* SPDX-License-Identifier: MIT */
/*
 * sha256.c - SHA-256, of bytes at once or piece by piece. libsodium's hash works without
 * sodium_init(): that call prepares the source of random numbers and the choice of vector code, and
 * SHA-256 uses neither.
 */
#include <string.h>

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
