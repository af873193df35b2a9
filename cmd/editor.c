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
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csm/utf8.h>
#include <csm/xfer.h>

#include "cli_priv.h"

extern char **environ;

struct editing {
	struct cli *c;
	char *folder, *path;		/* the file being edited, in a folder of its own */
	struct csm_vec findings;	/* of the last try: struct csm_err */
	bool typed;			/* the file has something that the database has not */
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

/* What the terminal sends on ^C is meant for the editor, not for csm. */
static int spawn_editor(char *const argv[], pid_t *pid)
{
	posix_spawnattr_t attr;
	sigset_t set;
	int code = posix_spawnattr_init(&attr);

	if (code != 0)
		return code;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	posix_spawnattr_setsigdefault(&attr, &set);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	code = posix_spawnp(pid, argv[0], NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return code;
}

static int wait_editor(struct cli *c, char *const argv[], int *status, struct csm_err *err)
{
	pid_t pid;
	int code = spawn_editor(argv, &pid);

	if (code != 0)
		return csm_fail(err, CSM_E_SYSTEM, "editor '%s': %s", editor_command(c), strerror(code));
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return csm_fail(err, CSM_E_SYSTEM, "editor: %s", strerror(errno));
	return CSM_OK;
}

/* The command may have arguments: the shell takes it apart, the path is its own word. */
static int run_editor(struct cli *c, const char *path, struct csm_err *err)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old_int, old_quit;
	char sh[] = "sh", dash_c[] = "-c", *argv[6];
	int status = 0;

	argv[0] = sh;
	argv[1] = dash_c;
	argv[2] = csm_sprintf(c->arena, "%s \"$@\"", editor_command(c));
	argv[3] = sh;
	argv[4] = csm_strdup(c->arena, path);
	argv[5] = NULL;
	sigemptyset(&ignore.sa_mask);
	sigaction(SIGINT, &ignore, &old_int);
	sigaction(SIGQUIT, &ignore, &old_quit);
	(void)wait_editor(c, argv, &status, err);
	sigaction(SIGINT, &old_int, NULL);
	sigaction(SIGQUIT, &old_quit, NULL);
	if (err->code != CSM_OK)
		return (int)err->code;
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

/* What the editor was opened on is what is stored: nobody was in between, on the record or what it owns. */
static int check_same(struct editing *e, const struct csm_rec *fresh, const char *original,
		      struct csm_err *err)
{
	struct csm_buf now = CSM_BUF(e->c->arena);

	if (csm_edit_document(e->c->store, fresh, &now, err) != CSM_OK)
		return (int)err->code;
	if (strcmp(now.s, original) == 0)
		return CSM_OK;
	return csm_fail(err, CSM_E_CONFLICT, "was changed by another while the editor was open");
}

/* *again: it is the text that is wrong. */
static int apply(struct editing *e, const struct csm_rec *r, const char *original, const char *text,
		 bool *again, struct csm_err *err)
{
	struct cli *c = e->c;
	struct csm_diag diag = { note_finding, e };
	struct csm_source src = csm_source_memory(c->arena, text, strlen(text), "line");
	struct csm_rec *fresh;

	e->findings.n = 0;
	*again = false;
	if (cli_begin(c, err) != CSM_OK ||
	    csm_store_need(c->store, r->type, r->id, c->arena, &fresh, err) != CSM_OK ||
	    check_same(e, fresh, original, err) != CSM_OK)
		return (int)err->code;
	if (csm_edit_apply(c->store, fresh, src, c->if_version, &diag, err) == CSM_OK)
		return cli_answer(c, fresh, "changed", err);
	*again = err->code == CSM_E_INVALID || err->code == CSM_E_REFUSED ||
		 err->code == CSM_E_NOTFOUND || (err->code == CSM_E_CONFLICT && c->if_version < 0);
	return (int)err->code;
}

static int run_once(struct editing *e, const char *head, const char **text, struct csm_err *err)
{
	size_t n;

	if (write_file(e->path, head, *text, err) != CSM_OK || run_editor(e->c, e->path, err) != CSM_OK)
		return (int)err->code;
	e->typed = true;
	if (cli_read_all(e->c->arena, e->path, true, text, &n, err) != CSM_OK)
		return (int)err->code;
	*text = without_head(*text);
	return CSM_OK;
}

/* One record: edit, try, and again while the document is wrong. */
static int edit_record(struct editing *e, struct csm_rec *r, struct csm_err *err)
{
	struct csm_buf doc = CSM_BUF(e->c->arena);
	const char *head = "", *text, *last;
	bool again;

	if (csm_edit_document(e->c->store, r, &doc, err) != CSM_OK)
		return (int)err->code;
	text = last = doc.s;
	for (;;) {
		if (run_once(e, head, &text, err) != CSM_OK)
			return (int)err->code;
		e->typed = text[strspn(text, " \t\r\n")] && strcmp(text, doc.s) != 0;
		if (!e->typed) {
			cli_note(e->c, "%s %s is unchanged", r->type->name, csm_rec_key(e->c->arena, r));
			return CSM_OK;
		}
		if (strcmp(text, last) == 0)
			return csm_fail(err, CSM_E_INVALID, "is still wrong; nothing was changed");
		if (apply(e, r, doc.s, text, &again, err) == CSM_OK)
			return cli_commit(e->c, err);
		csm_store_rollback(e->c->store);
		if (!again)
			return (int)err->code;
		csm_err_clear(err);
		head = head_of(e);
		last = text;
	}
}

static int edit_one(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	(void)c;
	return edit_record(arg, r, err);
}

/* A name that tells the editor what it is. */
static int make_file(struct editing *e, struct csm_err *err)
{
	struct cli *c = e->c;
	const char *dir = cli_getenv("TMPDIR");

	e->folder = csm_sprintf(c->arena, "%s/csm-edit-XXXXXX", dir ? dir : "/tmp");
	if (!mkdtemp(e->folder))
		return csm_fail(err, CSM_E_IO, "%s: %s", e->folder, strerror(errno));
	e->path = csm_sprintf(c->arena, "%s/%s.yaml", e->folder, c->type->name);
	return CSM_OK;
}

int cli_edit_interactive(struct cli *c, struct csm_err *err)
{
	struct editing e = { .c = c, .findings = CSM_VEC(c->arena, struct csm_err) };
	int code;

	if (!c->world->tty_in || !c->world->tty_out)
		return csm_fail(err, CSM_E_USAGE,
				"nothing to change is given, and there is no terminal for an editor (see "
				"%s --help)",
				cli_synopsis(c->arena, c->verb));
	/* One command is one change, and a person is at one record at a time. */
	if (c->nargs != 1 || strcmp(c->args[0], "-") == 0)
		return csm_fail(err, CSM_E_USAGE,
				"the editor takes one record (or say what to change: --FIELD VALUE)");
	if (make_file(&e, err) != CSM_OK)
		return (int)err->code;
	c->many = true;
	code = cli_each(c, c->type, edit_one, &e, err);
	if (code != CSM_OK && e.typed) {
		cli_note(c, "what you wrote is kept in %s", e.path);
	} else {
		unlink(e.path);
		rmdir(e.folder);
	}
	if (err->code == CSM_OK && cli_show_end(c, err) != CSM_OK)
		return (int)err->code;
	return code;
}
