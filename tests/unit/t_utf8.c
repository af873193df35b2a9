/* SPDX-License-Identifier: MIT */
/* t_utf8.c - UTF-8 checked and folded, globs, text for terminals, suggestions, values compared. */
#include <csm/utf8.h>
#include <csm/value.h>

#include "t.h"

static void test_valid(void)
{
	/*
	 * Text, its bytes, and the offset of the first bad byte. Markus Kuhn's stress test and RFC
	 * 3629, section 3.
	 */
	static const struct {
		const char *s;
		size_t n, bad;
	} rows[] = {
		{ "", 0, 0 },
		{ "plain ascii of some length", 26, 26 },
		{ "a\0b", 3, 3 },
		{ "\xC3\xA9", 2, 2 },
		{ "\xE2\x82\xAC", 3, 3 },
		{ "\xF0\x9F\x98\x80", 4, 4 },
		{ "\xED\x9F\xBF", 3, 3 }, /* U+D7FF */
		{ "\xEE\x80\x80", 3, 3 }, /* U+E000 */
		{ "\xEF\xBF\xBF", 3, 3 }, /* U+FFFF */
		{ "\xF4\x8F\xBF\xBF", 4, 4 }, /* U+10FFFF */
		{ "12345678\x80", 9, 8 }, /* a tail alone, behind a whole word */
		{ "abc\xFF", 4, 3 },
		{ "\xC0\x80", 2, 0 }, /* overlong NUL */
		{ "\xC1\xBF", 2, 0 }, /* overlong DEL */
		{ "\xE0\x9F\xBF", 3, 0 }, /* overlong in three */
		{ "\xF0\x8F\xBF\xBF", 4, 0 }, /* overlong in four */
		{ "\xED\xA0\x80", 3, 0 }, /* surrogate U+D800 */
		{ "\xED\xBF\xBF", 3, 0 }, /* surrogate U+DFFF */
		{ "\xF4\x90\x80\x80", 4, 0 }, /* U+110000 */
		{ "\xF8\x88\x80\x80\x80", 5, 0 },
		{ "\xC3", 1, 0 },
		{ "x\xE2\x82", 3, 1 },
		{ "x\xF0\x9F\x98", 4, 1 },
		{ "\xC3(", 2, 0 },
		{ "\xE2\x28\xA1", 3, 0 },
		{ "\xE2\x82(", 3, 0 },
		{ "\xF0\x28\x8C\xBC", 4, 0 },
		{ "\xF0\x90\x28\xBC", 4, 0 },
		{ "\xF0\x90\x8C\x28", 4, 0 },
	};

	for (size_t i = 0; i < CSM_COUNT(rows); i++) {
		T_EQ_INT(csm_utf8_check(rows[i].s, rows[i].n), rows[i].bad);
		T_EQ_INT(csm_utf8_valid(rows[i].s, rows[i].n), rows[i].bad == rows[i].n);
	}
}

static size_t encode(unsigned long cp, char *buf)
{
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

	buf[n] = '\0';
	for (size_t i = n - 1; i > 0; i--, cp >>= 6)
		buf[i] = (char)(0x80 | (cp & 0x3F));
	buf[0] = (char)(lead[n] | cp);
	return n;
}

/*
 * Every code point: valid but for the surrogates; folding is stable, valid, and folds a second time
 * to itself.
 */
static void test_all_points(void)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_new(NULL, NULL);
	long wrong_valid = 0, wrong_len = 0, wrong_fold = 0, unstable = 0;

	for (unsigned long cp = 1; cp <= 0x10FFFF; cp++) {
		struct csm_mark mark = csm_arena_mark(a);
		char buf[5];
		size_t n = encode(cp, buf);
		bool surrogate = cp >= 0xD800 && cp <= 0xDFFF;
		const char *once, *twice;

		wrong_valid += csm_utf8_valid(buf, n) == surrogate;
		if (surrogate)
			continue;
		wrong_len += csm_utf8_len(buf) != 1;
		if (cp < 0x3000 ||
		    (cp & 0xF) == 0) { /* letters with case; of the rest a sample, for time */
			once = csm_utf8_fold(a, buf);
			twice = csm_utf8_fold(a, once);
			wrong_fold += !csm_utf8_valid(once, strlen(once));
			unstable += strcmp(once, twice) != 0;
		}
		csm_arena_rewind(a, mark);
	}
	T_EQ_INT(wrong_valid, 0);
	T_EQ_INT(wrong_len, 0);
	T_EQ_INT(wrong_fold, 0);
	T_EQ_INT(unstable, 0);
}

static void test_fold(void)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_new(NULL, NULL);

	T_EQ_STR(csm_utf8_fold(a, ""), "");
	T_EQ_STR(csm_utf8_fold(a, "Boxeo GmbH"), "boxeo gmbh");
	T_EQ_STR(csm_utf8_fold(a, "ÉCOLE"), "école");
	T_EQ_STR(csm_utf8_fold(a, "Straße"), "strasse");
	T_EQ_STR(csm_utf8_fold(a, "ΣΊΣΥΦΟΣ"), "σίσυφοσ");
	T_EQ_STR(csm_utf8_fold(a, "Σίσυφος"), "σίσυφοσ");
	T_EQ_STR(csm_utf8_fold(a, "E\xCC\x81"), "é"); /* composed */
	T_EQ_STR(csm_utf8_fold(a, "東京"), "東京");
	T_EQ_STR(csm_utf8_fold(a, "A\xFFZ"), "a\xFFz"); /* not UTF-8: bytes */
}

static void test_width(void)
{
	T_EQ_INT(csm_utf8_width(""), 0);
	T_EQ_INT(csm_utf8_width("abc"), 3);
	T_EQ_INT(csm_utf8_width("é"), 1);
	T_EQ_INT(csm_utf8_width("e\xCC\x81"), 1);
	T_EQ_INT(csm_utf8_width("東京"), 4);
	T_EQ_INT(csm_utf8_width("😀"), 2);
	T_EQ_INT(csm_utf8_width("a\xFF"), 2);
	T_EQ_INT(csm_utf8_len("aé東😀"), 4);
}

static const struct {
	const char *pattern, *text;
	bool hit;
} glob_rows[] = {
	{ "", "", true },
	{ "", "a", false },
	{ "a", "", false },
	{ "*", "", true },
	{ "*", "abc", true },
	{ "**", "x", true },
	{ "a*", "abc", true },
	{ "*c", "abc", true },
	{ "*b*", "abc", true },
	{ "a*c", "abbbc", true },
	{ "a*c", "abbbd", false },
	{ "a?c", "abc", true },
	{ "a?c", "ac", false },
	{ "?", "東", true },
	{ "??", "東", false },
	{ "[abc]", "b", true },
	{ "[abc]", "d", false },
	{ "[a-z]x", "qx", true },
	{ "[!a-z]", "q", false },
	{ "[!a-z]", "5", true },
	{ "[]]", "]", true },
	{ "[!]]", "a", true },
	{ "[!]]", "]", false },
	{ "[a-]", "-", true },
	{ "[-a]", "-", true },
	{ "[", "[", true },
	{ "[a", "[a", true },
	{ "a[", "a[", true },
	{ "[!", "[!", true },
	{ "\\*", "*", true },
	{ "\\*", "a", false },
	{ "\\?", "?", true },
	{ "\\[a]", "[a]", true },
	{ "\\", "\\", true },
	{ "\\\\", "\\", true },
	{ "[\\]]", "]", true },
	{ "[а-я]", "ж", true },
	{ "BOXEO*", "Boxeo GmbH", true },
	{ "*É*", "école", true },
	{ "stra[s]?e", "STRAßE", true },
	{ "*a*b*c*", "xxaxxbxxcxx", true },
	{ "*a*b*c*", "xxaxxcxxbxx", false },
	{ "*aab", "aaaab", true },
	{ "a*b*?", "ab", false },
	{ "[^a]", "^", true },
	{ "[z-a]", "m", false },
};

static void test_glob(void)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_new(NULL, NULL);
	static char text[20001], pattern[101];

	for (size_t i = 0; i < CSM_COUNT(glob_rows); i++) {
		if (csm_glob(a, glob_rows[i].pattern, glob_rows[i].text) != glob_rows[i].hit)
			printf("glob '%s' on '%s'\n", glob_rows[i].pattern, glob_rows[i].text);
		T_OK(csm_glob(a, glob_rows[i].pattern, glob_rows[i].text) == glob_rows[i].hit);
	}
	/* What takes an exponential matcher for ever. */
	memset(text, 'a', sizeof(text) - 1);
	for (size_t i = 0; i + 1 < sizeof(pattern); i += 2)
		memcpy(pattern + i, "a*", 2);
	pattern[sizeof(pattern) - 2] = 'b';
	T_OK(!csm_glob_folded(pattern, text));
	T_OK(csm_glob_folded("*\xFF*", "a\xFF"
				       "b"));
}

static void test_text_check(void)
{
	struct csm_err err = { 0 };

	T_EQ_INT(csm_text_check("tab\tline\nend é", 15, &err), CSM_OK);
	T_EQ_INT(csm_text_check("", 0, &err), CSM_OK);
	T_EQ_INT(csm_text_check("ab\x07", 3, &err), CSM_E_INVALID);
	T_EQ_STR(err.msg, "byte 3 is the control character U+0007; only tab and newline are stored");
	T_EQ_INT(csm_text_check("a\0b", 3, &err), CSM_E_INVALID);
	T_EQ_INT(csm_text_check("a\rb", 3, &err), CSM_E_INVALID);
	T_EQ_INT(csm_text_check("\x7F", 1, &err), CSM_E_INVALID);
	T_EQ_INT(csm_text_check("\xC2\x85", 2, &err), CSM_E_INVALID);
	T_EQ_STR(err.msg, "byte 1 is the control character U+0085; only tab and newline are stored");
	T_EQ_INT(csm_text_check("é\xE9", 3, &err), CSM_E_INVALID);
	T_EQ_STR(err.msg, "byte 3 (0xe9) is not valid UTF-8");
	T_EQ_INT(csm_text_check("\xC2\xA0", 2, &err), CSM_OK);
}

static void test_term(void)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_new(NULL, NULL);
	const char *clean = "clean é\n\ttext";

	T_OK(csm_term_text(a, clean, false) == clean);
	T_EQ_STR(csm_term_text(a, "two\nlines\tx", true), "two\\nlines\\tx");
	T_EQ_STR(csm_term_text(a, "\x1B[31mred\x07", true), "\\x1B[31mred\\x07");
	T_EQ_STR(csm_term_text(a, "a\rb\x7F", false), "a\\x0Db\\x7F");
	T_EQ_STR(csm_term_text(a,
			       "\xC2\x9B"
			       "31m",
			       false),
		 "\\u{009B}31m");
	T_EQ_STR(csm_term_text(a, "x\xE2\x80\xAEy\xE2\x81\xA6", false), "x\\u{202E}y\\u{2066}");
	T_EQ_STR(csm_term_text(a, "\xE2\x80\xA8", false), "\\u{2028}");
	T_EQ_STR(csm_term_text(a, "t\xF3\xA0\x81\x81", false), "t\\u{E0041}");
	T_EQ_STR(csm_term_text(a, "\xFF\xC3", false), "\\xFF\\xC3");
}

static void test_nearest(void)
{
	static const char *const list[] = { "state",	 "priority", "account", "short_description",
					    "opened_at", "id",	     NULL };

	T_EQ_STR(csm_nearest("state", list), "state");
	T_EQ_STR(csm_nearest("sate", list), "state");
	T_EQ_STR(csm_nearest("stat", list), "state");
	T_EQ_STR(csm_nearest("PRIORITY", list), "priority");
	T_EQ_STR(csm_nearest("pirority", list), "priority");
	T_EQ_STR(csm_nearest("acount", list), "account");
	T_EQ_STR(csm_nearest("short-descripton", list), "short_description");
	T_EQ_STR(csm_nearest("short", list), "short_description");
	T_EQ_STR(csm_nearest("oepned_at", list), "opened_at");
	T_OK(!csm_nearest("zebra", list));
	T_OK(!csm_nearest("", list));
	T_OK(!csm_nearest("x", list));
	T_OK(!csm_nearest("0123456789012345678901234567890123456789012345678901234567890123456789",
			  list));
}

static void test_values(void)
{
	const struct csm_value null = csm_null(), one = csm_int(1), two = csm_int(2), a = csm_text("a"),
			       b = csm_text("b");
	const struct csm_value eur = { CSM_MONEY, 100, "EUR" }, usd = { CSM_MONEY, 100, "USD" },
			       more = { CSM_MONEY, 101, "EUR" };
	const struct csm_value empty = csm_text(""), hundred = csm_int(100);

	T_OK(csm_value_eq(&null, &empty));
	T_OK(csm_value_eq(&one, &one) && !csm_value_eq(&one, &two) && !csm_value_eq(&one, &null));
	T_OK(csm_value_eq(&eur, &eur) && !csm_value_eq(&eur, &usd) && !csm_value_eq(&eur, &more));
	T_OK(csm_value_cmp(&null, &null) == 0);
	T_OK(csm_value_cmp(&null, &one) < 0 && csm_value_cmp(&one, &null) > 0);
	T_OK(csm_value_cmp(&two, &hundred) < 0 && csm_value_cmp(&hundred, &eur) < 0 &&
	     csm_value_cmp(&eur, &hundred) > 0);
	T_OK(csm_value_cmp(&one, &two) < 0 && csm_value_cmp(&two, &a) < 0 && csm_value_cmp(&a, &b) < 0);
	T_OK(csm_value_cmp(&b, &a) > 0 && csm_value_cmp(&a, &a) == 0);
	T_OK(csm_value_cmp(&eur, &more) < 0 && csm_value_cmp(&eur, &usd) < 0 &&
	     csm_value_cmp(&usd, &eur) > 0);
}

/* Every byte at every place of texts of every short length, beside the characters at the edges of what is plain. */
static void test_text_places(void)
{
	char s[40];

	for (size_t n = 1; n <= sizeof(s); n++) {
		for (size_t at = 0; at < n; at++) {
			int wrong = 0;

			for (size_t i = 0; i < n; i++)
				s[i] = " ~\t\n"[i % 4];
			for (int c = 0; c < 256; c++) {
				bool ok = c == '\t' || c == '\n' || (c >= ' ' && c < 0x7F);

				s[at] = (char)c;
				wrong += (csm_text_check(s, n, NULL) == CSM_OK) != ok;
			}
			T_EQ_INT(wrong, 0);
		}
	}
}

int main(void)
{
	test_valid();
	test_all_points();
	test_fold();
	test_width();
	test_glob();
	test_text_check();
	test_text_places();
	test_term();
	test_nearest();
	test_values();
	T_DONE();
}
