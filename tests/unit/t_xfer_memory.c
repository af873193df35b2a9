/* SPDX-License-Identifier: MIT */
/*
 * t_xfer_memory.c - the memory of a load does not grow with its input: the most that a process takes for
 * many records and for twice as many, in each format. tests/bench/load.sh looks at big ones.
 */
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t_svc_help.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#endif

#define FIRST 8000			/* records */
/*
 * KiB that twice as many may take more, by buffers that grow to their size, and the last level of the keys that a change has written (4 MiB, lib/store/keys.c);
 * they took 10 MiB once.
 */
#define GROWTH (3072 + 4096)

/* A document that is made while it is read. */
struct made {
	enum csm_format format;
	int n, at;
	char text[1024];
	size_t size, given;
};

/* Accounts, of which every other one refers to the next, so that they are matched ahead. */
static void make_record(struct made *m)
{
	static const char text[] = "A text of some length, so that the record takes the room of a real one: "
				   "the quick brown fox jumps over the lazy dog, and over it again.";
	bool json = m->format == CSM_FMT_JSON, yaml = m->format == CSM_FMT_YAML;
	char parent[16] = "";
	int i = m->at++, n;

	if (i % 2 && m->at < m->n)
		snprintf(parent, sizeof(parent), "A%d", i + 1);
	if (m->format == CSM_FMT_CSV)
		n = snprintf(m->text, sizeof(m->text), "%sA%d,Account %d,true,%s,\"%s\"\n",
			     i ? "" : "external_id,name,customer,account_parent,notes\n", i, i, parent, text);
	else if (yaml)
		n = snprintf(m->text, sizeof(m->text),
			     "%s  - external_id: A%d\n    name: Account %d\n    customer: true\n    account_parent: "
			     "%s\n    notes: '%s'\n",
			     i ? "" : "account:\n", i, i, *parent ? parent : "~", text);
	else
		n = snprintf(m->text, sizeof(m->text),
			     "%s{\"external_id\": \"A%d\", \"name\": \"Account %d\", \"customer\": true, "
			     "\"account_parent\": %s%s%s, \"notes\": \"%s\"}%s\n",
			     json ? i ? "," : "[" : "", i, i, *parent ? "\"" : "", *parent ? parent : "null",
			     *parent ? "\"" : "", text, json && m->at == m->n ? "]" : "");
	m->size = (size_t)n;
	m->given = 0;
}

static long read_made(void *arg, void *p, size_t n)
{
	struct made *m = arg;

	if (m->given == m->size && m->at == m->n)
		return 0;
	if (m->given == m->size)
		make_record(m);
	n = n < m->size - m->given ? n : m->size - m->given;
	memcpy(p, m->text + m->given, n);
	m->given += n;
	return (long)n;
}

static int load(enum csm_format format, int n)
{
	struct made m = { .format = format, .n = n };
	struct csm_import_opts o = { .format = format };
	struct csm_source src = { .read = read_made, .arg = &m, .name = "made" };
	struct csm_import_result result;
	struct csm_import *im;
	int rc;

	s_begin();
	if (csm_db_exec(t_db, "PRAGMA cache_size = -512", &t_err))	/* full at once, and after that no more */
		return CSM_E_INTERNAL;
	o.type = t_type("account");
	rc = csm_import_open(&im, t_store, t_arena, &o, &t_err);
	if (!rc)
		rc = csm_import_read(im, src, &t_err);
	if (!rc)
		rc = csm_import_finish(im, &result, &t_err);
	if (!rc && (result.n != 1 || result.counts[0].created != n))
		rc = CSM_NO;
	if (rc)
		fprintf(stderr, "%d: %s\n", rc, t_err.msg);
	csm_import_close(im);
	rc = s_end(rc);
	t_end();
	return rc;
}

/* The most memory in KiB of a process that loads n records. */
static long peak(enum csm_format format, int n)
{
	struct rusage usage = { 0 };
	int status = 1, ends[2];
	pid_t child;

	T_OK(pipe(ends) == 0);
	child = fork();
	if (child == 0) {
		int rc = load(format, n);

		getrusage(RUSAGE_SELF, &usage);
		_exit(rc || write(ends[1], &usage, sizeof(usage)) != (long)sizeof(usage));
	}
	T_OK(child > 0 && waitpid(child, &status, 0) == child);
	T_EQ_INT(status, 0);
	T_OK(status || read(ends[0], &usage, sizeof(usage)) == (long)sizeof(usage));
	close(ends[0]);
	close(ends[1]);
	return usage.ru_maxrss;
}

int main(void)
{
	static const enum csm_format formats[] = { CSM_FMT_NDJSON, CSM_FMT_JSON, CSM_FMT_YAML, CSM_FMT_CSV };

#ifndef WATCHED
	for (unsigned i = 0; i < CSM_COUNT(formats) && t_step(2) == 1; i++) {
		long before = peak(formats[i], FIRST), after = peak(formats[i], 2 * FIRST);

		printf("%s: %ld KiB, with twice the records %ld KiB\n", csm_format_name(formats[i]), before,
		       after);
		T_OK(after - before <= GROWTH);
	}
#else
	(void)formats;
	(void)peak;
#endif
	T_DONE();
}
