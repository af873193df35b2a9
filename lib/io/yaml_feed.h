/* SPDX-License-Identifier: MIT */
/*
 * yaml_feed.h - the bytes that libyaml gets. It stops at the first one that is no text, and knows where only by its
 * offset; so each is replaced by a letter and kept in mind with its place, for the reader to tell of when the
 * event that holds it comes.
 */
#ifndef CSM_IO_YAML_FEED_H
#define CSM_IO_YAML_FEED_H

#include "io_priv.h"

#define YAML_BAD 256u		/* so many can be ahead of the events; then the input ends there */

struct yaml_bad {
	int64_t index;		/* characters before it, as libyaml counts */
	int64_t line, col;
	char bytes[4];		/* what stood there: a byte, or a control character */
	size_t n;
};

struct yaml_feed {
	struct yaml_bad bad[YAML_BAD];
	unsigned nbad;
	char carry[4];		/* the beginning of a character */
	size_t ncarry;
	bool begun;
	int64_t index, line, col;	/* of the next character; line and col from 0 */
};

/* Read into p; as the source does, and -1 too when there are YAML_BAD (the source is well then). size is 16 at least. */
long io_yaml_feed(struct yaml_feed *f, const struct csm_source *src, char *p, size_t size);
/* The first that was not forgotten, or NULL. */
const struct yaml_bad *io_yaml_bad(const struct yaml_feed *f);
/* Forget those before an index. */
void io_yaml_forget(struct yaml_feed *f, int64_t index);

#endif
