/* SPDX-License-Identifier: MIT */
/* decode.h - the layers of a decoder: each reads a source and is one. */
#ifndef CSM_IO_DECODE_H
#define CSM_IO_DECODE_H

#include "io_priv.h"

#define IO_LAYER ((size_t)64 << 10) /* buffer of a layer */

/* unpack.c: gzip (else zstd). Memory of the libraries is freed by close; NULL is fine. */
struct io_unpack;
int io_unpack_open(struct io_unpack **out, struct csm_arena *a, struct csm_source src, bool gzip,
		   struct csm_err *err);
struct csm_source io_unpack_source(struct io_unpack *u);
/* Unpack what is left of it, for nobody. False: it can't be read to its end, and why. */
bool io_unpack_whole(struct io_unpack *u, struct csm_err *err);
void io_unpack_close(struct io_unpack *u);

/*
 * charset.c: to UTF-8, the mark at the beginning being gone. Half of a surrogate pair becomes the
 * three bytes that no UTF-8 has, and a byte that the encoding leaves open a control character of
 * C1: so a reader refuses the record that holds them, with its place, and not the whole input.
 */
struct csm_source io_charset_source(struct csm_arena *a, struct csm_source src,
				    enum csm_encoding e);

#endif
