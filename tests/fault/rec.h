/* SPDX-License-Identifier: MIT */
/* rec.h - a record of rec.c's log. After it stand path_n bytes of a path, to_n bytes of a second one, and for 'W' and 'A' the n bytes written. */
#ifndef REC_H
#define REC_H

#include <stdint.h>

struct rec_op {
	uint64_t file;	/* which file: its inode; of W T S C */
	int64_t at;	/* W: where; T: the new size */
	int64_t n;	/* W A: bytes */
	uint32_t path_n, to_n;
	/*
	 * W write, T truncate, S sync a file, C create a file, M make a folder, U unlink, R rename, L link, D sync a folder, A the program wrote
	 * to standard output.
	 */
	char op;
	char pad[7];
};

#endif
