/* SPDX-License-Identifier: MIT */
/*
 * mem.c - the one gate of the library to malloc and free, so that a test can let the Nth request fail
 * (link with -Wl,--wrap=malloc) and know that it has met every allocation csm makes itself.
 */
#include <stdlib.h>

#include <jansson.h>

#include <csm/arena.h>

#include "base/base_priv.h"

void *base_mem_alloc(size_t n)
{
	return malloc(n ? n : 1);
}

void base_mem_free(void *p)
{
	free(p);
}

void csm_json_memory(void *(*alloc)(size_t n), void (*release)(void *p))
{
	json_set_alloc_funcs(alloc, release);
}
