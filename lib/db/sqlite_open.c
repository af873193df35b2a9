/* SPDX-License-Identifier: MIT */
/*
 * sqlite_open.c - one function makes every connection: where the file is, how it is opened, all
 * settings, whose file it is.
 *
 * A reader who may write opens the file read-write and asks SQLite to refuse writing (query_only):
 * a connection opened read-only cannot remove the -wal and -shm files it makes, and leaves them
 * behind. A reader who may not write makes none: without a log beside it the file is opened
 * immutable, and every statement's end looks whether it still is what it was.
 *
 * What reading needs nothing for is not set for a reader: the journal mode is in the file,
 * synchronous is for writers.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db/sqlite_priv.h"

#define MODE_STICKY 01000	/* S_ISVTX */

struct place {
	char full[PATH_MAX];		/* no links but perhaps the last part */
	char folder[PATH_MAX];
	bool exists;
	bool writable;			/* file and folder, by this process */
	bool journal;			/* a log or journal stands beside it */
	struct stat st;
};

/* SQLite's own way to do it, because realpath() and S_ISVTX are not in the base of POSIX. */
int db_resolve(const char *path, char *full, size_t size, const char **base)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX], real[PATH_MAX];
	size_t n = slash ? (size_t)(slash - path) : 0;
	struct stat st;
	int rc;

	*base = slash ? slash + 1 : path;
	if (!vfs || vfs->mxPathname >= (int)sizeof(real) || n >= sizeof(folder))
		return ENAMETOOLONG;
	memcpy(folder, path, n);
	folder[n] = '\0';
	if (stat(n ? folder : slash ? "/" : ".", &st) != 0)
		return errno;
	if (!S_ISDIR(st.st_mode))
		return ENOTDIR;
	real[0] = '\0';		/* the root, whose name SQLite does not take */
	rc = slash && !n ? SQLITE_OK : vfs->xFullPathname(vfs, n ? folder : ".", (int)sizeof(real), real);
	if (rc != SQLITE_OK && rc != SQLITE_OK_SYMLINK)
		return ENAMETOOLONG;
	n = strlen(real);
	while (n > 0 && real[n - 1] == '/')
		n--;
	n = (size_t)snprintf(full, size, "%.*s/%s", (int)n, real, *base);
	return n >= size || n >= (size_t)vfs->mxPathname ? ENAMETOOLONG : 0;
}

int db_sync_folder(const char *path_of_file)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path_of_file, '/');
	int fd, e = 0;

	if (snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path_of_file) + 1 : 1,
		     slash ? path_of_file : ".") >= (int)sizeof(folder))
		return ENAMETOOLONG;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (fsync(fd) != 0 && errno != EINVAL)	/* some file systems cannot, and need not */
		e = errno;
	close(fd);
	return e;
}

/* What the file system says of the place before SQLite touches it. */
static int find_place(const struct csm_db *db, struct place *p, struct csm_err *err)
{
	const char *base;
	struct stat st;
	int e = db_resolve(db->given, p->full, sizeof(p->full), &base);

	if (e == ENOENT || e == ENOTDIR)
		return csm_fail(err, CSM_E_NOINPUT, "%s: no such folder for a database%s", db->given,
				db->flags & CSM_DB_CREATE ? "" : ", run 'csm init' to make one");
	if (e)
		return csm_fail(err, CSM_E_IO, "%s: %s", db->given, strerror(e));
	snprintf(p->folder, sizeof(p->folder), "%.*s", (int)(strrchr(p->full, '/') - p->full) + 1,
		 p->full);
	if (stat(p->folder, &st) != 0)
		return csm_fail(err, CSM_E_IO, "%s: %s", p->folder, strerror(errno));
	/* Anybody could put another file in its place. */
	if (st.st_mode & S_IWOTH && !(st.st_mode & MODE_STICKY))
		return csm_fail(err, CSM_E_CONFIG, "%s: everybody may write the folder of the "
				"database, run 'chmod o-w' on it", p->folder);
	if (lstat(p->full, &p->st) != 0) {
		if (errno == ENOENT)
			return CSM_OK;
		return csm_fail(err, CSM_E_IO, "%s: %s", db->given, strerror(errno));
	}
	if (S_ISLNK(p->st.st_mode))
		return csm_fail(err, CSM_E_IO,
				"%s: is a symbolic link, expected the database itself", db->given);
	if (!S_ISREG(p->st.st_mode))
		return csm_fail(err, CSM_E_IO, "%s: is not a file, expected a database", db->given);
	p->exists = true;
	p->writable = faccessat(AT_FDCWD, p->full, W_OK, AT_EACCESS) == 0 &&
		      faccessat(AT_FDCWD, p->folder, W_OK, AT_EACCESS) == 0;
	return CSM_OK;
}

static bool is_beside(const struct place *p, const char *suffix)
{
	char name[PATH_MAX + 16];
	struct stat st;

	snprintf(name, sizeof(name), "%s%s", p->full, suffix);
	return lstat(name, &st) == 0;
}

/* A file that is there can be used, a file that is not may be made. */
static int check_place(struct csm_db *db, struct place *p, struct csm_err *err)
{
	int fd;

	if (p->exists && p->st.st_size == 0)
		return csm_fail(err, CSM_E_DAMAGED, "%s: is empty, not a csm database", db->given);
	if (p->exists && db->flags & CSM_DB_WRITE && !p->writable)
		return csm_fail(err, CSM_E_IO,
				"%s: the database or its folder cannot be written (%s)", db->given,
				strerror(errno));
	if (p->exists) {
		p->journal = !p->writable && (is_beside(p, "-wal") || is_beside(p, "-journal"));
		return CSM_OK;
	}
	if (!(db->flags & CSM_DB_CREATE) || !(db->flags & CSM_DB_WRITE))
		return csm_fail(err, CSM_E_NOINPUT,
				"%s: no such database, run 'csm init' to make it", db->given);
	/* Leftovers of a file that was here would be played into the new one. */
	if (is_beside(p, "-wal") || is_beside(p, "-journal"))
		return csm_fail(err, CSM_E_DAMAGED, "%s: the log of a lost database stands there, "
				"remove '%s-wal' and '%s-journal' first", db->given, p->full, p->full);
	fd = open(p->full, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return csm_fail(err, CSM_E_IO, "%s: cannot be made (%s)", db->given, strerror(errno));
	close(fd);
	db->created = true;
	return CSM_OK;
}

/* "file:...?immutable=1", with everything that has a meaning in an address written as %XX. */
static const char *make_address(struct csm_db *db, const char *full)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._~";
	struct csm_buf b = CSM_BUF(db->arena);

	csm_buf_add(&b, "file:");
	for (const char *c = full; *c; c++) {
		if (strchr(plain, *c))
			csm_buf_addc(&b, *c);
		else
			csm_buf_addf(&b, "%%%02X", (unsigned)(unsigned char)*c);
	}
	csm_buf_add(&b, "?immutable=1");
	return b.s;
}

/* All that needs no statement. */
static int configure(struct csm_db *db, struct csm_err *err)
{
	static const struct { int op, on; } config[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
	};
	static const struct { int id, value; } limits[] = {
		{ SQLITE_LIMIT_LENGTH, LIMIT_LENGTH },
		{ SQLITE_LIMIT_SQL_LENGTH, LIMIT_SQL_LENGTH },
		{ SQLITE_LIMIT_EXPR_DEPTH, LIMIT_EXPR_DEPTH },
		{ SQLITE_LIMIT_VDBE_OP, LIMIT_VDBE_OP },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LIMIT_LIKE_PATTERN },
	};
	sqlite3 *h = db_sqlite(db)->h;

	for (unsigned i = 0; i < CSM_COUNT(config); i++) {
		int rc = sqlite3_db_config(h, config[i].op, config[i].on, NULL);

		if (rc)
			return db_sqlite_fail(db, rc, NULL, err);
	}
	for (unsigned i = 0; i < CSM_COUNT(limits); i++)
		sqlite3_limit(h, limits[i].id, limits[i].value);
	sqlite3_busy_timeout(h, db->wait_ms);
	return CSM_OK;
}

/* Whose file is it? Only its first page is read for that. */
static int check_owner(struct csm_db *db, struct csm_err *err)
{
	int64_t id;
	int rc = db_sqlite_int(db, "PRAGMA application_id", &id, err);

	if (rc || id == SQLITE_APPLICATION_ID)
		return rc;
	return csm_fail(err, CSM_E_DAMAGED,
			"%s: is not a csm database (its application id is %08x, expected %08x)",
			db->given, (unsigned)id, (unsigned)SQLITE_APPLICATION_ID);
}

static int set_journal(struct csm_db *db, struct csm_err *err)
{
	char mode[16];
	int rc = db_sqlite_text(db, "PRAGMA journal_mode=WAL", mode, sizeof(mode), err);

	if (rc || strcmp(mode, "wal") == 0)
		return rc;
	return csm_fail(err, CSM_E_IO, "%s: the file system cannot keep the log of a database "
			"(journal mode stays '%s')", db->given, mode);
}

static int set_up(struct csm_db *db, struct csm_err *err)
{
	char sql[120];
	int rc;

	if (db->created) {
		snprintf(sql, sizeof(sql),
			 "PRAGMA page_size=" DB_PAGE_SIZE ";PRAGMA application_id=%d",
			 SQLITE_APPLICATION_ID);
		rc = db_sqlite_exec(db, sql, err);
	} else {
		rc = check_owner(db, err);
	}
	if (!rc && db->flags & CSM_DB_WRITE)
		rc = set_journal(db, err);
	if (rc)
		return rc;
	snprintf(sql, sizeof(sql), "PRAGMA secure_delete=ON;PRAGMA cell_size_check=1;PRAGMA mmap_size=0;PRAGMA %s;"
		 DB_CACHE, db->flags & CSM_DB_WRITE ? "synchronous=FULL" : "query_only=1");
	return db_sqlite_exec(db, sql, err);
}

static int open_handle(struct csm_db *db, const struct place *p, struct csm_err *err)
{
	struct sqlite_impl *im = db_sqlite(db);
	int rc, flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE |
			SQLITE_OPEN_PRIVATECACHE;
	const char *name = db->path;

	im->immutable = p->exists && !p->writable && !p->journal;
	if (im->immutable) {
		im->opened = p->st;
		name = make_address(db, db->path);
		flags |= SQLITE_OPEN_URI | SQLITE_OPEN_READONLY;
	} else {
		flags |= SQLITE_OPEN_READWRITE;
	}
	rc = sqlite3_open_v2(name, &im->h, flags, NULL);
	if (!rc && db->flags & CSM_DB_WRITE)
		rc = sqlite3_set_authorizer(im->h, db_sqlite_note_table, im);
	return rc ? db_sqlite_fail(db, rc, NULL, err) : configure(db, err);
}

void csm_db_single_thread(void)
{
	/* Both refuse (and change nothing) when SQLite has been initialised. */
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int db_sqlite_open(struct csm_db *db, struct csm_err *err)
{
	struct place p = { .exists = false };
	int rc = find_place(db, &p, err), e;

	if (!rc)
		rc = check_place(db, &p, err);
	if (rc)
		return rc;
	db->path = csm_strdup(db->arena, p.full);
	db->impl = csm_alloc(db->arena, sizeof(struct sqlite_impl));
	rc = open_handle(db, &p, err);
	if (!rc)
		rc = set_up(db, err);
	if (!rc && db->created && (e = db_sync_folder(db->path)) != 0)
		rc = csm_fail(err, CSM_E_IO, "%s: %s", db->given, strerror(e));
	if (rc && db->created) {
		db->engine->close(db);
		unlink(db->path);
	}
	if (rc == CSM_E_IO && p.journal)
		csm_wrap(err, "a log stands beside the database and its folder cannot be written, "
			 "run a command as its owner first");
	return rc;
}
