/* SPDX-License-Identifier: MIT */
/*
 * out.c - standard output: buffered, checked, held back while a change is open, through the pager on a
 * terminal.
 *
 * What a writing command prints comes out after the commit: output never tells of something that is not
 * stored.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csm/utf8.h>

#include "cli_priv.h"

#define OUT_BLOCK ((size_t)1 << 16)

extern char **environ;

struct cli_out {
	struct csm_arena *arena;	/* own: handlers rewind theirs while this grows */
	struct csm_buf buf;
	int fd;
	int spool;			/* a file without a name: held output that is much; -1 none */
	bool hold, any, gone, mute;
	bool capture;			/* nothing goes to fd */
	struct csm_sink to;		/* instead of fd; write NULL: fd */
	int error;			/* errno of the first failed write */
	pid_t pager;
};

struct cli_out *cli_out_new(struct csm_arena *a)
{
	struct cli_out *o = csm_alloc(a, sizeof(*o));

	o->arena = cli_arena(a);
	o->buf = (struct csm_buf)CSM_BUF(o->arena);
	o->fd = STDOUT_FILENO;
	o->spool = -1;
	return o;
}

/* A reader that went away is no error: it has seen what it wanted. */
static void write_bytes(struct cli_out *o, const char *s, size_t size)
{
	size_t done = 0;

	if (o->to.write && !o->error && o->to.write(o->to.arg, s, size) != 0)
		o->error = errno ? errno : EIO;
	while (!o->to.write && done < size && !o->error) {
		ssize_t n = write(o->fd, s + done, size - done);

		if (n >= 0) {
			done += (size_t)n;
		} else if (errno == EPIPE) {
			o->gone = true;
			o->error = EPIPE;
		} else if (errno != EINTR) {
			o->error = errno;
		}
	}
}

/*
 * Held output does not stay in memory where it is much. Where no file can be made, or it is full, it does after
 * all: the buffer grows on.
 */
static void spool_out(struct cli_out *o)
{
	const char *dir = cli_getenv("TMPDIR");
	size_t done = 0;
	char path[512];
	off_t end;

	if (o->spool < 0) {
		if (snprintf(path, sizeof(path), "%s/csm-out-XXXXXX", dir ? dir : "/tmp") >= (int)sizeof(path))
			return;
		o->spool = mkstemp(path);
		if (o->spool < 0)
			return;
		unlink(path);
		fcntl(o->spool, F_SETFD, FD_CLOEXEC);
	}
	end = lseek(o->spool, 0, SEEK_END);
	while (end >= 0 && done < o->buf.n) {
		ssize_t n = write(o->spool, o->buf.s + done, o->buf.n - done);

		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			break;
	}
	if (done == o->buf.n)
		csm_buf_reset(&o->buf);
	else if (end < 0 || ftruncate(o->spool, end) != 0)
		o->error = EIO; /* half of a block is in it */
}

/* What was spooled comes before what is buffered. */
static void unspool(struct cli_out *o)
{
	char block[8192];
	ssize_t n = 1;

	if (lseek(o->spool, 0, SEEK_SET) != 0)
		o->error = errno;
	while (!o->error && n) {
		n = read(o->spool, block, sizeof(block));
		if (n > 0)
			write_bytes(o, block, (size_t)n);
		else if (n < 0 && errno != EINTR)
			o->error = errno;
	}
	close(o->spool);
	o->spool = -1;
}

/* Write what is buffered. */
static int write_out(struct cli_out *o)
{
	if (o->capture)
		return 0;
	if (o->spool >= 0)
		unspool(o);
	write_bytes(o, o->buf.s, o->buf.n);
	csm_buf_reset(&o->buf);
	if (o->error)
		errno = o->error;
	return o->error ? -1 : 0;
}

static int sink_write(void *arg, const void *p, size_t n)
{
	struct cli_out *o = arg;

	if (o->mute)
		return 0;
	if (o->error) {
		errno = o->error;
		return -1;
	}
	o->any = o->any || n;
	csm_buf_addn(&o->buf, p, n);
	if (o->buf.n >= OUT_BLOCK && (o->hold || o->capture))
		spool_out(o);
	else if (o->buf.n >= OUT_BLOCK)
		return write_out(o);
	return 0;
}

struct csm_sink cli_sink(struct cli *c)
{
	return (struct csm_sink){ sink_write, c->out };
}

void cli_print(struct cli *c, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = csm_vsprintf(c->arena, fmt, ap);
	va_end(ap);
	sink_write(c->out, s, strlen(s));
}

void cli_write(struct cli *c, const char *text, size_t n)
{
	sink_write(c->out, text, n);
}

void cli_out_free(struct cli_out *o)
{
	csm_arena_free(o->arena);
}

void cli_out_hold(struct cli_out *o, bool on)
{
	o->hold = on;
}

void cli_out_drop(struct cli_out *o)
{
	csm_buf_reset(&o->buf);
	if (o->spool >= 0)
		close(o->spool);
	o->spool = -1;
	o->any = false;
}

void cli_out_capture(struct cli_out *o)
{
	o->capture = true;
}

int cli_out_release(struct cli_out *o, struct csm_sink to, struct csm_err *err)
{
	o->capture = false;
	o->to = to;
	return cli_out_flush(o, err);
}

void cli_out_mute(struct cli_out *o)
{
	o->mute = true;
}

int cli_out_flush(struct cli_out *o, struct csm_err *err)
{
	if (write_out(o) != 0 && !o->gone)
		return csm_fail(err, CSM_E_IO, "standard output: %s", strerror(o->error));
	return CSM_OK;
}

bool cli_out_gone(const struct cli_out *o)
{
	return o->gone;
}

bool cli_out_any(const struct cli_out *o)
{
	return o->any;
}

bool cli_tty(const struct cli *c)
{
	return c->world->tty_out;
}

const char *cli_safe(struct cli *c, const char *s, bool oneline)
{
	return c->world->tty_out ? csm_term_text(c->arena, s, oneline) : s;
}

/* ---- pager ---- */

static const char *pager_command(struct cli *c)
{
	const char *s = cli_config_get(c->world, "pager", NULL);

	if (!s)
		s = cli_getenv("PAGER");
	return s ? s : "less";
}

static pid_t spawn_pager(const char *command, const int pipe_fd[2])
{
	char sh[] = "sh", dash_c[] = "-c", text[1024];
	char *argv[] = { sh, dash_c, text, NULL };
	posix_spawn_file_actions_t act;
	pid_t pid = 0;

	if (snprintf(text, sizeof(text), "%s", command) >= (int)sizeof(text))
		return 0;
	if (posix_spawn_file_actions_init(&act) != 0)
		return 0;
	posix_spawn_file_actions_adddup2(&act, pipe_fd[0], STDIN_FILENO);
	posix_spawn_file_actions_addclose(&act, pipe_fd[0]);
	posix_spawn_file_actions_addclose(&act, pipe_fd[1]);
	if (posix_spawnp(&pid, sh, &act, NULL, argv, environ) != 0)
		pid = 0;
	posix_spawn_file_actions_destroy(&act);
	return pid;
}

void cli_out_page(struct cli *c)
{
	const char *command;
	int pipe_fd[2];

	if (!c->world->tty_out || c->out->pager)
		return;
	command = pager_command(c);
	if (!*command || strcmp(command, "cat") == 0)
		return;
	if (!cli_getenv("LESS"))
		setenv("LESS", "FRX", 1);
	if (pipe(pipe_fd) != 0)
		return;
	fcntl(pipe_fd[1], F_SETFD, FD_CLOEXEC);
	c->out->pager = spawn_pager(command, pipe_fd);
	close(pipe_fd[0]);
	if (c->out->pager)
		c->out->fd = pipe_fd[1];
	else
		close(pipe_fd[1]);
}

void cli_out_close_pager(struct cli_out *o)
{
	if (!o->pager)
		return;
	close(o->fd);
	o->fd = STDOUT_FILENO;
	while (waitpid(o->pager, NULL, 0) < 0 && errno == EINTR)
		;
	o->pager = 0;
}
