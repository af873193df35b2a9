/* SPDX-License-Identifier: MIT */
/*
 * temporary.c - names that are there only while a command works: a signal that ends the command takes them away. What nothing can catch leaves them,
 * as NAME.PID.tmp; they are in nobody's way, since the next one takes another name.
 *
 * The table is of the process, since a signal is: the handler looks at nothing else, and calls only what may be called there. A slot is filled before
 * it is said to be in use, and the name is in it before there is anything of that name.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli_priv.h"

enum { FREE, FILE_, FOLDER };

#define SLOTS 8				/* a file of rejects, a folder's list and one of its files, a copy in a folder: fewer */

static struct slot {
	atomic_int kind;
	char path[PATH_MAX];
} slots[SLOTS];

static const int ending[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

/* A file, and what SQLite puts beside a database. */
static void remove_file(const char *path)
{
	static const char beside[][9] = { "-wal", "-shm", "-journal" };
	char name[PATH_MAX + sizeof(beside[0])];
	size_t n = strlen(path);

	unlink(path);
	memcpy(name, path, n);
	for (size_t i = 0; i < CSM_COUNT(beside); i++) {
		memcpy(name + n, beside[i], sizeof(beside[i]));
		unlink(name);
	}
}

/* It comes once: then the signal is what it would have been. Folders were named before what is in them. */
static void remove_all(int sig)
{
	for (int i = SLOTS - 1; i >= 0; i--) {
		int kind = atomic_load(&slots[i].kind);

		if (kind == FILE_)
			remove_file(slots[i].path);
		else if (kind == FOLDER)
			rmdir(slots[i].path);
	}
	raise(sig);
}

/* A signal that whoever began the command ignores, as nohup does, stays ignored. */
static void catch_signals(void)
{
	static bool caught;
	struct sigaction act = { .sa_handler = remove_all, .sa_flags = (int)SA_RESETHAND }, old;

	if (caught)
		return;
	caught = true;
	sigfillset(&act.sa_mask);
	for (size_t i = 0; i < CSM_COUNT(ending); i++)
		if (sigaction(ending[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(ending[i], &act, NULL);
}

static void remember(const char *path, int kind)
{
	int i = 0;

	catch_signals();
	while (i < SLOTS && atomic_load(&slots[i].kind) != FREE)
		i++;
	if (i == SLOTS || strlen(path) >= sizeof(slots[i].path))
		return;
	memcpy(slots[i].path, path, strlen(path) + 1);
	atomic_store(&slots[i].kind, kind);
}

void cli_temporary_file(const char *path)
{
	remember(path, FILE_);
}

bool cli_temporary_name(const char *path, char *name, size_t size)
{
	struct stat st;
	int n = snprintf(name, size, "%s.%ld.tmp", path, (long)getpid());

	for (int i = 2; n < (int)size && lstat(name, &st) == 0 && i < 1000; i++)
		n = snprintf(name, size, "%s.%ld-%d.tmp", path, (long)getpid(), i);
	if (n >= (int)size) {
		errno = ENAMETOOLONG;
		return false;
	}
	remember(name, FILE_);
	return true;
}

bool cli_temporary_folder(char *name)
{
	sigset_t all, old;
	bool made;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	made = mkdtemp(name);
	if (made)
		remember(name, FOLDER);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return made;
}

void cli_temporary_done(const char *name)
{
	for (int i = 0; i < SLOTS; i++)
		if (atomic_load(&slots[i].kind) != FREE && strcmp(slots[i].path, name) == 0)
			atomic_store(&slots[i].kind, FREE);
}
