/* SPDX-License-Identifier: MIT */
/*
 * main.c - the fault harness: each command of a list, under each kind of fault.
 *
 * usage: faults [OPTION...] CSM FAULT.SO REC.SO WORLDS LIST
 *   -n N       N points of a kind for each command, chosen by the seed (0, as unsaid: all)
 *   -S SEED    of the choices
 *   -k KINDS   only these: kill,eio,eio+,nospc,nospc+,short,short+,read,read+,mem,mem+,power
 *   -l LINE    only the command of that line of the list
 *   -v VERB    only commands of that verb, such as "case resolve"
 *   -p POINT   only this point, such as io:17:eio+ or power:23:2
 *   -m M/N     only each Nth command, from the Mth on
 *   -c         csm db check looks at each state too
 *   -1         stop at the first failure and leave the folder as it is
 *
 * A line of the list: verb, world, options, command, parted by tabs. The first says which verb it is for, in the words of `csm dict --json`; the
 * command is words as a shell takes them. Options are - or a comma list:
 *   in=FILE    standard input
 *   few        a long run: few points, whatever is asked for
 *   early      its output comes before the commit
 *   resumes    it may stop in between, and goes on from there when it is given again
 *   files      and then the files it writes, which have a part of their lines until then (and behind them half of what was being added when it
 *              was killed or the power failed), are those of one that did not stop
 *   parts      each line of its output that has "status":0 tells of a change of its own: so many are stored at least
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wordexp.h>

#include "fault.h"
#include "harness.h"

struct harness H;

static const char *only_kinds, *kinds[] = { "kill", "eio", "eio+", "nospc", "nospc+", "short", "short+", "read", "read+", "mem", "mem+", "power" };
static const char *only_verb;
static int only_line, lane, lanes = 1;

/* ---- the list ---- */

static bool read_row(struct row *row, char *line, int number)
{
	char *parts[4] = { NULL }, *rest = line;
	wordexp_t words;

	line[strcspn(line, "\n")] = '\0';
	if (!*line || *line == '#')
		return false;
	for (int i = 0; i < 4; i++) {
		parts[i] = rest ? i < 3 ? strsep(&rest, "\t") : rest : NULL;
		if (!parts[i] || !*parts[i])
			die("line %d: expected verb, world, options, command", number);
	}
	if (wordexp(parts[3], &words, WRDE_NOCMD | WRDE_UNDEF) != 0)
		die("line %d: '%s' is no command", number, parts[3]);
	*row = (struct row){ .line = number, .verb = need(strdup(parts[0])), .world = need(strdup(parts[1])), .text = need(strdup(parts[3])),
			     .argc = (int)words.we_wordc, .argv = words.we_wordv };
	for (char *o = strtok(parts[2], ","); o; o = strtok(NULL, ",")) {
		if (strcmp(o, "resumes") == 0)
			row->resumes = true;
		else if (strcmp(o, "files") == 0)
			row->files = true;
		else if (strcmp(o, "few") == 0)
			row->few = true;
		else if (strcmp(o, "parts") == 0)
			row->parts = true;
		else if (strcmp(o, "early") == 0)
			row->early = true;
		else if (strncmp(o, "in=", 3) == 0)
			row->input = need(strdup(o + 3));
		else if (strcmp(o, "-") != 0)
			die("line %d: '%s' is no option", number, o);
	}
	return true;
}

int points_of(const struct row *row)
{
	if (!row->few)
		return H.points;
	return H.points ? (H.points + 2) / 3 : 25;
}

/* ---- one row ---- */

/* Without a fault: what it does, twice, so that it is known to be the same each time. */
static void run_good(struct base *b)
{
	char *world = text("%s/%s", H.worlds, b->row->world);
	struct fault_out *counts = need(malloc(sizeof(*counts)));
	struct result again;
	struct state twice;

	tree_read(&b->before, world);
	free(world);
	tree_lay(&b->before, H.work);
	state_read(&b->was, H.work);
	tree_lay(&b->before, H.work);
	run_csm(b->row, "none", &b->good);
	*counts = *run_shared();
	b->counts = counts;
	if (b->good.status != 0 && b->good.status != 1 && b->good.status != 65)
		die("line %d: csm %s: ends with %d without any fault: %s", b->row->line, b->row->text, b->good.status, b->good.err);
	state_read(&b->is, H.work);
	tree_read(&b->after, H.work);
	if (*b->was.damage || *b->is.damage)
		die("line %d: csm %s: %s%s", b->row->line, b->row->text, b->was.damage, b->is.damage);
	tree_lay(&b->before, H.work);
	run_csm(b->row, NULL, &again);
	state_read(&twice, H.work);
	if (twice.hash != b->is.hash || again.status != b->good.status)
		die("line %d: csm %s: does not do the same twice", b->row->line, b->row->text);
	result_free(&again);
}

static void check_world(const struct base *b)
{
	struct result r;

	if (!tree_find(&b->after, "csm.db"))
		return;
	if (!run_check(&r))
		die("line %d: csm %s: csm db check finds something wrong after it: %s%s", b->row->line, b->row->text, r.out, r.err);
	result_free(&r);
}

static bool wants(const char *kind)
{
	size_t n = strlen(kind);

	for (const char *s = only_kinds; s; s = strchr(s, ',') ? strchr(s, ',') + 1 : NULL)
		if (strncmp(s, kind, n) == 0 && (!s[n] || s[n] == ','))
			return true;
	return !only_kinds;
}

static void run_kinds(const struct base *b)
{
	if (H.only_point && strncmp(H.only_point, "power", 5) == 0)
		power_point(b, H.only_point);
	else if (H.only_point)
		sweep_point(b, H.only_point);
	else
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			if (!wants(kinds[i]))
				continue;
			if (strcmp(kinds[i], "power") == 0)
				power(b);
			else
				sweep(b, kinds[i]);
		}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run_row(const struct row *row)
{
	struct base b = { .row = row };
	int failed = H.failed;
	int64_t states = H.states;
	double began = now();

	run_good(&b);
	check_world(&b);
	run_kinds(&b);
	printf("%s csm %s: %lld points (%lld calls, %lld allocations; %.1f s)\n", H.failed == failed ? "ok" : "not ok", row->text,
	       (long long)(H.states - states), (long long)b.counts->io, (long long)b.counts->mem, now() - began);
	fflush(stdout);
	tree_free(&b.before);
	tree_free(&b.after);
	result_free(&b.good);
	free(b.counts);
}

/* ---- the program ---- */

static void usage(void)
{
	die("usage: faults [-n N] [-S SEED] [-k KINDS] [-l LINE] [-v VERB] [-p POINT] [-m M/N] [-c] [-1] CSM FAULT.SO REC.SO WORLDS LIST");
}

static void read_options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "n:S:k:l:v:p:m:c1")) != -1) {
		if (c == 'n')
			H.points = atoi(optarg);
		else if (c == 'S')
			H.seed = strtoull(optarg, NULL, 10);
		else if (c == 'k')
			only_kinds = optarg;
		else if (c == 'l')
			only_line = atoi(optarg);
		else if (c == 'v')
			only_verb = optarg;
		else if (c == 'p')
			H.only_point = optarg;
		else if (c == 'm' && sscanf(optarg, "%d/%d", &lane, &lanes) == 2 && lanes > 0)
			lane = lane % lanes;
		else if (c == 'c')
			H.check = true;
		else if (c == '1')
			H.keep = true;
		else
			usage();
	}
	if (argc - optind != 5)
		usage();
}

static char *full(const char *path)
{
	return need(realpath(path, NULL));
}

/* A folder of its own; in memory if there is such a place: what is tried here never syncs anything. */
static void make_place(void)
{
	const char *dir = getenv("CSM_FAULT_DIR"), *tmp = getenv("TMPDIR");
	char *place;

	if (!dir)
		dir = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : tmp ? tmp : "/tmp";
	place = text("%s/csm-fault-XXXXXX", dir);
	if (!mkdtemp(place))
		die("%s: %s", place, strerror(errno));
	H.work = text("%s/work", place);
	H.out = text("%s/out", place);
	H.err = text("%s/err", place);
	H.shared = text("%s/shared", place);
	H.log = text("%s/log", place);
	if (mkdir(H.work, 0700) != 0 || chdir(H.work) != 0)
		die("%s: %s", H.work, strerror(errno));
	free(place);
}

static void remove_place(void)
{
	const struct tree nothing = { 0 };
	char *files[] = { H.out, H.err, H.shared, H.log };

	tree_lay(&nothing, H.work);
	rmdir(H.work);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(files[i]);
	*strrchr(H.work, '/') = '\0';
	rmdir(H.work);
}

int main(int argc, char **argv)
{
	sigset_t child;
	char line[4096];
	FILE *list;
	double began = now();
	int number = 0, seen = 0;

	read_options(argc, argv);
	H.csm = full(argv[optind]);
	H.fault_so = full(argv[optind + 1]);
	H.rec_so = full(argv[optind + 2]);
	H.worlds = full(argv[optind + 3]);
	list = need(fopen(argv[optind + 4], "re"));
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	make_place();
	while (fgets(line, sizeof(line), list)) {
		struct row row;

		if (read_row(&row, line, ++number) && (!only_line || number == only_line) &&
		    (!only_verb || strcmp(row.verb, only_verb) == 0) && seen++ % lanes == lane)
			run_row(&row);
	}
	fclose(list);
	if (!H.keep || !H.failed)
		remove_place();
	if (!seen)
		die("no command of the list is meant");
	printf("seed %llu, %lld points in %.0f s\n", (unsigned long long)H.seed, (long long)H.states, now() - began);
	printf("fault: %d passed, %d failed\n", H.passed, H.failed);
	return H.failed > 0;
}
