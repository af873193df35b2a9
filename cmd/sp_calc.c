/* SPDX-License-Identifier: MIT */
/*
 * sp_calc.c - schedule calc: a filter that answers questions to schedules, one JSON object a line.
 *
 * A line goes out as it came, byte for byte, with its answer behind: what csm does not look at is never
 * read into numbers and written again. What is printed is held while there is more to read, and goes out
 * before csm waits for input, so a program may write a line and wait for its answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include <csm/svc.h>

#include "cli_priv.h"

static const struct cli_opt options[] = {
	{ .name = "boundary",
	  .arg = CLI_ARG_CHOICE,
	  .choices = "close,next-open",
	  .help = "For lines that do not say it: time used up exactly at closing is due then (close, as "
		  "unsaid), or at the next opening" },
	{ .name = "time-zone",
	  .arg = CLI_ARG_ZONE,
	  .help = "Zone of floating schedules of lines that do not say it; the setting time.zone when unsaid" },
	{ .name = NULL },
};

struct filter {
	struct cli *c;
	struct csm_calc *calc;
	struct csm_arena *line;		/* what one line needs */
	struct csm_source input;
	struct csm_sink out;
	struct csm_err write_err;	/* why what was printed could not go out */
	bool next_open;
	bool failed;			/* a line was answered with an error */
};

/* ---- input ---- */

/* Before csm waits for input, its answers go out; with nobody to read them the input ends. */
static long read_after_flush(void *arg, void *p, size_t n)
{
	struct filter *f = arg;

	if (cli_out_flush(f->c->out, &f->write_err) != CSM_OK || cli_out_gone(f->c->out))
		return 0;
	return f->input.read(f->input.arg, p, n);
}

static bool is_stopped(const struct filter *f)
{
	return f->write_err.code != CSM_OK || cli_out_gone(f->c->out);
}

/* ---- a line and its answer ---- */

/* Behind the value that begins at p; the text is JSON, it was read already. */
static const char *skip_value(const char *p)
{
	unsigned depth = 0;

	do {
		if (*p == '"') {
			for (p++; *p != '"'; p++)
				p += *p == '\\';
		} else if (*p == '{' || *p == '[') {
			depth++;
		} else if (*p == '}' || *p == ']') {
			depth--;
		} else if (!depth) {
			return p + strcspn(p, ",]} \t\r");
		}
		p++;
	} while (depth);
	return p;
}

/* The line's members as they came, without those that hold an earlier answer. */
static void put_members(struct csm_buf *b, const struct csm_node *line, const char *raw)
{
	static const char blanks[] = " \t\r";

	csm_buf_addc(b, '{');
	raw = strchr(raw, '{') + 1;
	for (const struct csm_node *n = line->first; n; n = n->next) {
		const char *start = raw + strspn(raw, " \t\r,");

		raw = skip_value(start);		/* its key */
		raw += strspn(raw, blanks);
		raw++;					/* ':' */
		raw += strspn(raw, blanks);
		raw = skip_value(raw);
		if (strcmp(n->key, "result") == 0 || strcmp(n->key, "error") == 0)
			continue;
		if (b->s[b->n - 1] != '{')
			csm_buf_addc(b, ',');
		csm_buf_addn(b, start, (size_t)(raw - start));
	}
	if (b->s[b->n - 1] != '{')
		csm_buf_addc(b, ',');
}

static int put_line(struct filter *f, struct csm_buf *b, struct csm_err *err)
{
	csm_buf_add(b, "}\n");
	if (f->out.write(f->out.arg, b->s, b->n) != 0)
		return csm_fail(err, CSM_E_IO, "standard output: %s", strerror(errno));
	return CSM_OK;
}

static int put_error(struct filter *f, struct csm_buf *b, const struct csm_err *why, struct csm_err *err)
{
	char text[sizeof(why->msg) * 2];
	struct csm_err here = *why;

	f->failed = true;
	here.file[0] = '\0';
	here.line = 0;
	csm_buf_add(b, "\"error\":");
	csm_json_quote(b, csm_err_text(&here, text, sizeof(text)));
	return put_line(f, b, err);
}

static void put_result(struct csm_buf *b, const struct csm_calc_answer *a)
{
	char text[CSM_TIME_SIZE];

	csm_buf_add(b, "\"result\":");
	if (a->op->result == CSM_CALC_MOMENT)
		csm_buf_addf(b, "\"%s\"", csm_time_format(a->value, text));
	else if (a->op->result == CSM_CALC_SECONDS)
		csm_buf_addf(b, "%" PRId64, a->value);
	else
		csm_buf_add(b, a->value ? "true" : "false");
}

/* What is wrong with the line, and not with the database or the machine. */
static bool is_answer(int code)
{
	return code == CSM_OK || code == CSM_E_INVALID || code == CSM_E_REFUSED || code == CSM_E_NOTFOUND ||
		code == CSM_E_CONFLICT;
}

static int answer_line(struct filter *f, const struct csm_node *line, const char *raw, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(f->line);
	struct csm_calc_answer a;
	struct csm_err why = { 0 };
	int code = csm_calc_line(f->calc, line, f->next_open, &a, &why);

	if (!is_answer(code)) {
		*err = why;
		return code;
	}
	put_members(&b, line, raw);
	if (code)
		return put_error(f, &b, &why, err);
	put_result(&b, &a);
	return put_line(f, &b, err);
}

/* A line that is no JSON object, or holds a key twice: there is nothing to pass through. */
static int answer_broken(struct filter *f, const struct csm_err *why, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(f->line);

	csm_buf_addf(&b, "{\"line\":%" PRId64 ",", why->line);
	return put_error(f, &b, why, err);
}

/* ---- the run ---- */

/* One line; *end at the end of the input. */
static int filter_line(struct filter *f, struct csm_reader *r, bool *end, struct csm_err *err)
{
	struct csm_err why = { 0 };
	struct csm_event ev;
	struct csm_node *node;
	size_t n;
	int code = csm_reader_next(r, &ev, &why);

	*end = !code && ev.type == CSM_EV_END;
	if (*end)
		return CSM_OK;
	if (!code)
		code = csm_reader_node(r, &ev, f->line, &node, &why);
	if (!code)
		return answer_line(f, node, csm_reader_raw(r, &n), err);
	if (code != CSM_E_INVALID) {
		*err = why;
		return code;
	}
	code = answer_broken(f, &why, err);
	return code ? code : csm_reader_skip(r, err);
}

static int filter_source(struct filter *f, const char *name, struct csm_err *err)
{
	const struct csm_read_opts o = { .keep_raw = true };
	struct csm_mark mark = csm_arena_mark(f->line);
	struct csm_reader *r;
	bool end = false;
	int code = csm_reader_open(&r, f->c->arena, CSM_FMT_NDJSON,
				   (struct csm_source){ read_after_flush, f, name, NULL }, &o, err);

	if (code)
		return code;
	while (!code && !end && !is_stopped(f)) {
		code = filter_line(f, r, &end, err);
		csm_arena_rewind(f->line, mark);
	}
	csm_reader_close(r);
	if (f->write_err.code != CSM_OK)
		*err = f->write_err;
	return (int)err->code;
}

static int filter_file(struct filter *f, const char *path, struct csm_err *err)
{
	bool std = strcmp(path, "-") == 0;
	int fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), code;

	if (std && f->c->stdin_used)
		return csm_fail(err, CSM_E_USAGE, "standard input can be read once only");
	f->c->stdin_used = f->c->stdin_used || std;
	if (fd < 0)
		return csm_fail(err, errno == ENOENT || errno == ENOTDIR ? CSM_E_NOINPUT : CSM_E_IO, "%s: %s",
				path, strerror(errno));
	f->input = csm_source_fd(&fd, path);
	code = filter_source(f, path, err);
	if (!std)
		close(fd);
	return code;
}

static int cmd_schedule_calc(struct cli *c, struct csm_err *err)
{
	struct filter f = { .c = c, .out = cli_sink(c) };
	const char *boundary = cli_text(c, "boundary");
	int code = cli_calc_open(c, &f.calc, err);

	if (code)
		return code;
	f.next_open = boundary && cli_same_word(boundary, "next-open");
	f.line = cli_arena(c->arena);
	if (!c->nargs)
		code = filter_file(&f, "-", err);
	for (unsigned i = 0; !code && i < c->nargs && !is_stopped(&f); i++)
		code = filter_file(&f, c->args[i], err);
	csm_arena_free(f.line);
	csm_calc_close(f.calc);
	if (code)
		return code;
	return f.failed ? CSM_NO : CSM_OK;
}

const struct cli_verb sp_calc_verbs[] = {
	{ .noun = "schedule",
	  .verb = "calc",
	  .fn = cmd_schedule_calc,
	  .needs = CLI_READ | CLI_SELFOPEN,
	  .options = options,
	  .args = "[FILE...]",
	  .max = -1,
	  .arg_type = "file",
	  .summary = "Answer questions to schedules, one JSON object a line",
	  .help = "Each line of the FILEs, or of standard input, is an object with op and schedule: the name "
		  "of a stored schedule, or its document.\n"
		  "due takes start and duration, sub takes end (or start) and duration, elapsed takes from and "
		  "to, open and next take at.\n"
		  "It is printed with the answer behind, as result: a moment in UTC, whole seconds, or true or "
		  "false; or as error. All other keys stay as they are.\n"
		  "boundary (close, next-open; of due) and time_zone (of a floating schedule) go before the "
		  "options of these names.\n"
		  "Exit status 0: all were answered, 1: some with an error.\n"
		  "The database is opened when a line names a schedule, or has a floating one and no zone for "
		  "it; until then none is needed.\n" },
	{ .verb = NULL },
};
