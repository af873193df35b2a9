/* SPDX-License-Identifier: MIT */
/* yaml_feed.c - see yaml_feed.h. */
#include <errno.h>
#include <string.h>

#include <csm/utf8.h>

#include "yaml_feed.h"

/* How many bytes a character has by its first; 0: none begins so. */
static size_t bytes_of(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
}

/* The character at p, of n bytes at most; *bad when libyaml would not take it. */
static size_t look_at(const char *p, size_t n, bool *bad)
{
	unsigned char c = (unsigned char)*p;
	size_t want = bytes_of(c);

	*bad = true;
	if (want == 1) {
		*bad = (c < 0x20 && c != '\t' && c != '\r') || c == 0x7f;
		return 1;
	}
	if (!want || want > n || !csm_utf8_valid(p, want))
		return 1;
	if (c == 0xc2)		/* C1, but the line end of old mainframes */
		*bad = (unsigned char)p[1] < 0xa0 && (unsigned char)p[1] != 0x85;
	else
		*bad = want == 3 && (memcmp(p, "\xef\xbf\xbe", 3) == 0 || memcmp(p, "\xef\xbf\xbf", 3) == 0);
	return want;
}

static bool note_bad(struct yaml_feed *f, char *p, size_t n)
{
	struct yaml_bad *b;

	if (f->nbad == YAML_BAD)
		return false;
	b = &f->bad[f->nbad++];
	*b = (struct yaml_bad){ .index = f->index, .line = f->line + 1, .col = f->col + 1, .n = n };
	memcpy(b->bytes, p, n);
	memset(p, 'x', n);
	f->index += (int64_t)n - 1;
	return true;
}

/* Whether the n bytes may be the beginning of a character that needs more. */
static bool is_cut(const char *p, size_t n)
{
	size_t want = bytes_of((unsigned char)*p);

	for (size_t i = 1; i < n; i++)
		if (((unsigned char)p[i] & 0xc0) != 0x80)
			return false;
	return want > n;
}

/* Look at n bytes and keep what is cut at their end; *used: how many libyaml may have. */
static bool check(struct yaml_feed *f, char *p, size_t n, bool ended, size_t *used)
{
	size_t i = 0, len, plain;
	bool bad;

	/* libyaml would take a mark at the beginning for the first column of its line. */
	if (!f->begun && n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		n -= 3;
		memmove(p, p + 3, n);
		f->begun = true;
	}
	while (i < n) {
		plain = csm_text_plain(p + i, n - i);
		i += plain;
		f->index += (int64_t)plain;
		f->col += (int64_t)plain;
		f->begun = f->begun || plain;
		if (i == n)
			break;
		if (p[i] == '\n') {
			f->begun = true;
			f->index++;
			f->line++;
			f->col = 0;
			i++;
			continue;
		}
		if (!ended && n - i < 4 && is_cut(p + i, n - i)) {
			f->ncarry = n - i;
			memcpy(f->carry, p + i, f->ncarry);
			break;
		}
		len = look_at(p + i, n - i, &bad);
		if (bad && !note_bad(f, p + i, len))
			return false;
		f->begun = true;
		f->index++;
		f->col++;
		i += len;
	}
	*used = i;
	return true;
}

long io_yaml_feed(struct yaml_feed *f, const struct csm_source *src, char *p, size_t size)
{
	size_t used = 0;
	long n = 1;

	while (n > 0 && used == 0) {
		size_t had = f->ncarry;

		memcpy(p, f->carry, had);
		errno = 0;
		n = src->read(src->arg, p + had, size - had);
		if (n < 0)
			return -1;
		f->ncarry = 0;
		if (!check(f, p, had + (size_t)n, n == 0, &used))
			return -1;
	}
	return (long)used;
}

const struct yaml_bad *io_yaml_bad(const struct yaml_feed *f)
{
	return f->nbad ? f->bad : NULL;
}

void io_yaml_forget(struct yaml_feed *f, int64_t index)
{
	unsigned n = 0;

	while (n < f->nbad && f->bad[n].index < index)
		n++;
	f->nbad -= n;
	memmove(f->bad, f->bad + n, f->nbad * sizeof(*f->bad));
}
