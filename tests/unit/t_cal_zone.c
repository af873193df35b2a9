/* SPDX-License-Identifier: MIT */
/*
 * t_cal_zone.c - zones: all of the system's tzdata against the C library's own reading of it, files made by
 * hand for each version and each kind of damage, names that are refused.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <csm/arena.h>
#include <csm/cal.h>
#include <csm/time.h>

#include "t_cal_help.h"

struct fixture {
	struct csm_arena *a;
	struct csm_err err;
	uint64_t seed;
	char dir[64];
};

/* What the C library thinks; TZ is set. */
static int32_t offset_by_libc(int64_t t)
{
	time_t tt = (time_t)t;
	struct tm tm;

	if (!localtime_r(&tt, &tm))
		return INT32_MIN;
	return (int32_t)(csm_days_from_civil(tm.tm_year + INT64_C(1900), (unsigned)tm.tm_mon + 1,
					     (unsigned)tm.tm_mday) *
				 CSM_DAY +
			 tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec - t);
}

static void compare_at(const char *name, const struct csm_zone *z, int64_t t)
{
	t_checks++;
	if (csm_zone_offset(z, t) == offset_by_libc(t))
		return;
	t_failures++;
	printf("%s at %" PRId64 ": offset %d, C library %d\n", name, t, (int)csm_zone_offset(z, t),
	       (int)offset_by_libc(t));
}

/* Random moments, and the seconds around a change that lies between two of them. */
static void compare_zone(struct fixture *f, const char *name)
{
	const struct csm_zone *z = NULL;

	T_EQ_INT(csm_zone_load(f->a, NULL, name, &z, &f->err), CSM_OK);
	T_EQ_INT(setenv("TZ", csm_sprintf(f->a, ":%s", name), 1), 0);
	tzset();
	for (int i = 0; i < 40; i++) {
		int64_t first = csm_days_from_civil(i % 4 ? 1970 : 1900, 1, 1),
			last = csm_days_from_civil(i % 4 ? 2100 : 9999, 1, 1);
		int64_t t = t_between(&f->seed, first * CSM_DAY, last * CSM_DAY), lo = t,
			hi = t + 120 * CSM_DAY;

		compare_at(name, z, t);
		if (csm_zone_offset(z, lo) == csm_zone_offset(z, hi))
			continue;
		while (hi - lo > 1) {
			int64_t mid = lo + (hi - lo) / 2;

			if (csm_zone_offset(z, mid) == csm_zone_offset(z, t))
				lo = mid;
			else
				hi = mid;
		}
		compare_at(name, z, lo);
		compare_at(name, z, hi);
		for (int64_t d = -2; d <= 2; d++) {
			int64_t wall =
				hi + csm_zone_offset(z, lo) + d * 1800 + t_between(&f->seed, 0, 1799);

			T_EQ_INT(csm_zone_from_wall(z, wall), t_wall_by_search(z, wall));
		}
	}
}

static void test_all_zones(struct fixture *f)
{
	struct csm_vec names = t_zone_names(f->a);

	for (size_t i = 0; i < names.n; i++) {
		struct csm_mark mark = csm_arena_mark(f->a);

		compare_zone(f, *CSM_AT(&names, const char *, i));
		csm_arena_rewind(f->a, mark);
	}
}

static void test_names(struct fixture *f)
{
	static const char *const bad[] = {
		"",
		"/etc/passwd",
		"/usr/share/zoneinfo/UTC",
		"..",
		"../zoneinfo/UTC",
		"Europe/../UTC",
		"./UTC",
		"Europe",
		"Europe/",
		"Europe//Berlin",
		"Europe/Berlin/",
		"Nowhere/Land",
		"tzdata.zi",
		"zone.tab",
		"localtime",
		"iso3166.tab",
		"Europe\nBerlin",
	};
	const struct csm_zone *z = NULL;
	char longest[200];

	for (unsigned i = 0; i < CSM_COUNT(bad); i++)
		T_EQ_INT(csm_zone_load(f->a, NULL, bad[i], &z, &f->err), CSM_E_INVALID);
	memset(longest, 'A', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	T_EQ_INT(csm_zone_load(f->a, NULL, longest, &z, &f->err), CSM_E_INVALID);
	T_EQ_INT(csm_zone_load(f->a, "/nowhere/at/all", "Europe/Berlin", &z, &f->err), CSM_E_NOINPUT);
	T_EQ_INT(csm_zone_load(f->a, "/nowhere/at/all", "UTC", &z, &f->err), CSM_OK);
	T_EQ_INT(csm_zone_offset(z, 0), 0);
	T_EQ_INT(csm_zone_load(f->a, NULL, "Etc/GMT+12", &z, &f->err), CSM_OK);
	T_EQ_INT(csm_zone_offset(z, 0), -12 * 3600);
	T_EQ_STR(csm_zone_tzdata_version(f->a, "/nowhere/at/all"), "unknown");
	T_OK(strncmp(csm_zone_tzdata_version(f->a, NULL), "20", 2) == 0);
}

/* ---- files made by hand ---- */

static void add_u32(struct csm_buf *b, uint32_t n)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		csm_buf_addc(b, (char)(n >> shift & 0xff));
}

static void add_header(struct csm_buf *b, char version, uint32_t leap, uint32_t time, uint32_t type)
{
	static const char zeros[15];

	csm_buf_add(b, "TZif");
	csm_buf_addc(b, version);
	csm_buf_addn(b, zeros, sizeof(zeros));
	add_u32(b, 0);
	add_u32(b, 0);
	add_u32(b, leap);
	add_u32(b, time);
	add_u32(b, type);
	add_u32(b, 4);
}

/* Type 0: LMT +0:10:07, type 1: +1 h. */
static void add_types(struct csm_buf *b)
{
	add_u32(b, 607);
	csm_buf_addn(b, "\0\0", 2);
	add_u32(b, 3600);
	csm_buf_addn(b, "\0\0", 2);
	csm_buf_addn(b, "LMT", 4);
}

static void save(struct fixture *f, const char *name, const void *bytes, size_t n)
{
	FILE *out = fopen(csm_sprintf(f->a, "%s/%s", f->dir, name), "wb");

	T_OK(out && fwrite(bytes, 1, n, out) == n);
	T_OK(out && fclose(out) == 0);
}

static int load(struct fixture *f, const char *name, const struct csm_zone **z)
{
	return csm_zone_load(f->a, f->dir, name, z, &f->err);
}

/* A file of version 2 with a single transition, at the epoch, and a footer. */
static struct csm_buf make_v2(struct fixture *f, const char *footer)
{
	struct csm_buf b = CSM_BUF(f->a);

	add_header(&b, '2', 0, 0, 1); /* the block of 32 bits is a stub, as zic -b slim makes it */
	add_u32(&b, 0);
	csm_buf_addn(&b, "\0\0", 2);
	csm_buf_addn(&b, "LMT", 4);
	add_header(&b, '2', 0, 1, 2);
	add_u32(&b, 0);
	add_u32(&b, 0);
	csm_buf_addc(&b, 1);
	add_types(&b);
	csm_buf_add(&b, footer);
	return b;
}

static void test_versions(struct fixture *f)
{
	const struct csm_zone *z = NULL;
	struct csm_buf b = CSM_BUF(f->a);

	add_header(&b, 0, 0, 1, 2);
	add_u32(&b, 0x80000000u);
	csm_buf_addc(&b, 1);
	add_types(&b);
	save(f, "V1", b.s, b.n);
	T_EQ_INT(load(f, "V1", &z), CSM_OK);
	T_EQ_INT(csm_zone_offset(z, INT32_MIN), 3600);
	T_EQ_INT(csm_zone_offset(z, INT64_C(-2147483649)), 607);
	T_EQ_INT(csm_zone_offset(z, CSM_TIME_MAX), 3600);
	T_EQ_INT(csm_zone_offset(z, INT64_MIN), 607);
	T_EQ_INT(csm_zone_offset(z, INT64_MAX), 3600);

	b = make_v2(f, "\n\n");
	save(f, "V2", b.s, b.n);
	T_EQ_INT(load(f, "V2", &z), CSM_OK);
	T_EQ_INT(csm_zone_offset(z, -1), 607);
	T_EQ_INT(csm_zone_offset(z, 0), 3600);
	T_EQ_INT(csm_zone_from_wall(z, 607), 0);
	T_EQ_INT(csm_zone_from_wall(z, 606), -1);
	T_EQ_INT(csm_zone_from_wall(z, 700), 93); /* in the gap of 2993 s */
	T_EQ_INT(csm_zone_from_wall(z, 3600), 0);
	b = make_v2(f, "\nCET-1CEST,M3.5.0,M10.5.0/3\n");
	save(f, "Footer", b.s, b.n);
	T_EQ_INT(load(f, "Footer", &z), CSM_OK);
	T_EQ_INT(csm_zone_offset(z, -100 * CSM_DAY), 607);
	T_EQ_INT(csm_zone_offset(z, csm_days_from_civil(9999, 7, 1) * CSM_DAY), 7200);
	T_EQ_INT(csm_zone_from_wall(z, INT64_MAX) > 0, true);
	T_EQ_INT(csm_zone_from_wall(z, INT64_MIN) < 0, true);
}

/* Days on which a footer's daylight saving time begins and ends, worked out by hand. */
static void test_footers(struct fixture *f)
{
	static const struct {
		const char *tz, *on, *off; /* moments of a change to and from daylight saving time */
		int32_t std, dst;
	} rows[] = {
		{ "CET-1CEST,M3.5.0,M10.5.0/3", "2050-03-27T01:00:00Z", "2050-10-30T01:00:00Z", 3600,
		  7200 },
		{ "EST5EDT,M3.2.0,M11.1.0", "2050-03-13T07:00:00Z", "2050-11-06T06:00:00Z", -18000,
		  -14400 },
		{ "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2050-03-27T01:00:00Z", "2050-10-30T01:00:00Z", -7200,
		  -3600 },
		{ "IST-1GMT0,M10.5.0,M3.5.0/1", "2050-10-30T01:00:00Z", "2051-03-26T01:00:00Z", 3600, 0 },
		{ "EET-2EEST,M3.4.4/50,M10.4.4/50", "2050-03-26T00:00:00Z", "2050-10-28T23:00:00Z", 7200,
		  10800 },
		{ "AAA0BBB,J60/0,J300/0", "2052-03-01T00:00:00Z", "2052-10-26T23:00:00Z", 0, 3600 },
		{ "AAA0BBB,59/0,299/0", "2052-02-29T00:00:00Z", "2052-10-25T23:00:00Z", 0, 3600 },
		{ "AAA0BBB,59/0,299/0", "2051-03-01T00:00:00Z", "2051-10-26T23:00:00Z", 0, 3600 },
		{ "AAA0BBB,J1/-167,J100/167", "2050-12-25T01:00:00Z", "2051-04-16T22:00:00Z", 0, 3600 },
		{ "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2050-10-01T15:30:00Z", "2051-04-01T15:00:00Z",
		  37800, 39600 },
		{ "AAA0:00:01BBB0:00:02,J10/0:0:1,J20", "2050-01-10T00:00:02Z", "2050-01-20T02:00:02Z", -1,
		  -2 },
	};

	for (unsigned i = 0; i < CSM_COUNT(rows); i++) {
		struct csm_buf b = make_v2(f, csm_sprintf(f->a, "\n%s\n", rows[i].tz));
		const struct csm_zone *z = NULL;
		int64_t on = 0, off = 0;

		save(f, "Rule", b.s, b.n);
		T_EQ_INT(load(f, "Rule", &z), CSM_OK);
		T_EQ_INT(csm_time_parse(rows[i].on, &on, NULL, NULL), CSM_OK);
		T_EQ_INT(csm_time_parse(rows[i].off, &off, NULL, NULL), CSM_OK);
		T_EQ_INT(csm_zone_offset(z, on - 1), rows[i].std);
		T_EQ_INT(csm_zone_offset(z, on), rows[i].dst);
		T_EQ_INT(csm_zone_offset(z, off - 1), rows[i].dst);
		T_EQ_INT(csm_zone_offset(z, off), rows[i].std);
	}
}

/* Daylight saving time all year, in the two ways it is written. */
static void test_all_year(struct fixture *f)
{
	static const char *const footers[] = { "\nXXX3EDT4,0/0,J365/23\n", "\nXXX5EDT4,0/0,J365/25\n" };

	for (unsigned i = 0; i < CSM_COUNT(footers); i++) {
		struct csm_buf b = make_v2(f, footers[i]);
		const struct csm_zone *z = NULL;
		int64_t year = csm_days_from_civil(2051, 1, 1) * CSM_DAY;

		save(f, "Rule", b.s, b.n);
		T_EQ_INT(load(f, "Rule", &z), CSM_OK);
		for (int64_t t = year - 30 * 3600; t < year + 30 * 3600; t += 900)
			T_EQ_INT(csm_zone_offset(z, t), -4 * 3600);
		T_EQ_INT(csm_zone_from_wall(z, year), year + 4 * 3600);
	}
}

static void test_damage(struct fixture *f)
{
	static const char *const footers[] = {
		"",
		"\n",
		"x\n\n",
		"\nCET\n",
		"\nCET-25\n",
		"\nCE-1\n",
		"\n<CET-1\n",
		"\nCET-1CEST\n",
		"\nCET-1CEST,M3.5.0\n",
		"\nCET-1CEST,M13.5.0,M10.5.0\n",
		"\nCET-1CEST,M3.6.0,M10.5.0\n",
		"\nCET-1CEST,M3.5.7,M10.5.0\n",
		"\nCET-1:60\n",
		"\nCET-1CEST,J0,J366\n",
		"\nCET-1CEST,1,366\n",
		"\nCET-1CEST,M3.5.0/168,M10.5.0\n",
		"\nCET-1CEST,M3.5.0,M10.5.0,\n",
		"\nCET-1CEST-99,M3.5.0,M10.5.0\n",
		"\nCET-1C,M3.5.0,M10.5.0\n",
		"\nCET-1CEST,M3,M10\n",
		"\nCET-1:0:61\n",
	};
	const struct csm_zone *z = NULL;
	struct csm_buf good = make_v2(f, "\n\n"), b;

	for (unsigned i = 0; i < CSM_COUNT(footers); i++) {
		b = make_v2(f, footers[i]);
		save(f, "Bad", b.s, b.n);
		T_EQ_INT(load(f, "Bad", &z), CSM_E_INVALID);
	}
	for (size_t n = 0; n < good.n; n++) { /* cut anywhere */
		save(f, "Bad", good.s, n);
		T_EQ_INT(load(f, "Bad", &z), CSM_E_INVALID);
	}
	for (size_t i = 0; i < good.n;
	     i++) { /* any byte: whatever comes out, nothing is read outside of the file */
		char keep = good.s[i];

		good.s[i] = (char)0xff;
		save(f, "Bad", good.s, good.n);
		if (load(f, "Bad", &z) == CSM_OK)
			T_OK(csm_zone_offset(z, 0) >= -93600);
		good.s[i] = keep;
	}
}

/* Whole files that are wrong as a whole. */
static void test_wrong_files(struct fixture *f)
{
	const struct csm_zone *z = NULL;
	struct csm_buf b = CSM_BUF(f->a);

	add_header(&b, 0, 1, 0, 2);
	add_types(&b);
	csm_buf_addn(&b, "\0\0\0\0\0\0\0\1", 8);
	save(f, "Leap", b.s, b.n);
	T_EQ_INT(load(f, "Leap", &z), CSM_E_INVALID);
	T_OK(strstr(f->err.msg, "leap seconds"));
	b = (struct csm_buf)CSM_BUF(f->a);
	add_header(&b, 0, 0, 2, 2); /* transitions out of order */
	add_u32(&b, 5);
	add_u32(&b, 5);
	csm_buf_addn(&b, "\0\1", 2);
	add_types(&b);
	save(f, "Bad", b.s, b.n);
	T_EQ_INT(load(f, "Bad", &z), CSM_E_INVALID);
	b = (struct csm_buf)CSM_BUF(f->a);
	for (int i = 0; i < 300; i++) /* bigger than any zone can be */
		csm_buf_addn(&b, (char[1024]){ 'T', 'Z', 'i', 'f' }, 1024);
	save(f, "Big", b.s, b.n);
	T_EQ_INT(load(f, "Big", &z), CSM_E_INVALID);
}

/* A name in the folder that the system will not open. */
static void test_unreadable(struct fixture *f)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const struct csm_zone *z = NULL;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/Socket", f->dir);
	T_OK(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	close(fd);
	T_EQ_INT(load(f, "Socket", &z), CSM_E_IO);
	T_OK(strstr(f->err.msg, "/Socket': "));
}

static void test_version_file(struct fixture *f)
{
	save(f, "+VERSION", "2031b\n", 6);
	T_EQ_STR(csm_zone_tzdata_version(f->a, f->dir), "2031b");
	save(f, "tzdata.zi", "# version 2032c\nZ a", 19);
	T_EQ_STR(csm_zone_tzdata_version(f->a, f->dir), "2032c");
	save(f, "tzdata.zi", "", 0);
	T_EQ_STR(csm_zone_tzdata_version(f->a, f->dir), "2031b");
}

static void remove_files(struct fixture *f)
{
	static const char *const names[] = { "V1",   "V2",  "Footer", "Rule",	  "Bad",
					     "Leap", "Big", "Socket", "+VERSION", "tzdata.zi" };

	for (unsigned i = 0; i < CSM_COUNT(names); i++)
		T_EQ_INT(unlink(csm_sprintf(f->a, "%s/%s", f->dir, names[i])), 0);
	T_EQ_INT(rmdir(f->dir), 0);
}

int main(void)
{
	struct fixture f = { .a = csm_arena_new(NULL, NULL), .seed = 88172645463325252u };

	snprintf(f.dir, sizeof(f.dir), "/tmp/csm-zone-XXXXXX");
	T_OK(mkdtemp(f.dir));
	test_all_zones(&f);
	test_names(&f);
	test_versions(&f);
	test_footers(&f);
	test_all_year(&f);
	test_damage(&f);
	test_wrong_files(&f);
	test_unreadable(&f);
	test_version_file(&f);
	remove_files(&f);
	csm_arena_free(f.a);
	T_DONE();
}
