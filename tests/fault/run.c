/* SPDX-License-Identifier: MIT */
/* run.c - one run of csm under a shim, in a folder of its own and with an environment of its own. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "harness.h"

#define SECONDS 60	/* a run that takes longer hangs */

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("faults: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(2);
}

void *need(void *p)
{
	if (!p)
		die("out of memory");
	return p;
}

char *text(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		die("out of memory");
	va_end(ap);
	return s;
}

static char *slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "re");
	char *s = NULL;
	size_t cap = 0;

	*n = 0;
	if (!f)
		die("%s: %s", path, strerror(errno));
	do {
		if (cap - *n < 4096)
			s = need(realloc(s, cap = cap * 2 + 8192));
		*n += fread(s + *n, 1, cap - *n - 1, f);
	} while (!feof(f) && !ferror(f));
	s[*n] = '\0';
	fclose(f);
	return s;
}

struct fault_out *run_shared(void)
{
	static struct fault_out *shared;

	if (!shared) {
		int fd = open(H.shared, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		if (fd < 0 || ftruncate(fd, sizeof(*shared)) != 0)
			die("%s: %s", H.shared, strerror(errno));
		shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (shared == MAP_FAILED)
			die("mmap: %s", strerror(errno));
		close(fd);
	}
	return shared;
}

/* Wait for it, SECONDS at most. */
static int wait_for(pid_t pid, bool *hung)
{
	struct timespec limit = { .tv_sec = SECONDS };
	sigset_t child;
	int status;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	*hung = false;
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (sigtimedwait(&child, NULL, &limit) < 0 && errno == EAGAIN) {
			*hung = true;
			kill(pid, SIGKILL);
		}
	}
	return status;
}

static void start(char *const *argv, const char *input, char *const *env, struct result *r)
{
	posix_spawn_file_actions_t act;
	posix_spawnattr_t attr;
	sigset_t none;
	bool hung;
	pid_t pid;
	size_t n;
	int status;

	posix_spawn_file_actions_init(&act);
	posix_spawnattr_init(&attr);
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_addopen(&act, 0, input ? input : "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&act, 1, H.out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_addopen(&act, 2, H.err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (posix_spawn(&pid, H.csm, &act, &attr, argv, env) != 0)
		die("%s cannot be started", H.csm);
	posix_spawn_file_actions_destroy(&act);
	posix_spawnattr_destroy(&attr);
	status = wait_for(pid, &hung);
	*r = (struct result){ .status = WIFEXITED(status) ? WEXITSTATUS(status) : -2 };
	if (WIFSIGNALED(status))
		r->signal = WTERMSIG(status);
	if (hung)
		r->status = -3;
	r->out = slurp(H.out, &r->out_n);
	r->err = slurp(H.err, &n);
}

void run_csm(const struct row *row, const char *plan, struct result *r)
{
	char **argv = need(calloc((size_t)row->argc + 2, sizeof(*argv))), *env[20];
	char csm[] = "csm";
	int n = 0;

	argv[0] = csm;
	memcpy(argv + 1, row->argv, (size_t)row->argc * sizeof(*argv));
	env[n++] = text("PATH=%s", getenv("PATH"));
	env[n++] = text("HOME=%s", H.work);
	env[n++] = text("TMPDIR=%s/tmp", H.work);
	env[n++] = text("CSM_DB=%s/csm.db", H.work);
	env[n++] = text("CSM_NOW=2024-03-01T09:00:00Z");
	env[n++] = text("LOGNAME=tester");
	env[n++] = text("TZ=UTC");
	env[n++] = text("LC_ALL=C");
	env[n++] = text("ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0");
	if (plan && strcmp(plan, "rec") == 0) {
		env[n++] = text("LD_PRELOAD=%s", H.rec_so);
		env[n++] = text("CSM_REC=%s", H.log);
		env[n++] = text("CSM_REC_DIR=%s/", H.work);
	} else if (plan) {
		memset(run_shared(), 0, sizeof(struct fault_out));
		env[n++] = text("LD_PRELOAD=%s", H.fault_so);
		env[n++] = text("CSM_FAULT_OUT=%s", H.shared);
		env[n++] = text("CSM_FAULT=%s", plan);
	}
	env[n] = NULL;
	start(argv, row->input, env, r);
	while (n)
		free(env[--n]);
	free(argv);
	/* the shim's own kill is no crash */
	if (r->status == -2 && r->signal == SIGKILL && plan && strstr(plan, ":kill") && run_shared()->hit)
		r->status = -1;
}

void result_free(struct result *r)
{
	free(r->out);
	free(r->err);
	*r = (struct result){ 0 };
}

bool run_check(struct result *r)
{
	static char db[] = "db", check[] = "check", *argv[] = { db, check };
	const struct row row = { .argc = 2, .argv = argv };

	run_csm(&row, NULL, r);
	return r->status == 0;
}
