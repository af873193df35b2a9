/* SPDX-License-Identifier: MIT */
/*
 * sp_batch.c - csm batch: commands as lines of NDJSON, answered in NDJSON, in one process on one connection.
 *
 * Each line goes through the dispatcher as a command line of its own does. What it would print is caught and
 * becomes its answer, which goes out when what it tells is stored: with --atomic at the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <csm/utf8.h>

#include "cli_priv.h"

/* Statements and names that the connection keeps are forgotten now and then, so that a batch has no end. */
#define LINES_A_CONNECTION 4096

static const struct cli_opt options[] = {
	{ .name = "atomic", .help = "All lines are one change: when one fails, nothing of any is stored" },
	{ .name = NULL },
};

struct batch {
	struct cli_batch shared;
	struct cli_lines lines;
	int64_t count, failed;
	int status;			/* atomic: of the line that failed */
};

/* Keys of answers. */
static const char *const own[] = { "status", "result", "output", "messages", NULL };

/* ---- the connection ---- */

static void close_connection(struct cli_batch *b)
{
	csm_store_close(b->store);
	csm_db_close(b->db);
	b->store = NULL;
	b->db = NULL;
	b->age = 0;
}

/* In an atomic batch, clock and actor are those of the change. */
static int check_env(const struct cli *c, struct csm_err *err)
{
	static const char *const names[] = { "as", "now", "dry-run", "backdate", "on-behalf", "config", "wait" };

	for (size_t i = 0; i < CSM_COUNT(names); i++) {
		const struct cli_value *v = cli_value(c, names[i]);

		if (v && !v->inherited)
			return csm_fail(err, CSM_E_USAGE,
					"--%s is not for a line of an atomic batch, but for csm batch itself",
					names[i]);
	}
	return CSM_OK;
}

int cli_batch_check(const struct cli *c, struct csm_err *err)
{
	const struct cli_batch *b = c->world->batch;
	uint32_t needs = c->verb->needs;

	if (needs & CLI_BATCH)
		return csm_fail(err, CSM_E_USAGE, "a batch is no line of a batch");
	if (needs & (CLI_READ | CLI_WRITE | CLI_RAWDB | CLI_RAWDB_W) && c->db_path && b->c->db_path &&
	    strcmp(c->db_path, b->c->db_path) != 0)
		return csm_fail(err, CSM_E_USAGE, "a batch works on one database (%s)", b->c->db_path);
	if (!b->atomic)
		return CSM_OK;
	if (needs & (CLI_RAWDB | CLI_RAWDB_W | CLI_ALONE))
		return csm_fail(err, CSM_E_USAGE, "'%s' can't be part of an atomic batch", c->verb->verb);
	return check_env(c, err);
}

/* A connection that can do what the line needs. */
static int connect_for(struct cli_batch *b, const struct cli *c, bool write, struct csm_err *err)
{
	if (b->db && ((write && !b->write) || b->wait_ms != c->wait_ms || b->age >= LINES_A_CONNECTION))
		close_connection(b);
	if (b->db)
		return CSM_OK;
	b->write = write;
	b->wait_ms = c->wait_ms;
	return csm_db_open(&b->db, c->db_path, write ? CSM_DB_WRITE : 0, c->wait_ms, err);
}

int cli_batch_open(struct cli *c, bool write, struct csm_err *err)
{
	struct cli_batch *b = c->world->batch;
	int code = CSM_OK;

	if (!b->atomic) {
		code = connect_for(b, c, write, err);
		c->db = b->db;
		/* one snapshot for all that a command reads */
		if (!code && !write)
			code = csm_db_begin(b->db, false, err);
		if (!code)
			code = b->store ? csm_store_renew(b->store, &c->env, err)
					: csm_store_open(&b->store, b->db, &c->env, err);
		b->age++;
	}
	c->db = b->db;
	c->store = b->store;
	return code;
}

void cli_batch_close(struct cli *c)
{
	struct cli_batch *b = c->world->batch;

	if (b->atomic)
		return;
	if (b->store && csm_store_writing(b->store))
		csm_store_rollback(b->store);
	if (b->db && csm_db_in_transaction(b->db))
		csm_db_rollback(b->db);
}

void cli_batch_release(struct cli_batch *b)
{
	if (!b->atomic)
		close_connection(b);
}

/* ---- standard input of a line ---- */

/* The text of its key `input` as standard input, or nothing. */
static int set_input(struct batch *b, const struct csm_node *text, struct csm_err *err)
{
	const char *dir = cli_getenv("TMPDIR");
	int fd = -1, code = CSM_OK;
	char path[512];

	if (text && (text->type != CSM_N_SCALAR || text->scalar == CSM_SC_NULL))
		return csm_fail(err, CSM_E_USAGE, "input: expected the text of standard input");
	if (!text) {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	} else if (snprintf(path, sizeof(path), "%s/csm-in-XXXXXX", dir ? dir : "/tmp") < (int)sizeof(path)) {
		fd = mkstemp(path);
		if (fd >= 0)
			unlink(path);
	}
	if (fd >= 0 && text) {
		struct csm_sink sink = csm_sink_fd(&fd);

		if (sink.write(sink.arg, text->text, strlen(text->text)) != 0 || lseek(fd, 0, SEEK_SET) != 0)
			code = csm_fail(err, CSM_E_IO, "input: %s", strerror(errno));
	}
	if (fd < 0 || (!code && dup2(fd, STDIN_FILENO) < 0))
		code = csm_fail(err, CSM_E_IO, "input: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	/* what the line before has left in the stream is not this one's */
	rewind(stdin);
	b->lines.c->stdin_used = true;
	return code;
}

/* ---- the answer ---- */

/* JSON on one line: newlines and what indents stand between its tokens only. */
struct join {
	struct csm_sink to;
	bool start;			/* nothing of the line so far */
};

static int write_joined(void *arg, const void *p, size_t n)
{
	struct join *j = arg;
	const char *s = p;

	while (n) {
		size_t skip = 0, k;

		while (j->start && skip < n && (s[skip] == ' ' || s[skip] == '\n'))
			skip++;
		s += skip;
		n -= skip;
		j->start = j->start && !n;
		for (k = 0; k < n && s[k] != '\n'; k++)
			;
		if (k && j->to.write(j->to.arg, s, k) != 0)
			return -1;
		s += k;
		n -= k;
		if (n)
			j->start = true;
	}
	return 0;
}

/* Text as the inside of a JSON string. */
static int write_quoted(void *arg, const void *p, size_t n)
{
	struct csm_sink *to = arg;
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_new(NULL, NULL);
	struct csm_buf b = CSM_BUF(a);
	const char *s = p;

	if (!a) {
		errno = ENOMEM;
		return -1;
	}
	while (n) {
		size_t k = strnlen(s, n);

		csm_buf_reset(&b);
		csm_json_quote(&b, csm_strndup(a, s, k));
		b.n--;
		if (k < n) {		/* rows that end with NUL */
			csm_buf_add(&b, "\\u0000");
			k++;
		}
		if (to->write(to->arg, b.s + 1, b.n - 1) != 0)
			return -1;
		s += k;
		n -= k;
	}
	return 0;
}

/* What it said to people: errors and warnings are objects, notes are text. */
static void put_talk(struct csm_buf *b, const struct csm_buf *talk)
{
	const char *s = talk->n ? talk->s : "";

	csm_buf_add(b, ",\"messages\":[");
	for (const char *end; (end = strchr(s, '\n')) != NULL; s = end + 1) {
		if (b->s[b->n - 1] != '[')
			csm_buf_addc(b, ',');
		if (*s == '{')
			csm_buf_addn(b, s, (size_t)(end - s));
		else
			csm_json_quote(b, csm_strndup(b->arena, s, (size_t)(end - s)));
	}
	csm_buf_addc(b, ']');
}

/* Whether what the command printed is JSON: with -o json all is but what --format makes of rows. */
static bool is_json(const struct cli *c)
{
	return c->format == CSM_FMT_JSON && c->verb && !cli_given(c, "format") && !cli_given(c, "help") &&
	       c->verb->needs & (CLI_DOC | CLI_LIST | CLI_WRITE);
}

static int put_answer(struct batch *b, struct csm_buf *members, struct cli *line, int status,
		      struct csm_err *err)
{
	struct csm_sink out = cli_sink(b->lines.c);
	struct join join = { out, true };

	csm_buf_addf(members, "\"status\":%d", status);
	if (line && cli_out_any(line->out)) {
		bool json = is_json(line);

		csm_buf_add(members, json ? ",\"result\":" : ",\"output\":\"");
		if (out.write(out.arg, members->s, members->n) != 0 ||
		    cli_out_release(line->out, json ? (struct csm_sink){ write_joined, &join }
						    : (struct csm_sink){ write_quoted, &out }, err) != CSM_OK)
			return csm_fail(err, CSM_E_IO, "standard output: %s", strerror(errno));
		csm_buf_reset(members);
		csm_buf_add(members, json ? "" : "\"");
	}
	if (b->shared.talk.n)
		put_talk(members, &b->shared.talk);
	return cli_lines_put(&b->lines, members, err);
}

/* ---- a line ---- */

/* The words of args as a command line has them. */
static int make_words(struct csm_arena *a, const struct csm_node *line, int *argc, char ***argv,
		      struct csm_err *err)
{
	const struct csm_node *args = csm_node_get(line, "args");
	int n = 1;

	if (!args || args->type != CSM_N_SEQ || !args->first)
		return csm_fail(err, CSM_E_USAGE,
				"expected args: the words of a command, such as [\"case\", \"show\", \"CS0000001\"]");
	for (const struct csm_node *w = args->first; w; w = w->next, n++)
		if (w->type != CSM_N_SCALAR || w->scalar == CSM_SC_NULL)
			return csm_fail(err, CSM_E_USAGE, "args: word %d is no text", n);
	*argv = csm_calloc(a, (size_t)n + 1, sizeof(**argv));
	*argc = n;
	(*argv)[0] = csm_strdup(a, "csm");
	n = 1;
	for (const struct csm_node *w = args->first; w; w = w->next)
		(*argv)[n++] = csm_strdup(a, w->text);
	return CSM_OK;
}

/* Run it as a command; what is wrong with the line itself is told as a command's errors are. */
static int run_words(struct batch *b, struct cli *line, const struct csm_node *node)
{
	struct csm_err err = { 0 };
	char **argv = NULL;
	int argc = 0, code = make_words(line->arena, node, &argc, &argv, &err);

	if (!code)
		code = set_input(b, csm_node_get(node, "input"), &err);
	if (!code)
		return cli_run_line(line, argc, argv);
	line->format = CSM_FMT_JSON;
	cli_fault(line, &err, 'e');
	return code;
}

static void note_status(struct batch *b, int status)
{
	b->count++;
	if (status == CSM_OK || status == CSM_NO)
		return;
	b->failed++;
	if (!b->shared.atomic)
		return;
	b->status = status;
	b->lines.stop = true;
	/* what the lines before would have told is not stored */
	cli_out_drop(b->lines.c->out);
}

static int answer_broken(struct batch *b, struct cli *line, const struct csm_err *why, struct csm_err *err)
{
	struct csm_buf members = CSM_BUF(b->lines.line);

	line->format = CSM_FMT_JSON;
	cli_fault(line, why, 'e');
	note_status(b, (int)why->code);
	csm_buf_addf(&members, "{\"line\":%" PRId64 ",", why->line);
	return put_answer(b, &members, NULL, (int)why->code, err);
}

static int answer_line(void *arg, const struct csm_node *node, const char *raw, const struct csm_err *why,
		       struct csm_err *err)
{
	struct batch *b = arg;
	struct cli *c = b->lines.c;
	struct csm_arena *own_arena CSM_CLEANUP(csm_arena_freep) = cli_arena(c->arena);
	struct csm_arena *talk CSM_CLEANUP(csm_arena_freep) = cli_arena(c->arena);
	struct cli_world w = *c->world;
	struct cli line = { .arena = own_arena, .world = &w, .dict = c->dict, .if_version = -1 };
	struct csm_buf members = CSM_BUF(b->lines.line);
	int code;

	w.arena = own_arena;
	w.tty_in = w.tty_out = w.tty_err = w.color = false;
	w.batch = &b->shared;
	if (!b->shared.atomic)
		w.clock = cli_clock();
	b->shared.talk = (struct csm_buf)CSM_BUF(talk);
	line.out = cli_out_new(own_arena);
	cli_out_capture(line.out);
	if (!node) {
		code = answer_broken(b, &line, why, err);
	} else {
		int status = run_words(b, &line, node);

		note_status(b, status);
		cli_lines_members(&members, node, raw, own);
		code = put_answer(b, &members, &line, status, err);
	}
	cli_out_free(line.out);
	return code;
}

/* ---- the run ---- */

static int begin_atomic(struct batch *b, struct csm_err *err)
{
	struct cli *c = b->lines.c;
	int code = cli_open(c, err);

	if (!code)
		code = cli_begin(c, err);
	b->shared.db = c->db;
	b->shared.store = c->store;
	b->lines.hold = true;
	return code;
}

static int end_atomic(struct batch *b, struct csm_err *err)
{
	struct cli *c = b->lines.c;

	if (!b->failed)
		return cli_commit(c, err);
	csm_store_rollback(c->store);
	cli_out_hold(c->out, false);
	csm_fail(err, (enum csm_code)b->status, "line %" PRId64 " failed; nothing of the batch was stored",
		 b->count);
	return b->status;
}

static int cmd_batch(struct cli *c, struct csm_err *err)
{
	struct batch b = { .shared = { .c = c, .atomic = cli_given(c, "atomic") },
			   .lines = { .c = c, .answer = answer_line } };
	int code = CSM_OK;

	b.lines.arg = &b;
	/* lines have standard inputs of their own */
	b.lines.in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	if (b.shared.atomic)
		code = begin_atomic(&b, err);
	if (!code)
		code = cli_lines_run(&b.lines, err);
	if (b.shared.atomic && !code)
		code = end_atomic(&b, err);
	cli_batch_release(&b.shared);
	if (b.lines.in >= 0)
		close(b.lines.in);
	if (code)
		return code;
	if (b.failed)
		cli_note(c, "%" PRId64 " of %" PRId64 " lines failed", b.failed, b.count);
	return b.failed ? CSM_NO : CSM_OK;
}

const struct cli_verb sp_batch_verbs[] = {
	{ .verb = "batch",
	  .fn = cmd_batch,
	  .needs = CLI_WRITE | CLI_OWNTX | CLI_SELFOPEN | CLI_BATCH | CLI_TZ,
	  .options = options,
	  .args = "[FILE...]",
	  .max = -1,
	  .arg_type = "file",
	  .summary = "Run commands, one JSON object a line, in one process",
	  .help = "Each line of the FILEs, or of standard input, is an object with args: the words of a csm "
		  "command, such as {\"args\": [\"case\", \"show\", \"CS0000001\"]}. The text of input is its "
		  "standard input.\n\n"
		  "It is printed with its answer behind: status, what the command would exit with; result, what "
		  "it printed, as JSON, or output, as text, where -o asks for another format; messages, what it "
		  "said on standard error. All other keys stay as they are.\n\n"
		  "Global options of csm batch hold for each line that does not say otherwise. Each line is a "
		  "change of its own, and an answer goes out when it is stored. With --atomic all are one "
		  "change: the first line that fails ends the batch, its answer is the only one, its status "
		  "is that of csm batch.\n\n"
		  "Exit status 0: all lines were answered with status 0 or 1; 1: some were not.\n" },
	{ .verb = NULL },
};
