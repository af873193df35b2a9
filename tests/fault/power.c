/* SPDX-License-Identifier: MIT */
/*
 * power.c - what the disk would hold had the power failed. A recorded run is replayed up to a cut. What was synced before the cut is there; of what
 * was not, each write is there, or not, or in part (sectors of 512 bytes), and each name of a file that was made, removed or changed is as before or
 * as after until its folder was synced. For each cut: nothing of it, all of it, then choices by the seed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness.h"
#include "rec.h"

#define SECTOR 512
#define CHOICES 4	/* nothing, all, two by chance */

struct op {
	struct rec_op r;
	char *path, *to;
	const unsigned char *data;
};
struct image {			/* what a file holds on the disk */
	uint64_t file;
	unsigned char *data;
	size_t n;
};
struct name {
	char *path;		/* below the folder */
	size_t image;		/* index + 1; 0 none, FOLDER a folder */
};
#define FOLDER ((size_t)-1)
struct disk {
	struct image *images;
	struct name *names;
	size_t nimages, nnames;
};
struct log {
	struct op *v;
	size_t n;
	char *bytes;
};

/* ---- the log ---- */

static char *take(const char **p, size_t n)
{
	char *s = n ? need(strndup(*p, n)) : NULL;

	*p += n;
	return s;
}

static void log_read(struct log *l)
{
	FILE *f = fopen(H.log, "re");
	const char *p;
	size_t n = 0, cap = 0;

	*l = (struct log){ 0 };
	if (!f)
		die("%s: %s", H.log, strerror(errno));
	while (!feof(f) && !ferror(f)) {
		if (cap - n < 65536)
			l->bytes = need(realloc(l->bytes, cap = cap * 2 + 131072));
		n += fread(l->bytes + n, 1, cap - n, f);
	}
	fclose(f);
	for (p = l->bytes; p < l->bytes + n;) {
		struct op op;

		memcpy(&op.r, p, sizeof(op.r));
		p += sizeof(op.r);
		op.path = take(&p, op.r.path_n);
		op.to = take(&p, op.r.to_n);
		op.data = (const unsigned char *)p;
		p += op.r.op == 'W' || op.r.op == 'A' ? op.r.n : 0;
		if (l->n % 256 == 0)
			l->v = need(realloc(l->v, (l->n + 256) * sizeof(*l->v)));
		l->v[l->n++] = op;
	}
}

static void log_free(struct log *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].path);
		free(l->v[i].to);
	}
	free(l->v);
	free(l->bytes);
}

/* ---- the disk ---- */

static const char *below(const char *path)
{
	size_t n = strlen(H.work);

	return strncmp(path, H.work, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

/* The newest file of that number: one that is gone may have given it to another. */
static struct image *find_image(struct disk *d, uint64_t file)
{
	for (size_t i = d->nimages; i--;)
		if (d->images[i].file == file)
			return &d->images[i];
	return NULL;
}

static struct name *find_name(struct disk *d, const char *path)
{
	for (size_t i = 0; i < d->nnames; i++)
		if (strcmp(d->names[i].path, path) == 0)
			return &d->names[i];
	d->names = need(realloc(d->names, (d->nnames + 1) * sizeof(*d->names)));
	d->names[d->nnames] = (struct name){ .path = need(strdup(path)) };
	return &d->names[d->nnames++];
}

static size_t add_image(struct disk *d, uint64_t file, const unsigned char *data, size_t n)
{
	d->images = need(realloc(d->images, (d->nimages + 1) * sizeof(*d->images)));
	d->images[d->nimages] = (struct image){ .file = file, .data = need(malloc(n + 1)), .n = n };
	if (n)
		memcpy(d->images[d->nimages].data, data, n);
	return ++d->nimages;
}

/* What is there before the run. inodes: of the files of `before`, in its order. */
static void disk_open(struct disk *d, const struct base *b, const uint64_t *inodes)
{
	*d = (struct disk){ 0 };
	for (size_t i = 0; i < b->before.n; i++) {
		const struct file *f = &b->before.v[i];

		find_name(d, f->name)->image = f->folder ? FOLDER : add_image(d, inodes[i], f->data, f->n);
	}
}

static void disk_free(struct disk *d)
{
	for (size_t i = 0; i < d->nimages; i++)
		free(d->images[i].data);
	for (size_t i = 0; i < d->nnames; i++)
		free(d->names[i].path);
	free(d->images);
	free(d->names);
}

static void resize(struct image *m, size_t n)
{
	if (n > m->n) {
		m->data = need(realloc(m->data, n + 1));
		memset(m->data + m->n, 0, n - m->n);
	}
	m->n = n;
}

/* A write or truncation reaches the disk; torn: some sectors of it, by the bits of that number. */
static void reach(struct disk *d, const struct op *op, uint64_t torn)
{
	struct image *m = find_image(d, op->r.file);
	size_t at = (size_t)op->r.at, end = at + (size_t)op->r.n;

	if (!m)
		return;		/* a file that is none of ours */
	if (op->r.op == 'T') {
		resize(m, at);
		return;
	}
	if (end > m->n)
		resize(m, end);
	for (size_t i = at, bit = 0; i < end; bit++) {
		size_t step = SECTOR - i % SECTOR;

		if (step > end - i)
			step = end - i;
		if (!torn || torn >> (bit % 61) & 1)
			memcpy(m->data + i, op->data + (i - at), step);
		i += step;
	}
}

/* A change of names reaches the disk. The image of a name that is made now was added when the log came to it. */
static void rename_now(struct disk *d, const struct op *op, size_t image)
{
	struct name *n = find_name(d, below(op->path));

	switch (op->r.op) {
	case 'C':
		n->image = image;
		break;
	case 'M':
		n->image = FOLDER;
		break;
	case 'U':
		n->image = 0;
		break;
	case 'L':
		find_name(d, below(op->to))->image = image;
		break;
	default:
		n->image = 0;
		find_name(d, below(op->to))->image = image;
	}
}

static bool is_name_op(char op)
{
	return strchr("CMURL", op) != NULL;
}

/* The folder that holds a path. */
static bool is_in(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/');
}

struct replay {
	struct disk disk;
	struct disk live;	/* the names as the program saw them, to know what a rename moves */
	const struct log *log;
	size_t *image;		/* of each op of names: what the name stood for */
	bool *done;		/* what is on the disk for sure */
};

/* A sync: what it covers, of all that stands before it. */
static void sync_now(struct replay *r, size_t at)
{
	const struct op *s = &r->log->v[at];

	for (size_t i = 0; i < at; i++) {
		const struct op *op = &r->log->v[i];

		if (r->done[i])
			continue;
		if (s->r.op == 'S' && (op->r.op == 'W' || op->r.op == 'T') && op->r.file == s->r.file) {
			reach(&r->disk, op, 0);
			r->done[i] = true;
		} else if (s->r.op == 'D' && is_name_op(op->r.op) && is_in(op->path, s->path)) {
			rename_now(&r->disk, op, r->image[i]);
			r->done[i] = true;
		}
	}
}

/* The names as the program sees them. */
static void see_name(struct replay *r, size_t i)
{
	const struct op *op = &r->log->v[i];

	if (op->r.op == 'C')
		r->image[i] = add_image(&r->disk, op->r.file, NULL, 0);
	else if (op->r.op == 'R' || op->r.op == 'L')
		r->image[i] = find_name(&r->live, below(op->path))->image;
	rename_now(&r->live, op, r->image[i]);
}

/* What is left of the first `cut` operations. */
static void replay(struct replay *r, const struct base *b, size_t cut, int choice)
{
	const struct log *l = r->log;
	char salt[40];

	for (size_t i = 0; i < cut; i++) {
		char op = l->v[i].r.op;

		if (is_name_op(op))
			see_name(r, i);
		else if (op == 'S' || op == 'D')
			sync_now(r, i);
	}
	snprintf(salt, sizeof(salt), "power:%zu:%d", cut, choice);
	for (size_t i = 0; i < cut && choice; i++) {
		uint64_t luck = choice == 1 ? 0 : chance(b->row, salt, i);
		char op = l->v[i].r.op;

		if (r->done[i] || luck & 1)
			continue;
		if (op == 'W' || op == 'T')
			reach(&r->disk, &l->v[i], (luck & 6) == 6 ? luck >> 3 | 1u << 30 : 0);
		else if (is_name_op(op))
			rename_now(&r->disk, &l->v[i], r->image[i]);
	}
}

/* Whether a path is there, and the folders it is in. */
static bool is_there(const struct disk *d, const char *path)
{
	char *slash, *up = need(strdup(path));
	bool there = false;

	for (size_t i = 0; i < d->nnames && !there; i++)
		there = d->names[i].image && strcmp(d->names[i].path, path) == 0;
	slash = strrchr(up, '/');
	if (slash) {
		*slash = '\0';
		there = there && is_there(d, up);
	}
	free(up);
	return there;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

/* The disk as a folder; of a database what is in memory only is not there. */
static void lay(const struct disk *d)
{
	struct tree t = { .v = need(calloc(d->nnames + 1, sizeof(*t.v))) };

	for (size_t i = 0; i < d->nnames; i++) {
		const struct name *n = &d->names[i];
		const struct image *m = n->image && n->image != FOLDER ? &d->images[n->image - 1] : NULL;

		if (!is_there(d, n->path) || strcmp(n->path, "csm.db-shm") == 0)
			continue;
		t.v[t.n++] = (struct file){ .name = n->path, .mode = m ? 0600 : 0700, .folder = !m, .data = m ? m->data : NULL, .n = m ? m->n : 0 };
	}
	qsort(t.v, t.n, sizeof(*t.v), by_name);		/* a folder comes before what is in it */
	tree_lay(&t, H.work);
	free(t.v);
}

/* ---- the verdict ---- */

/* told: it ended or said so; parts: of so many changes. */
static const char *judge(const struct base *b, const struct state *s, bool told, int parts)
{
	if (*s->damage)
		return s->damage;
	if (b->row->parts && s->changes - b->was.changes < parts)
		return "it told of more than is stored";
	if (b->row->parts)
		return NULL;
	if (told && s->hash != b->is.hash)
		return "it was told that it is stored, and after the power came back it is not";
	if (s->hash != b->is.hash && s->hash != b->was.hash && !b->row->resumes)
		return "the state is neither before nor after";
	return check_files(b, told, true, true);
}

static void try_cut(const struct base *b, const struct log *l, const uint64_t *inodes, size_t cut, int choice)
{
	struct replay r = { .log = l, .image = need(calloc(l->n + 1, sizeof(size_t))), .done = need(calloc(l->n + 1, 1)) };
	bool told = cut == l->n;
	int parts = 0;
	const char *wrong;
	struct state s;

	for (size_t i = 0; i < cut; i++) {
		if (l->v[i].r.op != 'A')
			continue;
		told = told || !b->row->early;
		parts += count_told((const char *)l->v[i].data, (size_t)l->v[i].r.n);
	}
	disk_open(&r.disk, b, inodes);
	disk_open(&r.live, b, inodes);
	replay(&r, b, cut, choice);
	lay(&r.disk);
	H.states++;
	memset(run_shared(), 0, 200);
	state_read(&s, H.work);
	wrong = judge(b, &s, told, parts);
	if (wrong) {
		char *plan = text("power:%zu:%d", cut, choice);
		char *why = text("%s (cut after operation %zu of %zu, the database is as %s)", wrong, cut, l->n,
				 s.hash == b->is.hash ? "after" : s.hash == b->was.hash ? "before" : "neither");

		fail_point(b, plan, why);
		free(plan);
		free(why);
	} else {
		H.passed++;
	}
	disk_free(&r.disk);
	disk_free(&r.live);
	free(r.image);
	free(r.done);
}

static uint64_t *find_inodes(const struct base *b)
{
	uint64_t *inodes = need(calloc(b->before.n + 1, sizeof(*inodes)));

	for (size_t i = 0; i < b->before.n; i++) {
		char *path = text("%s/%s", H.work, b->before.v[i].name);
		struct stat st;

		if (lstat(path, &st) != 0)
			die("%s: %s", path, strerror(errno));
		inodes[i] = (uint64_t)st.st_ino;
		free(path);
	}
	return inodes;
}

/* Cuts where most is at stake: at a sync, before it is done, and at the end. */
static bool is_cut(const struct log *l, size_t cut)
{
	return cut == l->n || (cut && (l->v[cut].r.op == 'S' || l->v[cut].r.op == 'D' || l->v[cut - 1].r.op == 'A'));
}

static void power_run(const struct base *b, size_t only_cut, int only_choice)
{
	struct log l;
	struct result r;
	uint64_t *inodes;

	tree_lay(&b->before, H.work);
	inodes = find_inodes(b);
	run_csm(b->row, "rec", &r);
	if (r.status != b->good.status)
		die("csm %s: under the recorder it ends with %d: %s", b->row->text, r.status, r.err);
	result_free(&r);
	log_read(&l);
	for (size_t cut = 0; cut <= l.n; cut++)
		for (int choice = 0; choice < CHOICES; choice++)
			if (only_choice >= 0 ? cut == only_cut && choice == only_choice : !points_of(b->row) || is_cut(&l, cut))
				try_cut(b, &l, inodes, cut, choice);
	log_free(&l);
	free(inodes);
}

void power(const struct base *b)
{
	power_run(b, 0, -1);
}

void power_point(const struct base *b, const char *plan)
{
	size_t cut = 0;
	int choice = 0;

	if (sscanf(plan, "power:%zu:%d", &cut, &choice) != 2)
		die("%s: expected power:CUT:CHOICE", plan);
	power_run(b, cut, choice);
}
