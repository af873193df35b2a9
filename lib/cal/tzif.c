/* SPDX-License-Identifier: MIT */
/*
 * tzif.c - time zone files (RFC 9636, versions 1 to 4) from the system's tzdata. Read by hand: the
 * C library knows one zone a process, through the environment, and takes a name it does not know
 * for UTC.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cal_priv.h"

#define ZONE_DIR "/usr/share/zoneinfo"
#define FILE_MAX_SIZE (256 * 1024) /* the biggest real one has 4 KiB */
#define NAME_MAX_LEN 128
#define HEADER_SIZE 44

struct tz_header {
	int version;
	uint32_t isut, isstd, leap, time, type, chars;
};

struct tz_file {
	const unsigned char *p;
	size_t n;
};

static int refuse_name(const char *name, struct csm_err *err)
{
	return csm_fail(
		err, CSM_E_INVALID,
		"time zone '%.128s' is not known (expected an IANA name such as Europe/Berlin)",
		name);
}

/*
 * Only what names of zones are made of, no empty, "." or ".." part, and not the machine's own
 * setting.
 */
static bool check_name(const char *name)
{
	const char *allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
	size_t n = strlen(name);

	return n > 0 && n <= NAME_MAX_LEN && strspn(name, allowed) == n && name[0] != '/' &&
	       name[n - 1] != '/' && !strstr(name, "//") && strcmp(name, "localtime") != 0;
}

/* The whole of an open file; *out NULL when it is no regular file of a likely size. */
static int read_fd(struct csm_arena *a, int fd, char **out, size_t *n, struct csm_err *err)
{
	struct stat st;
	size_t got = 0;
	char *buf;

	*out = NULL;
	if (fstat(fd, &st) != 0)
		return csm_fail(err, CSM_E_IO, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX_SIZE)
		return CSM_OK;
	buf = csm_alloc(a, (size_t)st.st_size + 1);
	while (got < (size_t)st.st_size) {
		ssize_t r = read(fd, buf + got, (size_t)st.st_size - got);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return csm_fail(err, CSM_E_IO, "%s", strerror(errno));
		if (r == 0)
			break;
		got += (size_t)r;
	}
	*out = buf;
	*n = got;
	return CSM_OK;
}

static uint32_t get_u32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t get_i32(const unsigned char *p)
{
	uint32_t u = get_u32(p);

	return u <= INT32_MAX ? (int64_t)u : (int64_t)u - (INT64_C(1) << 32);
}

static int64_t get_i64(const unsigned char *p)
{
	uint64_t u = (uint64_t)get_u32(p) << 32 | get_u32(p + 4);

	return u <= INT64_MAX ? (int64_t)u : -(int64_t)(UINT64_MAX - u) - 1;
}

/* Step over the header at the front of f. */
static bool take_header(struct tz_file *f, struct tz_header *h)
{
	const unsigned char *p = f->p;

	if (f->n < HEADER_SIZE || memcmp(p, "TZif", 4) != 0)
		return false;
	h->version = p[4] == 0 ? 1 : p[4] >= '2' ? p[4] - '0' : 0;
	h->isut = get_u32(p + 20);
	h->isstd = get_u32(p + 24);
	h->leap = get_u32(p + 28);
	h->time = get_u32(p + 32);
	h->type = get_u32(p + 36);
	h->chars = get_u32(p + 40);
	f->p += HEADER_SIZE;
	f->n -= HEADER_SIZE;
	return h->version > 0 && h->type > 0 && h->type <= 256 && h->chars > 0 &&
	       (h->isut == 0 || h->isut == h->type) && (h->isstd == 0 || h->isstd == h->type);
}

static uint64_t data_size(const struct tz_header *h, uint64_t word)
{
	return h->time * word + h->time + h->type * UINT64_C(6) + h->chars + h->leap * (word + 4) +
	       h->isstd + (uint64_t)h->isut;
}

/* Transitions and offsets out of the data block at the front of f. */
static bool take_data(struct csm_arena *a, struct tz_file *f, const struct tz_header *h,
		      unsigned word, struct csm_zone *z)
{
	uint64_t size = data_size(h, word);
	const unsigned char *at = f->p, *index, *types;
	int64_t *ats, prev = 0;
	int32_t *offs;

	if (size > f->n)
		return false;
	index = at + (size_t)h->time * word;
	types = index + h->time;
	for (uint32_t i = 0; i < h->type; i++) {
		int64_t off = get_i32(types + i * 6);

		if (off < -CAL_OFFSET_MAX || off > CAL_OFFSET_MAX)
			return false;
	}
	ats = csm_calloc(a, h->time, sizeof(*ats));
	offs = csm_calloc(a, h->time, sizeof(*offs));
	for (uint32_t i = 0; i < h->time; i++) {
		int64_t t = word == 8 ? get_i64(at + i * 8) : get_i32(at + i * 4);

		if (index[i] >= h->type || (i > 0 && t <= prev))
			return false;
		prev = t;
		ats[i] = t < CAL_BEFORE ? CAL_BEFORE : t > CAL_AFTER ? CAL_AFTER : t;
		offs[i] = (int32_t)get_i32(types + index[i] * 6);
	}
	z->n = h->time;
	z->at = ats;
	z->off = offs;
	z->first = (int32_t)get_i32(types);
	f->p += size;
	f->n -= size;
	return true;
}

/* "\nTZ\n" after the second data block; an empty TZ says that nothing is known. */
static bool take_footer(struct csm_arena *a, const struct tz_file *f, struct cal_rule *out)
{
	const unsigned char *end;

	if (f->n < 2 || f->p[0] != '\n' || !(end = memchr(f->p + 1, '\n', f->n - 1)))
		return false;
	if (end == f->p + 1)
		return true;
	return cal_rule_parse(csm_strndup(a, (const char *)f->p + 1, (size_t)(end - f->p - 1)),
			      out);
}

/* NULL, or what is wrong with the file. */
static const char *parse_file(struct csm_arena *a, struct tz_file f, struct csm_zone *z)
{
	struct tz_header h;
	unsigned word = 4;

	if (!take_header(&f, &h))
		return "no time zone file";
	if (h.version > 1) { /* the first block is for readers of 32 bits: step over it */
		uint64_t size = data_size(&h, 4);

		if (size > f.n)
			return "damaged";
		f.p += size;
		f.n -= size;
		if (!take_header(&f, &h))
			return "damaged";
		word = 8;
	}
	if (h.leap > 0)
		return "a zone that counts leap seconds, which csm's moments do not";
	if (!take_data(a, &f, &h, word, z))
		return "damaged";
	if (word == 8 && !take_footer(a, &f, &z->rule))
		return "damaged";
	return NULL;
}

/* A name that leads nowhere is the user's mistake, a missing folder the machine's. */
static int explain_open(const char *dir, const char *name, int why, struct csm_err *err)
{
	struct stat st;

	if (why != ENOENT && why != ENOTDIR && why != ELOOP && why != ENAMETOOLONG)
		return csm_fail(err, CSM_E_IO, "'%.256s/%.128s': %s", dir, name, strerror(why));
	if (stat(dir, &st) != 0)
		return csm_fail(err, CSM_E_NOINPUT,
				"no time zone data in '%.256s' (expected the package tzdata)", dir);
	return refuse_name(name, err);
}

int csm_zone_load(struct csm_arena *a, const char *dir, const char *name,
		  const struct csm_zone **out, struct csm_err *err)
{
	struct csm_zone *z;
	const char *wrong;
	char *bytes;
	size_t n = 0;
	int fd, rc;

	dir = dir ? dir : ZONE_DIR;
	if (!check_name(name))
		return refuse_name(name, err);
	z = csm_alloc(a, sizeof(*z));
	z->name = csm_strdup(a, name);
	*out = z;
	if (strcmp(name, "UTC") == 0)
		return CSM_OK;
	fd = open(csm_sprintf(a, "%s/%s", dir, name), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return explain_open(dir, name, errno, err);
	rc = read_fd(a, fd, &bytes, &n, err);
	close(fd);
	if (rc != CSM_OK)
		return csm_wrap(err, "'%.256s/%.128s'", dir, name);
	if (!bytes)
		return refuse_name(name, err);
	wrong = parse_file(a, (struct tz_file){ (const unsigned char *)bytes, n }, z);
	if (wrong)
		return csm_fail(err, CSM_E_INVALID, "time zone '%.128s': '%.256s/%.128s' is %s",
				name, dir, name, wrong);
	return CSM_OK;
}

/* The word that follows prefix at the front of the file, or NULL. */
static const char *read_word(struct csm_arena *a, const char *path, const char *prefix)
{
	char buf[64];
	size_t n, skip = strlen(prefix);
	ssize_t r;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return NULL;
	r = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	if (r <= 0)
		return NULL;
	buf[r] = '\0';
	if (strncmp(buf, prefix, skip) != 0)
		return NULL;
	n = strspn(buf + skip, "abcdefghijklmnopqrstuvwxyz0123456789.-");
	return n > 0 ? csm_strndup(a, buf + skip, n) : NULL;
}

const char *csm_zone_tzdata_version(struct csm_arena *a, const char *dir)
{
	const char *v;

	dir = dir ? dir : ZONE_DIR;
	v = read_word(a, csm_sprintf(a, "%s/tzdata.zi", dir), "# version ");
	if (!v)
		v = read_word(a, csm_sprintf(a, "%s/+VERSION", dir), "");
	return v ? v : "unknown";
}
