/* SPDX-License-Identifier: MIT */
/* tree.c - a folder in memory: read, laid, compared. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"

static unsigned char *read_whole(const char *path, size_t *n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char *data;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		die("%s: %s", path, strerror(errno));
	*n = (size_t)st.st_size;
	data = need(malloc(*n + 1));
	if (read(fd, data, *n) != (ssize_t)*n)
		die("%s: is not read", path);
	data[*n] = 0;
	close(fd);
	return data;
}

static void add(struct tree *t, const char *dir, const char *name)
{
	char *path = text("%s/%s", dir, name);
	struct stat st;

	if (lstat(path, &st) != 0)
		die("%s: %s", path, strerror(errno));
	t->v = need(realloc(t->v, (t->n + 1) * sizeof(*t->v)));
	t->v[t->n] = (struct file){ .name = need(strdup(name)), .mode = st.st_mode & 07777, .folder = S_ISDIR(st.st_mode) };
	if (!t->v[t->n].folder)
		t->v[t->n].data = read_whole(path, &t->v[t->n].n);
	t->n++;
	free(path);
}

/* A folder comes before what is in it. */
static void walk(struct tree *t, const char *dir, const char *below)
{
	char *here = text("%s%s%s", dir, *below ? "/" : "", below);
	DIR *d = opendir(here);
	struct dirent *e;

	if (!d)
		die("%s: %s", here, strerror(errno));
	while ((e = readdir(d)) != NULL) {
		char *name = text("%s%s%s", below, *below ? "/" : "", e->d_name);

		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
			add(t, dir, name);
			if (t->v[t->n - 1].folder)
				walk(t, dir, name);
		}
		free(name);
	}
	closedir(d);
	free(here);
}

void tree_read(struct tree *t, const char *dir)
{
	*t = (struct tree){ 0 };
	walk(t, dir, "");
}

void tree_free(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].name);
		free(t->v[i].data);
	}
	free(t->v);
	*t = (struct tree){ 0 };
}

const struct file *tree_find(const struct tree *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].name, name) == 0)
			return &t->v[i];
	return NULL;
}

bool file_same(const struct file *a, const struct file *b)
{
	if (!a || !b)
		return a == b;
	return a->folder == b->folder && a->n == b->n && (!a->n || memcmp(a->data, b->data, a->n) == 0);
}

bool is_of_database(const char *name)
{
	return strncmp(name, "csm.db", 6) == 0 &&
	       (!name[6] || strcmp(name + 6, "-wal") == 0 || strcmp(name + 6, "-shm") == 0 || strcmp(name + 6, "-journal") == 0);
}

static void write_file(const char *path, const struct file *f)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, f->data, f->n) != (ssize_t)f->n || fchmod(fd, f->mode) != 0)
		die("%s: %s", path, strerror(errno));
	close(fd);
}

void tree_lay(const struct tree *t, const char *dir)
{
	struct tree now;

	tree_read(&now, dir);
	for (size_t i = now.n; i--;) {	/* what is in a folder goes before it */
		char *path = text("%s/%s", dir, now.v[i].name);
		const struct file *f = tree_find(t, now.v[i].name);

		if ((!f || f->folder != now.v[i].folder) && remove(path) != 0)
			die("%s: %s", path, strerror(errno));
		free(path);
	}
	for (size_t i = 0; i < t->n; i++) {
		char *path = text("%s/%s", dir, t->v[i].name);

		if (t->v[i].folder && !tree_find(&now, t->v[i].name) && mkdir(path, t->v[i].mode) != 0)
			die("%s: %s", path, strerror(errno));
		if (!t->v[i].folder && !file_same(&t->v[i], tree_find(&now, t->v[i].name)))
			write_file(path, &t->v[i]);
		free(path);
	}
	tree_free(&now);
}
