/* SPDX-License-Identifier: MIT */
/*
 * shim.h - the calls that change a disk, as the two shims see them: fault.c, which makes one of them fail, and rec.c, which writes them down.
 *
 * A shim is preloaded and defines the calls below. Each tells the shim's own functions what is to be done; those and nothing else differ.
 */
#ifndef SHIM_H
#define SHIM_H

#include <dlfcn.h>
#include <stddef.h>
#include <sys/types.h>

/* What a call is: which faults can befall it depends on that. */
enum shim_op {
	SHIM_WRITE, SHIM_SYNC, SHIM_TRUNCATE, SHIM_UNLINK, SHIM_RENAME, SHIM_CREATE, SHIM_ALLOCATE, SHIM_READ, SHIM_MEMORY
};

/* The C library's own; each use of the macro looks it up once. */
#define SHIM_NEXT(type, name) \
	__extension__({ \
		static __typeof__(type) real_; \
		if (!real_) \
			*(void **)&real_ = dlsym(RTLD_NEXT, name); \
		real_; \
	})

#endif
