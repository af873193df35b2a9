/* SPDX-License-Identifier: MIT */
/*
 * sweep.c - the K-th call fails, for each K. The verdict on a point is one of: (done, state after), (not done, state before), (74, state after, and
 * it says so), (killed, state before or after). Anything else is a failure, told with what repeats that point alone.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "harness.h"
#include "shim.h"

uint64_t chance(const struct row *row, const char *salt, uint64_t i)
{
	uint64_t h = H.seed ^ 0x9e3779b97f4a7c15u;

	for (const char *s = row->text; *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	for (const char *s = salt; *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	h ^= i * 0xbf58476d1ce4e5b9u;
	h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
	h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
	return h ^ (h >> 31);
}

void fail_point(const struct base *b, const char *plan, const char *why)
{
	H.failed++;
	printf("not ok line %d: csm %s\n  %s: %s\n", b->row->line, b->row->text, plan, why);
	if (strncmp(plan, "power", 5) != 0 && *run_shared()->at)
		printf("  the fault was at: %s\n", run_shared()->at);
	printf("  again: tests/fault/run.sh -l %d -p %s -S %llu\n", b->row->line, plan, (unsigned long long)H.seed);
	fflush(stdout);
	if (H.keep)
		exit(1);
}

/* Names of files that are there for a moment only. */
static bool is_temporary(const char *name)
{
	return strstr(name, ".tmp") || strncmp(name, "tmp/", 4) == 0;
}

/* A line without what is around it in a document that grows: how deep it stands, and whether another one follows. n 0: it is nothing else. */
static const unsigned char *core_of(const unsigned char *line, const unsigned char *end, size_t *n)
{
	bool says = false;

	while (line < end && *line == ' ')
		line++;
	while (end > line && (end[-1] == ',' || end[-1] == '\n'))
		end--;
	for (const unsigned char *p = line; p < end; p++)
		says = says || !strchr("[]{}-", *p);
	*n = says ? (size_t)(end - line) : 0;
	return line;
}

static bool has_line(const struct file *of, const unsigned char *core, size_t n)
{
	for (const unsigned char *at = of->data, *end = at + of->n, *nl; at < end; at = nl + 1) {
		const unsigned char *hit;
		size_t left;

		nl = memchr(at, '\n', (size_t)(end - at));
		if (!nl)
			return false;
		hit = core_of(at, nl, &left);
		if (left == n && memcmp(hit, core, n) == 0)
			return true;
	}
	return false;
}

/*
 * Whether a file has whole lines of another only: what a command that stops in between has come to. torn: behind them, what was being added when it
 * was killed or the power failed may be there in part.
 */
static bool is_part(const struct file *f, const struct file *of, bool torn)
{
	size_t end, n;

	for (size_t at = 0; of && at < f->n; at = end) {
		const unsigned char *nl = memchr(f->data + at, '\n', f->n - at);
		const unsigned char *core;

		if (!nl)
			return torn && at;
		end = (size_t)(nl - f->data) + 1;
		core = core_of(f->data + at, nl, &n);
		if (n && !has_line(of, core, n))
			return torn && at;
	}
	return of != NULL;
}

const char *check_files(const struct base *b, bool at_end, bool strays, bool torn)
{
	static char said[300];
	struct tree now;

	*said = '\0';
	tree_read(&now, H.work);
	for (size_t i = 0; i < now.n && !*said; i++) {
		const struct file *f = &now.v[i], *was = tree_find(&b->before, f->name), *is = tree_find(&b->after, f->name);

		if (is_of_database(f->name) || file_same(f, is) || (!at_end && file_same(f, was)) ||
		    (!at_end && b->row->files && is_part(f, is, torn)))
			continue;
		if (!was && !is && (!strays || !is_temporary(f->name)))
			snprintf(said, sizeof(said), "%s is left behind", f->name);
		else if (was || is)
			snprintf(said, sizeof(said), "%s is neither as before nor as after", f->name);
	}
	for (size_t i = 0; i < b->after.n && !*said; i++) {
		const char *name = b->after.v[i].name;

		if (is_of_database(name) || tree_find(&now, name))
			continue;
		if (at_end || tree_find(&b->before, name))
			snprintf(said, sizeof(said), "%s is lost", name);
	}
	tree_free(&now);
	return *said ? said : NULL;
}

/* Whether the database is byte for byte as it was, with no log beside it: then nothing need be opened. */
static bool is_untouched(const struct base *b)
{
	struct tree now;
	bool same;

	tree_read(&now, H.work);
	same = file_same(tree_find(&now, "csm.db"), tree_find(&b->before, "csm.db")) && !tree_find(&now, "csm.db-wal") &&
	       !tree_find(&now, "csm.db-journal");
	tree_free(&now);
	return same;
}

static bool says(const struct result *r, const char *words)
{
	return strstr(r->err, words) != NULL;
}

int count_told(const char *s, size_t n)
{
	static const char words[] = "\"status\":0";
	const char *p = s;
	int told = 0;

	while (p && (p = memmem(p, n - (size_t)(p - s), words, sizeof(words) - 1)) != NULL) {
		told++;
		p += sizeof(words) - 1;
	}
	return told;
}

/* A command of parts: what it told of is stored; without a fault, all of it. */
static const char *judge_parts(const struct base *b, const struct result *r, const struct state *s)
{
	if (s->changes - b->was.changes < count_told(r->out, r->out_n))
		return "it told of more than is stored";
	if (r->status == b->good.status && s->hash != b->is.hash)
		return "it says that it is done, but it is not stored";
	return NULL;
}

/* The status and what it claims, against what is there. */
static const char *judge(const struct base *b, const char *plan, const struct result *r, const struct state *s)
{
	bool before = s->hash == b->was.hash, after = s->hash == b->is.hash, memory = strncmp(plan, "mem", 3) == 0;
	const char *wrong;

	if (r->status == -3)
		return "it hangs";
	if (r->status == -2)
		return "it died by a signal";
	if (*s->damage)
		return s->damage;
	if (b->row->parts)
		return judge_parts(b, r, s);
	if (!before && !after && !b->row->resumes)
		return "the state is neither before nor after";
	if (r->status == -1)
		return check_files(b, false, true, true);
	/* who can't unlink, and who has no memory left, can't clean up; nor who can't cut off what was written in part */
	wrong = check_files(b, r->status == b->good.status, memory || strstr(plan, ":eio"), strstr(plan, ":short+") != NULL);
	if (wrong)
		return wrong;
	if (r->status == b->good.status) {
		if (!after)
			return "it says that it is done, but it is not stored";
		return r->out_n == b->good.out_n && memcmp(r->out, b->good.out, r->out_n) == 0 ? NULL : "its output is not whole";
	}
	if (!run_shared()->hit)
		return "it fails without a fault";
	if (r->status == 74 && before != after && before && says(r, ": stored, output lost"))
		return "it says that it is stored, but it is not";
	if (r->status == 74 && (before || (b->row->resumes && !after)))
		return NULL;
	if (r->status == 74 && (says(r, "stored, output lost") || says(r, "outcome is unknown")))
		return NULL;
	if (r->status == 74)
		return "74 and stored, but it does not say so";
	if ((r->status == 71 && memory) || (r->status == 76 && strncmp(plan, "read", 4) == 0))
		return before || b->row->resumes ? NULL : "it says that nothing was stored, but it is";
	return "the exit status is none of those it may have";
}

/* What the same command does now: it must come to the end as if nothing had been. */
static const char *go_on(const struct base *b)
{
	static char said[300];
	struct result r;
	struct state s;

	*said = '\0';
	run_csm(b->row, NULL, &r);
	state_read(&s, H.work);
	if (r.status != b->good.status)
		snprintf(said, sizeof(said), "after that the same command ends with %d: %.200s", r.status, r.err);
	else if (*s.damage || s.hash != b->is.hash)
		snprintf(said, sizeof(said), "after that the same command comes to another state %s", s.damage);
	else if (b->row->files && check_files(b, true, true, false))
		snprintf(said, sizeof(said), "after that the same command leaves other files");
	result_free(&r);
	return *said ? said : NULL;
}

void sweep_point(const struct base *b, const char *plan)
{
	const char *wrong = NULL;
	struct result r, check;
	struct state s = b->was;
	bool untouched;

	tree_lay(&b->before, H.work);
	run_csm(b->row, plan, &r);
	H.states++;
	untouched = is_untouched(b);
	if (!untouched && H.check && tree_find(&b->before, "csm.db")) {
		/* between its steps a migration leaves an older schema, which check refuses */
		if (!run_check(&check) && !(b->row->resumes && check.status == 78))
			wrong = "csm db check finds something wrong";
		result_free(&check);
	}
	if (!untouched)
		state_read(&s, H.work);
	if (!wrong)
		wrong = judge(b, plan, &r, &s);
	if (!wrong && r.status != b->good.status && s.hash != b->is.hash && !untouched && !b->row->parts)
		wrong = go_on(b);
	if (wrong) {
		char *why = text("%s (status %d, the database is as %s)%s%s", wrong, r.status,
				 s.hash == b->is.hash ? "after" : s.hash == b->was.hash ? "before" : "neither", *r.err ? "\n  it said: " : "",
				 r.err);

		fail_point(b, plan, why);
		free(why);
	} else {
		H.passed++;
	}
	result_free(&r);
}

/* Whether a fault of a kind can befall the K-th call. */
static bool is_meant(const struct base *b, const char *kind, int64_t k)
{
	uint8_t op = k <= FAULT_OPS ? b->counts->op[k - 1] : SHIM_WRITE;

	if (strncmp(kind, "short", 5) == 0)
		return op == SHIM_WRITE;
	return strncmp(kind, "nospc", 5) != 0 || (op != SHIM_SYNC && op != SHIM_UNLINK);
}

static char *plan_of(const char *kind, int64_t k)
{
	if (strncmp(kind, "mem", 3) == 0)
		return text("mem:%lld%s", (long long)k, kind + 3);
	if (strncmp(kind, "read", 4) == 0)
		return text("read:%lld:eio%s", (long long)k, kind + 4);
	return text("io:%lld:%s", (long long)k, kind);
}

void sweep(const struct base *b, const char *kind)
{
	int64_t n = strncmp(kind, "mem", 3) == 0 ? b->counts->mem : strncmp(kind, "read", 4) == 0 ? b->counts->read : b->counts->io;
	int64_t *k = need(calloc((size_t)n + 1, sizeof(*k))), m = 0, tries, points = points_of(b->row);

	for (int64_t i = 1; i <= n; i++)
		if (*kind == 'm' || *kind == 'r' || is_meant(b, kind, i))
			k[m++] = i;
	tries = points && points < m ? points : m;
	for (int64_t i = 0; i < tries; i++) {
		int64_t j = i + (int64_t)(chance(b->row, kind, (uint64_t)i) % (uint64_t)(m - i)), pick = tries < m ? k[j] : k[i];
		char *plan = plan_of(kind, pick);

		if (tries < m)
			k[j] = k[i];
		sweep_point(b, plan);
		free(plan);
	}
	free(k);
}
