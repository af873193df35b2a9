/* SPDX-License-Identifier: MIT */
/*
 * helper.c - helper programs: found, started without a shell and with limits, fed, and listened to until they end.
 *
 * A helper reads what may be hostile with a library that may die or hang of it. It gets no descriptor but its three, no
 * environment, and its answer is only believed when it ended by itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli_priv.h"

#ifndef CSM_LIBEXEC
#define CSM_LIBEXEC "../libexec/csm"
#endif
#define MEMORY_MAX ((rlim_t)512 << 20)
#define ANSWER_MAX ((size_t)64 << 20)
#define CLOSE_MAX 1024			/* descriptors that who started us may have left open */

/* The sanitizers map far more memory than a limit would leave them. */
#if defined(__SANITIZE_ADDRESS__)
#define LIMIT_MEMORY false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LIMIT_MEMORY false
#endif
#endif
#ifndef LIMIT_MEMORY
#define LIMIT_MEMORY true
#endif

struct running {
	const char *name;
	pid_t pid;
	int in, out;			/* what it reads and writes, our ends; -1 closed */
	int64_t seconds, deadline;	/* what it may take; when that is over, in milliseconds */
};

/* ---- where it is ---- */

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

const char *cli_own_folder(struct cli *c)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));
	char *slash;

	if (n <= 0 || (size_t)n >= sizeof(path))
		return NULL;
	path[n] = '\0';
	slash = strrchr(path, '/');
	return slash ? csm_strndup(c->arena, path, (size_t)(slash - path)) : NULL;
}

/* In $CSM_LIBEXEC if that is set; else as installed, seen from our own folder, or as built, beneath it. */
static int find_helper(struct cli *c, const char *name, char **out, struct csm_err *err)
{
	const char *folder = cli_getenv("CSM_LIBEXEC"), *own = cli_own_folder(c);
	const char *looked[2] = { folder, NULL };

	if (!folder && own) {
		looked[0] = csm_sprintf(c->arena, "%s/%s", own, CSM_LIBEXEC);
		looked[1] = csm_sprintf(c->arena, "%s/helper", own);
	}
	for (unsigned i = 0; i < CSM_COUNT(looked) && looked[i]; i++) {
		*out = csm_sprintf(c->arena, "%s/%s", looked[i], name);
		if (is_file(*out))
			return CSM_OK;
	}
	if (!looked[0])
		return csm_fail(err, CSM_E_HELPER, "the helper program %s is not found; set CSM_LIBEXEC to its folder", name);
	return csm_fail(err, CSM_E_HELPER, "the helper program %s is missing: it is not in %s; 'make' builds it where libical-dev is "
			"installed, 'make install' puts it there", name, looked[0]);
}

/* ---- starting ---- */

static void set_limit(int what, rlim_t soft, rlim_t hard)
{
	struct rlimit r = { soft, hard };

	(void)setrlimit(what, &r);
}

/* The child: nothing here may allocate, since fork() left us what a signal handler has. */
static void become(const char *path, char *const argv[], int in, int out, int64_t seconds)
{
	static char *none[] = { NULL };
	struct sigaction plain = { .sa_handler = SIG_DFL };
	int nothing = open("/dev/null", O_WRONLY);

	sigemptyset(&plain.sa_mask);
	sigaction(SIGPIPE, &plain, NULL);
	sigaction(SIGXFSZ, &plain, NULL);
	/* what a library says on standard error is about its own bytes, and no talk of csm */
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || (LIMIT_MEMORY && dup2(nothing, STDERR_FILENO) < 0))
		_exit(CSM_E_SYSTEM);
	for (int fd = STDERR_FILENO + 1; fd < CLOSE_MAX; fd++)
		close(fd);
	set_limit(RLIMIT_CORE, 0, 0);
	set_limit(RLIMIT_CPU, (rlim_t)seconds, (rlim_t)seconds + 1);
	if (LIMIT_MEMORY)
		set_limit(RLIMIT_AS, MEMORY_MAX, MEMORY_MAX);
	execve(path, argv, none);
	_exit(CSM_E_HELPER);
}

static bool make_pipe(int fd[2])
{
	if (pipe(fd) != 0)
		return false;
	fcntl(fd[0], F_SETFD, FD_CLOEXEC);
	fcntl(fd[1], F_SETFD, FD_CLOEXEC);
	return true;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int start(struct running *h, const char *path, char *const argv[], struct csm_err *err)
{
	int in[2], out[2];

	if (!make_pipe(in))
		return csm_fail(err, CSM_E_SYSTEM, "%s: %s", h->name, strerror(errno));
	if (!make_pipe(out)) {
		close(in[0]);
		close(in[1]);
		return csm_fail(err, CSM_E_SYSTEM, "%s: %s", h->name, strerror(errno));
	}
	h->deadline = now_ms() + h->seconds * 1000;
	h->pid = fork();
	if (h->pid == 0)
		become(path, argv, in[0], out[1], h->seconds);
	close(in[0]);
	close(out[1]);
	h->in = in[1];
	h->out = out[0];
	fcntl(h->in, F_SETFL, O_NONBLOCK);
	return h->pid < 0 ? csm_fail(err, CSM_E_SYSTEM, "%s: %s", h->name, strerror(errno)) : CSM_OK;
}

/* ---- talking ---- */

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int fail_slow(const struct running *h, struct csm_err *err)
{
	return csm_fail(err, CSM_E_SYSTEM,
			"the helper program %s took more than %lld seconds (setting helper_seconds) and was stopped", h->name,
			(long long)h->seconds);
}

/* Give it what it takes now. One that reads no more has seen enough; any other failure would leave it half of the text. */
static int feed(struct running *h, const char **p, size_t *n, struct csm_err *err)
{
	ssize_t k = write(h->in, *p, *n);
	int code = CSM_OK;

	if (k > 0) {
		*p += k;
		*n -= (size_t)k;
	} else if (k < 0 && errno != EPIPE && errno != EAGAIN && errno != EINTR) {
		code = csm_fail(err, CSM_E_IO, "the helper program %s can't be written to: %s", h->name, strerror(errno));
	}
	if (!*n || code || (k < 0 && errno == EPIPE))
		shut(&h->in);
	return code;
}

static int hear(struct running *h, struct csm_buf *out, struct csm_err *err)
{
	char block[65536];
	ssize_t k = read(h->out, block, sizeof(block));

	if (k < 0 && errno != EINTR)
		return csm_fail(err, CSM_E_IO, "the helper program %s can't be read from: %s", h->name, strerror(errno));
	if (k == 0)
		shut(&h->out);
	if (k > 0)
		csm_buf_addn(out, block, (size_t)k);
	if (out->n > ANSWER_MAX)
		return csm_fail(err, CSM_E_SYSTEM, "the helper program %s answered with more than 64 MiB and was stopped", h->name);
	return CSM_OK;
}

static int talk(struct running *h, const char *p, size_t n, struct csm_buf *out, struct csm_err *err)
{
	if (!n)
		shut(&h->in);
	while (h->out >= 0) {
		struct pollfd fds[2] = { { .fd = h->out, .events = POLLIN }, { .fd = h->in, .events = POLLOUT } };
		int64_t left = h->deadline - now_ms();
		int code = CSM_OK;

		if (left <= 0)
			return fail_slow(h, err);
		if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
			return csm_fail(err, CSM_E_SYSTEM, "%s: %s", h->name, strerror(errno));
		if (h->in >= 0 && fds[1].revents)
			code = feed(h, &p, &n, err);
		if (code)
			return code;
		if (fds[0].revents && hear(h, out, err))
			return (int)err->code;
	}
	return CSM_OK;
}

/* ---- its end ---- */

/* Wait for one that has closed its output; it may still hang. */
static int await(struct running *h, int *status, struct csm_err *err)
{
	pid_t got;

	while ((got = waitpid(h->pid, status, WNOHANG)) <= 0) {
		if (got < 0 && errno != EINTR)
			return csm_fail(err, CSM_E_SYSTEM, "%s: %s", h->name, strerror(errno));
		if (now_ms() > h->deadline)
			return fail_slow(h, err);
		(void)poll(NULL, 0, 2);
	}
	h->pid = 0;
	return CSM_OK;
}

static int judge(const struct running *h, int status, struct csm_err *err)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		return fail_slow(h, err);
	if (WIFSIGNALED(status))
		return csm_fail(err, CSM_E_SYSTEM, "the helper program %s died of signal %d (%s)", h->name, WTERMSIG(status),
				strsignal(WTERMSIG(status)));
	switch (WEXITSTATUS(status)) {
	case CSM_OK:
	case CSM_E_INVALID:
		return CSM_OK;
	case CSM_E_HELPER:
		return csm_fail(err, CSM_E_HELPER, "the helper program %s can't be run", h->name);
	case CSM_E_SYSTEM:
		return csm_fail(err, CSM_E_SYSTEM, "the helper program %s had not enough memory; it may take %d MiB", h->name,
				(int)(MEMORY_MAX >> 20));
	default:
		return csm_fail(err, CSM_E_SYSTEM, "the helper program %s ended with status %d", h->name, WEXITSTATUS(status));
	}
}

static int time_allowed(struct cli *c, int64_t *out, struct csm_err *err)
{
	const char *text = cli_config_get(c->world, "helper_seconds", NULL);
	char *end;

	*out = strtol(text, &end, 10);
	if (*end || *out < 1 || *out > 86400)
		return csm_fail(err, CSM_E_CONFIG, "helper_seconds: '%s' is not a number from 1 to 86400", text);
	return CSM_OK;
}

int cli_helper(struct cli *c, const char *name, char **argv, const char *input, size_t n, struct csm_buf *out,
	       struct csm_err *err)
{
	struct running h = { .name = name, .in = -1, .out = -1 };
	char *path = NULL;
	int status = 0;

	if (time_allowed(c, &h.seconds, err) || find_helper(c, name, &path, err))
		return (int)err->code;
	argv[0] = path;
	if (!start(&h, path, argv, err) && !talk(&h, input, n, out, err) && !await(&h, &status, err))
		(void)judge(&h, status, err);
	shut(&h.in);
	shut(&h.out);
	if (h.pid > 0) {
		kill(h.pid, SIGKILL);
		while (waitpid(h.pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return (int)err->code;
}
