/* SPDX-License-Identifier: MIT */
/*
 * fault.h - what fault.c tells whoever started the program, in the file CSM_FAULT_OUT of this size: it stays there whatever becomes of the
 * program.
 */
#ifndef FAULT_H
#define FAULT_H

#include <stdint.h>

#define FAULT_OPS 65536		/* kinds of that many calls are kept, of those after them only the number */

struct fault_out {
	int64_t io, read, mem;		/* how many calls were seen */
	int64_t hit;			/* 1: the fault happened */
	char at[160];			/* where: "pwrite /tmp/x/csm.db-wal" */
	uint8_t op[FAULT_OPS];		/* enum shim_op of each io call, the first at 0 */
};

#endif
