/* SPDX-License-Identifier: MIT */
/*
 * main.c - from the process to the command: descriptors, signals, memory. No locale is set: csm speaks UTF-8 whatever the environment says (cron
 * says nothing), and numbers and order are the same everywhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "cli_priv.h"

/* For when memory fails; here because jansson's allocator is called with a size and nothing else. */
static bool stored;

/* Before a commit nothing is stored: the database rolls back by itself. After it the work is done, and only its answer is lost. */
static void out_of_memory(void *arg)
{
	static const char before[] = "csm: out of memory; nothing was stored\n", after[] = "csm: out of memory: stored, output lost\n";
	ssize_t n = stored ? write(STDERR_FILENO, after, sizeof(after) - 1) : write(STDERR_FILENO, before, sizeof(before) - 1);

	(void)arg;
	(void)n;
	_Exit(stored ? CSM_E_IO : CSM_E_SYSTEM);
}

static void *allocate(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		out_of_memory(NULL);
	return p;
}

/*
 * With a standard descriptor closed, the database file would get its number and be written to as output.
 * What takes its place is open the wrong way round, so that using it is an error (74) and not a silent
 * loss.
 */
static bool open_missing(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
			return false;
	return true;
}

static void ignore_signal(int sig)
{
	struct sigaction act = { .sa_handler = SIG_IGN };

	sigemptyset(&act.sa_mask);
	sigaction(sig, &act, NULL);
}

int main(int argc, char **argv)
{
	struct cli_world world;
	struct csm_arena *arena;
	int status;

	if (argc < 1 || !open_missing())
		return CSM_E_SYSTEM;
	ignore_signal(SIGPIPE);
	ignore_signal(SIGXFSZ);
	csm_db_single_thread();
	csm_json_memory(allocate, free);
	arena = csm_arena_new(out_of_memory, NULL);
	if (!arena)
		out_of_memory(NULL);
	cli_world_init(&world, arena);
	world.stored = &stored;
	status = cli_run(&world, arena, argc, argv);
	csm_arena_free(arena);
	return status;
}
