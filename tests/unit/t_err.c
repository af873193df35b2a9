/* SPDX-License-Identifier: MIT */
/* t_err.c - the error object: messages, context, places, cuts. */
#include <csm/err.h>
#include <csm/utf8.h>

#include "t.h"

static void test_codes(void)
{
	const struct csm_code_row *r = csm_code_rows();
	int n = 0, codes = 0;

	for (; r->name; r++, n++) {
		T_OK(r->help[0] != '\0');
		codes += r->code;
		for (const struct csm_code_row *s = csm_code_rows(); s != r; s++)
			T_OK(s->code != r->code && strcmp(s->name, r->name) != 0);
	}
	T_EQ_INT(n, 16);
	T_EQ_INT(codes, 0 + 1 + 2 + 3 + 4 + 5 + 65 + 66 + 69 + 70 + 71 + 74 + 75 + 76 + 77 + 78);
}

static void test_fail(void)
{
	struct csm_err err = { 0 };
	char buf[2048];

	T_EQ_INT(csm_fail(&err, CSM_E_INVALID, "'%s' is no number", "x"), CSM_E_INVALID);
	T_EQ_STR(err.msg, "'x' is no number");
	T_EQ_STR(csm_err_text(&err, buf, sizeof(buf)), "'x' is no number");
	T_EQ_INT(csm_err_on(&err, "case", "CS0000012", "state"), CSM_E_INVALID);
	T_EQ_STR(csm_err_text(&err, buf, sizeof(buf)), "case CS0000012: state: 'x' is no number");
	T_EQ_INT(csm_err_at(&err, "a.yaml", 3, 14), CSM_E_INVALID);
	T_EQ_STR(csm_err_text(&err, buf, sizeof(buf)),
		 "a.yaml:3:14: case CS0000012: state: 'x' is no number");
	/* A second failure of the same thing keeps the place; msg may be built from itself. */
	T_EQ_INT(csm_fail(&err, CSM_E_REFUSED, "%s, again", err.msg), CSM_E_REFUSED);
	T_EQ_STR(csm_err_text(&err, buf, sizeof(buf)),
		 "a.yaml:3:14: case CS0000012: state: 'x' is no number, again");
	T_EQ_INT(csm_err_on(&err, NULL, NULL, "priority"), CSM_E_REFUSED);
	T_EQ_STR(err.field, "priority");
	T_EQ_STR(err.key, "CS0000012");
	/* After the error was taken away the places are gone with the next one. */
	err.code = CSM_OK;
	csm_fail(&err, CSM_E_IO, "disk full");
	T_EQ_STR(csm_err_text(&err, buf, sizeof(buf)), "disk full");
	csm_err_clear(&err);
	T_EQ_INT(err.code, CSM_OK);
	T_EQ_STR(err.msg, "");
}

static void test_text_parts(void)
{
	struct csm_err err = { 0 };
	char buf[256];

	csm_fail(&err, CSM_E_INVALID, "wrong");
	csm_err_at(&err, NULL, 0, 7);
	T_EQ_STR(csm_err_text(&err, buf, sizeof(buf)), "column 7: wrong");
	csm_err_at(&err, NULL, 4, 7);
	T_EQ_STR(csm_err_text(&err, buf, sizeof(buf)), "line 4:7: wrong");
	csm_err_at(&err, "f", 0, 0);
	T_EQ_STR(csm_err_text(&err, buf, sizeof(buf)), "f: wrong");
	csm_err_on(&err, NULL, NULL, "name");
	T_EQ_STR(csm_err_text(&err, buf, sizeof(buf)), "f: name: wrong");
	csm_err_on(&err, NULL, "k", NULL);
	T_EQ_STR(csm_err_text(&err, buf, sizeof(buf)), "f: k: name: wrong");
	T_EQ_STR(csm_err_text(&err, buf, 4), "f: ");
	buf[0] = 'z';
	csm_err_text(&err, buf, 0);
	T_EQ_INT(buf[0], 'z');
}

static void test_null(void)
{
	T_EQ_INT(csm_fail(NULL, CSM_E_BUSY, "locked"), CSM_E_BUSY);
	T_EQ_INT(csm_wrap(NULL, "x"), CSM_E_INTERNAL);
	T_EQ_INT(csm_err_on(NULL, "a", "b", "c"), CSM_E_INTERNAL);
	T_EQ_INT(csm_err_at(NULL, "a", 1, 1), CSM_E_INTERNAL);
	csm_err_clear(NULL);
}

static void test_wrap(void)
{
	struct csm_err err = { 0 };

	csm_fail(&err, CSM_E_CONFLICT, "taken");
	T_EQ_INT(csm_wrap(&err, "row %d", 3), CSM_E_CONFLICT);
	T_EQ_STR(err.msg, "row 3: taken");
	csm_wrap(&err, "file '%s'", "x");
	T_EQ_STR(err.msg, "file 'x': row 3: taken");
}

/* Every cut keeps the text valid UTF-8 and ended. */
static void test_cuts(void)
{
	struct csm_err err = { 0 };
	char longest[3000];

	for (size_t shift = 0; shift < 4; shift++) {
		size_t n = shift;

		memset(longest, 'a', shift);
		while (n < sizeof(longest) - 4) {
			memcpy(longest + n, "\xE2\x82\xAC", 3);
			n += 3;
		}
		longest[n] = '\0';
		csm_err_clear(&err);
		csm_fail(&err, CSM_E_INVALID, "%s", longest);
		T_EQ_INT((strlen(err.msg) - shift) % 3, 0);
		T_OK(strlen(err.msg) >= sizeof(err.msg) - 3);
		csm_wrap(&err, "x%s", longest);
		T_OK(csm_utf8_valid(err.msg, strlen(err.msg)));
		csm_fail(&err, CSM_E_INVALID, "%s", longest);
		csm_wrap(&err, "abc");
		T_OK(strlen(err.msg) < sizeof(err.msg) && csm_utf8_valid(err.msg, strlen(err.msg)));
		T_OK(!strncmp(err.msg, "abc: ", 5));
		csm_err_on(&err, longest, longest, longest);
		T_EQ_INT((strlen(err.type) - shift) % 3, 0);
		T_EQ_INT((strlen(err.key) - shift) % 3, 0);
		T_EQ_INT((strlen(err.field) - shift) % 3, 0);
	}
}

static void count_note(void *arg, char severity, const struct csm_err *err)
{
	int *n = arg;

	*n += severity == 'e' && err->code == CSM_E_INVALID;
}

static void test_diag(void)
{
	int n = 0;
	struct csm_diag diag = { count_note, &n }, none = { NULL, NULL };
	struct csm_err err = { 0 };

	csm_fail(&err, CSM_E_INVALID, "x");
	csm_diag_note(&diag, 'e', &err);
	csm_diag_note(&diag, 'w', &err);
	csm_diag_note(NULL, 'e', &err);
	csm_diag_note(&none, 'e', &err);
	T_EQ_INT(n, 1);
}

/* A full disk has no place in the input; what is wrong with a record keeps it. */
static void test_nowhere(void)
{
	struct csm_err err = { 0 };
	char text[200];

	csm_fail(&err, CSM_E_INVALID, "is wrong");
	csm_err_on(&err, "case", "CS0000001", "state");
	csm_err_at(&err, "in.csv", 3, 7);
	T_EQ_INT(csm_err_nowhere(&err), CSM_E_INVALID);
	T_EQ_STR(csm_err_text(&err, text, sizeof(text)), "in.csv:3:7: case CS0000001: state: is wrong");
	csm_fail(&err, CSM_E_IO, "no room");
	T_EQ_INT(csm_err_nowhere(&err), CSM_E_IO);
	T_EQ_STR(csm_err_text(&err, text, sizeof(text)), "no room");
	T_EQ_INT(csm_err_nowhere(NULL), CSM_E_INTERNAL);
	T_OK(csm_code_is_trouble(CSM_E_SYSTEM) && csm_code_is_trouble(CSM_E_BUSY) && csm_code_is_trouble(CSM_E_DAMAGED));
	T_OK(!csm_code_is_trouble(CSM_OK) && !csm_code_is_trouble(CSM_E_CONFLICT) && !csm_code_is_trouble(CSM_E_INTERNAL));
}

int main(void)
{
	test_codes();
	test_nowhere();
	test_fail();
	test_text_parts();
	test_null();
	test_wrap();
	test_cuts();
	test_diag();
	T_DONE();
}
