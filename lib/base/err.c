/* SPDX-License-Identifier: MIT */
/* err.c - the error object and the table of codes. */
#include <stdio.h>
#include <string.h>

#include <csm/err.h>

#include "base/base_priv.h"

static const struct csm_code_row code_rows[] = {
	{ CSM_OK, "ok", "done and durable, or yes" },
	{ CSM_NO, "no",
	  "a check, diff or report answered no; a load that was told to skip bad rows skipped some" },
	{ CSM_E_USAGE, "usage", "the command line is wrong" },
	{ CSM_E_NOTFOUND, "notfound", "no such record" },
	{ CSM_E_REFUSED, "refused", "refused by a rule" },
	{ CSM_E_CONFLICT, "conflict", "conflict with what is stored, or stale" },
	{ CSM_E_INVALID, "invalid", "the input is wrong" },
	{ CSM_E_NOINPUT, "noinput", "an input file or the database is missing" },
	{ CSM_E_HELPER, "helper", "a helper program is missing" },
	{ CSM_E_INTERNAL, "internal", "a fault of csm itself" },
	{ CSM_E_SYSTEM, "system", "out of memory, or the system refused" },
	{ CSM_E_IO, "io", "reading or writing failed" },
	{ CSM_E_BUSY, "busy", "the database is locked by another; try again" },
	{ CSM_E_DAMAGED, "damaged", "the database is damaged or not csm's" },
	{ CSM_E_PERM, "perm", "not permitted" },
	{ CSM_E_CONFIG, "config", "newer schema, or wrong configuration" },
	{ CSM_OK, NULL, NULL },
};

const struct csm_code_row *csm_code_rows(void)
{
	return code_rows;
}

const char *csm_code_name(enum csm_code code)
{
	for (const struct csm_code_row *r = code_rows; r->name; r++)
		if (r->code == code)
			return r->name;
	return "unknown";
}

bool csm_code_is_trouble(int code)
{
	return code == CSM_E_SYSTEM || code == CSM_E_IO || code == CSM_E_BUSY || code == CSM_E_DAMAGED;
}

void csm_err_clear(struct csm_err *err)
{
	if (!err)
		return;
	err->code = CSM_OK;
	err->type[0] = err->key[0] = err->field[0] = err->file[0] = err->msg[0] = '\0';
	err->line = err->col = 0;
}

/* After a cut: never leave half of a character at the end, the message may go into a document. */
static void trim_half(char *s, size_t size)
{
	size_t n = strlen(s), back = 0;
	uint32_t cp;

	if (n + 1 < size)
		return;
	while (back < 3 && back < n && ((unsigned char)s[n - 1 - back] & 0xC0) == 0x80)
		back++;
	if (back < n && !base_utf8_next(s + n - 1 - back, back + 1, &cp))
		s[n - 1 - back] = '\0';
}

static void copy_text(char *buf, size_t size, const char *s)
{
	size_t n = strlen(s);

	if (n >= size)
		n = size - 1;
	memcpy(buf, s, n);
	buf[n] = '\0';
	trim_half(buf, size);
}

int csm_fail(struct csm_err *err, enum csm_code code, const char *fmt, ...)
{
	char msg[sizeof(err->msg)];
	va_list ap;

	if (!err)
		return code;
	if (err->code == CSM_OK)
		csm_err_clear(err);
	/* By way of a local: the arguments may point into the old message. */
	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	copy_text(err->msg, sizeof(err->msg), msg);
	err->code = code;
	return code;
}

int csm_wrap(struct csm_err *err, const char *fmt, ...)
{
	char head[sizeof(err->msg)], msg[sizeof(err->msg)];
	size_t n;
	va_list ap;

	if (!err)
		return CSM_E_INTERNAL;
	va_start(ap, fmt);
	vsnprintf(head, sizeof(head), fmt, ap);
	va_end(ap);
	trim_half(head, sizeof(head));
	n = strlen(head);
	copy_text(msg, sizeof(msg), err->msg);
	copy_text(err->msg, sizeof(err->msg), head);
	if (n + 2 < sizeof(err->msg)) {
		memcpy(err->msg + n, ": ", 3);
		copy_text(err->msg + n + 2, sizeof(err->msg) - n - 2, msg);
	}
	return err->code;
}

int csm_err_on(struct csm_err *err, const char *type, const char *key, const char *field)
{
	if (!err)
		return CSM_E_INTERNAL;
	if (type)
		copy_text(err->type, sizeof(err->type), type);
	if (key)
		copy_text(err->key, sizeof(err->key), key);
	if (field)
		copy_text(err->field, sizeof(err->field), field);
	return err->code;
}

int csm_err_at(struct csm_err *err, const char *file, int64_t line, int64_t col)
{
	if (!err)
		return CSM_E_INTERNAL;
	if (file)
		copy_text(err->file, sizeof(err->file), file);
	err->line = line;
	err->col = col;
	return err->code;
}

int csm_err_nowhere(struct csm_err *err)
{
	if (!err)
		return CSM_E_INTERNAL;
	if (csm_code_is_trouble((int)err->code)) {
		err->type[0] = err->key[0] = err->field[0] = err->file[0] = '\0';
		err->line = err->col = 0;
	}
	return (int)err->code;
}

char *csm_err_text(const struct csm_err *err, char *buf, unsigned long size)
{
	char line[32] = "", col[32] = "";
	const char *type_gap;

	if (!size)
		return buf;
	if (err->line > 0)
		snprintf(line, sizeof(line), "%s%lld", err->file[0] ? ":" : "line ",
			 (long long)err->line);
	if (err->col > 0)
		snprintf(col, sizeof(col), "%s%lld", err->line > 0 || err->file[0] ? ":" : "column ",
			 (long long)err->col);
	type_gap = err->type[0] && err->key[0] ? " " : "";
	snprintf(buf, size, "%s%s%s%s%s%s%s%s%s%s%s", err->file, line, col,
		 err->file[0] || line[0] || col[0] ? ": " : "", err->type, type_gap, err->key,
		 err->type[0] || err->key[0] ? ": " : "", err->field, err->field[0] ? ": " : "",
		 err->msg);
	trim_half(buf, size);
	return buf;
}

void csm_diag_note(const struct csm_diag *diag, char severity, const struct csm_err *err)
{
	if (diag && diag->note)
		diag->note(diag->arg, severity, err);
}
