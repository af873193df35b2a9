/* SPDX-License-Identifier: MIT */
/*
 * place.c - a file that was made under another name gets its own when it is whole: whatever happens before, there is no half of it.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csm/db.h>

#include "db/db_priv.h"

static const char *const beside[] = { "-wal", "-shm", "-journal" };

static void beside_name(char *name, size_t size, const char *path, unsigned i)
{
	snprintf(name, size, "%s%s", path, beside[i]);
}

void csm_db_remove(const char *path)
{
	char name[PATH_MAX + 16];

	unlink(path);
	for (unsigned i = 0; i < CSM_COUNT(beside); i++) {
		beside_name(name, sizeof(name), path, i);
		unlink(name);
	}
}

/* A log or journal beside it: of a file that is there it holds what that one lacks; it would be played into another one of that name. */
static bool has_log(const char *path)
{
	char name[PATH_MAX + 16];
	struct stat st;

	for (unsigned i = 0; i < CSM_COUNT(beside); i++) {
		beside_name(name, sizeof(name), path, i);
		if (strcmp(beside[i], "-shm") != 0 && lstat(name, &st) == 0)
			return true;
	}
	return false;
}

/* A second name never takes one that is there; a file system without second names can only rename. */
static int give_name(const char *made, const char *path)
{
	struct stat st;

	if (link(made, path) == 0)
		return 0;
	if (errno == EEXIST || (errno != EPERM && errno != ENOTSUP && errno != EMLINK))
		return errno;
	if (lstat(path, &st) == 0)
		return EEXIST;
	return rename(made, path) == 0 ? 0 : errno;
}

/* Why it can't be, before anything is done. */
static int check_logs(const char *made, const char *path, struct csm_err *err)
{
	if (has_log(path))
		return csm_fail(err, CSM_E_DAMAGED, "%s: the log of a lost database stands there, remove '%s-wal' and '%s-journal' first",
				path, path, path);
	if (has_log(made))
		return csm_fail(err, CSM_E_IO, "%s: could not be written out", path);
	return CSM_OK;
}

int csm_db_place(const char *made, const char *path, struct csm_err *err)
{
	int code = check_logs(made, path, err), e = 0;

	if (!code && (e = give_name(made, path)) == EEXIST)
		code = csm_fail(err, CSM_E_CONFLICT, "%s: exists already, expected a new file", path);
	else if (e)
		code = csm_fail(err, CSM_E_IO, "%s: %s", path, strerror(e));
	if (code) {
		csm_db_remove(made);
		return code;
	}
	if (unlink(made) != 0 && errno != ENOENT)
		e = errno;
	if (!e)
		e = db_sync_folder(path);
	return e ? csm_fail(err, CSM_E_IO, "%s: %s, its outcome is unknown, look before repeating it", path, strerror(e)) : CSM_OK;
}
