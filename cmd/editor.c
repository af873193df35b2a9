/* SPDX-License-Identifier: MIT */
/*
 * editor.c - `edit` without fields: the record as YAML in the user's editor, again with the messages as
 * comments until it is right.
 *
 * The database is not locked while a person types: the record's version, taken when the editor opened,
 * refuses a change in between.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csm/utf8.h>
#include <csm/xfer.h>

#include "cli_priv.h"

extern char **environ;

struct editing {
	struct cli *c;
	const char *path;		/* the file being edited */
	struct csm_vec findings;	/* of the last try: struct csm_err */
	bool changed;
};

static const char *editor_command(struct cli *c)
{
	const char *s = cli_config_get(c->world, "editor", NULL);

	if (!s)
		s = cli_getenv("VISUAL");
	if (!s)
		s = cli_getenv("EDITOR");
	return s ? s : "vi";
}

/* The command may have arguments: the shell takes it apart, the path is its own word. */
static int run_editor(struct cli *c, const char *path, struct csm_err *err)
{
	char sh[] = "sh", dash_c[] = "-c", *argv[6];
	pid_t pid;
	int status, code;

	argv[0] = sh;
	argv[1] = dash_c;
	argv[2] = csm_sprintf(c->arena, "%s \"$@\"", editor_command(c));
	argv[3] = sh;
	argv[4] = csm_strdup(c->arena, path);
	argv[5] = NULL;
	code = posix_spawnp(&pid, sh, NULL, NULL, argv, environ);
	if (code != 0)
		return csm_fail(err, CSM_E_SYSTEM, "editor '%s': %s", editor_command(c), strerror(code));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return csm_fail(err, CSM_E_SYSTEM, "editor: %s", strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return csm_fail(err, CSM_E_REFUSED,
				"the editor '%s' ended with a failure; nothing was changed",
				editor_command(c));
	return CSM_OK;
}

static int write_file(const char *path, const char *head, const char *text, struct csm_err *err)
{
	FILE *f = fopen(path, "w");
	bool bad;

	if (!f)
		return csm_fail(err, CSM_E_IO, "%s: %s", path, strerror(errno));
	fputs(head, f);
	fputs(text, f);
	bad = ferror(f);
	if (fclose(f) != 0 || bad)
		return csm_fail(err, CSM_E_IO, "%s: %s", path, strerror(errno));
	return CSM_OK;
}

static void note_finding(void *arg, char severity, const struct csm_err *err)
{
	struct editing *e = arg;

	(void)severity;
	*(struct csm_err *)csm_vec_add(&e->findings) = *err;
}

/* The lines a person wrote, without those csm put before them. */
static const char *without_head(const char *text)
{
	while (strncmp(text, "# csm: ", 7) == 0) {
		const char *end = strchr(text, '\n');

		text = end ? end + 1 : text + strlen(text);
	}
	return text;
}

/* The findings as comments. Their lines are those of the file the person will see, below the comments. */
static const char *head_of(struct editing *e)
{
	struct csm_buf b = CSM_BUF(e->c->arena);
	char text[1600];

	csm_buf_add(&b, "# csm: The record was not changed:\n");
	for (size_t i = 0; i < e->findings.n; i++) {
		struct csm_err err = *CSM_AT(&e->findings, struct csm_err, i);

		if (err.line)
			err.line += (int64_t)e->findings.n + 2;
		csm_err_text(&err, text, sizeof(text));
		csm_buf_addf(&b, "# csm:   %s\n", csm_term_text(e->c->arena, text, true));
	}
	csm_buf_add(&b, "# csm: Correct it, or empty the file to give up.\n");
	return b.s;
}

static int apply(struct editing *e, struct csm_rec *r, const char *text, int64_t version, struct csm_err *err)
{
	struct cli *c = e->c;
	struct csm_diag diag = { note_finding, e };
	struct csm_rec *fresh;

	e->findings.n = 0;
	if (cli_begin(c, err) != CSM_OK)
		return (int)err->code;
	if (csm_store_need(c->store, r->type, r->id, c->arena, &fresh, err) != CSM_OK ||
	    csm_edit_apply(c->store, fresh, csm_source_memory(c->arena, text, strlen(text), "line"),
			   version, &diag, err) != CSM_OK) {
		csm_store_rollback(c->store);
		if (!e->findings.n)
			note_finding(e, 'e', err);
		return (int)err->code;
	}
	return cli_answer(c, fresh, "changed", err);
}

/* One record: edit, try, and again while the document is wrong. */
static int edit_record(struct editing *e, struct csm_rec *r, struct csm_err *err)
{
	int64_t version = csm_rec_int(r, csm_field_index(r->type, "version"));
	struct csm_buf doc = CSM_BUF(e->c->arena);
	const char *head = "", *text, *original;
	size_t n;

	if (csm_edit_document(e->c->store, r, &doc, err) != CSM_OK)
		return (int)err->code;
	text = original = doc.s;
	for (;;) {
		if (write_file(e->path, head, text, err) != CSM_OK ||
		    run_editor(e->c, e->path, err) != CSM_OK ||
		    cli_read_all(e->c->arena, e->path, false, &text, &n, err) != CSM_OK)
			return (int)err->code;
		text = without_head(text);
		if (!text[strspn(text, " \t\r\n")] || strcmp(text, original) == 0) {
			cli_note(e->c, "%s %s is unchanged", r->type->name, csm_rec_key(e->c->arena, r));
			return CSM_OK;
		}
		csm_err_clear(err);
		if (apply(e, r, text, version, err) == CSM_OK) {
			e->changed = true;
			return cli_commit(e->c, err);
		}
		if (err->code != CSM_E_INVALID && err->code != CSM_E_REFUSED && err->code != CSM_E_NOTFOUND)
			return (int)err->code;
		head = head_of(e);
	}
}

static int edit_one(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	(void)c;
	return edit_record(arg, r, err);
}

int cli_edit_interactive(struct cli *c, struct csm_err *err)
{
	const char *dir = cli_getenv("TMPDIR");
	struct editing e = { .c = c, .findings = CSM_VEC(c->arena, struct csm_err) };
	char path[512];
	int fd, code;

	if (!c->world->tty_in || !c->world->tty_out)
		return csm_fail(err, CSM_E_USAGE,
				"nothing to change is given, and there is no terminal for an editor (see "
				"%s --help)",
				cli_synopsis(c->arena, c->verb));
	/* One command is one change, and a person is at one record at a time. */
	if (c->nargs != 1 || strcmp(c->args[0], "-") == 0)
		return csm_fail(err, CSM_E_USAGE,
				"the editor takes one record (or say what to change: --FIELD VALUE)");
	snprintf(path, sizeof(path), "%s/csm-edit-XXXXXX", dir ? dir : "/tmp");
	fd = mkstemp(path);
	if (fd < 0)
		return csm_fail(err, CSM_E_IO, "%s: %s", path, strerror(errno));
	close(fd);
	e.path = path;
	c->many = true;
	code = cli_each(c, c->type, edit_one, &e, err);
	unlink(path);
	if (err->code == CSM_OK && cli_show_end(c, err) != CSM_OK)
		return (int)err->code;
	return code;
}
