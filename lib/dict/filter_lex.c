/* SPDX-License-Identifier: MIT */
/* filter_lex.c - conditions cut into words, texts and operators. */
#include <string.h>

#include <csm/utf8.h>

#include "dict/dict_priv.h"
#include "dict/filter_priv.h"

int filter_fail(struct filter_parser *p, size_t at, const char *fmt, ...)
{
	char *msg;
	va_list ap;

	va_start(ap, fmt);
	msg = csm_vsprintf(p->arena, fmt, ap);
	va_end(ap);
	csm_fail(p->err, CSM_E_INVALID, "%s", msg);
	if (p->err)
		p->err->col = (int64_t)csm_utf8_len(csm_strndup(p->arena, p->text, at)) + 1;
	return CSM_E_INVALID;
}

static const char *show_token(const struct filter_parser *p)
{
	const struct token *t = &p->token;

	if (t->type == TOKEN_END)
		return "the end";
	if (t->type == TOKEN_TEXT || t->type == TOKEN_WORD)
		return csm_sprintf(p->arena, "'%.*s'", CSM_Q(t->s));
	return csm_sprintf(p->arena, "'%.*s'", (int)(p->pos - t->at), p->text + t->at);
}

int filter_expected(struct filter_parser *p, const char *what)
{
	return filter_fail(p, p->token.at, "expected %s, found %s", what, show_token(p));
}

bool filter_word(const struct filter_parser *p, const char *word)
{
	return p->token.type == TOKEN_WORD && dict_same_folded(p->token.s, word);
}

/* Text in quotes; the quote itself is written twice. A backslash is left alone, globs need it. */
static int read_text(struct filter_parser *p)
{
	struct csm_buf b = CSM_BUF(p->arena);
	char quote = p->text[p->pos];
	const char *s = p->text + p->pos + 1;

	for (; *s; s++) {
		if (*s == quote && *++s != quote) {
			p->pos = (size_t)(s - p->text);
			p->token.type = TOKEN_TEXT;
			p->token.s = b.s;
			return CSM_OK;
		}
		csm_buf_addc(&b, *s);
	}
	return filter_fail(p, p->token.at, "the text that begins here has no closing %c", quote);
}

static int read_op(struct filter_parser *p)
{
	static const struct {
		char text[3];
		enum csm_op op;
	} ops[] = {
		{ "!=", CSM_OP_NE }, { "<=", CSM_OP_LE }, { ">=", CSM_OP_GE }, { "!~", CSM_OP_NGLOB },
		{ "=", CSM_OP_EQ },  { "<", CSM_OP_LT },  { ">", CSM_OP_GT },  { "~", CSM_OP_GLOB },
	};

	for (size_t i = 0; i < CSM_COUNT(ops); i++) {
		size_t n = strlen(ops[i].text);

		if (strncmp(p->text + p->pos, ops[i].text, n) != 0)
			continue;
		p->pos += n;
		p->token.type = TOKEN_OP;
		p->token.op = ops[i].op;
		return CSM_OK;
	}
	return filter_fail(p, p->pos, "'%.*s' is no operator; expected one of = != < <= > >= ~ !~",
			   csm_utf8_cut(p->text + p->pos, 1), p->text + p->pos);
}

int filter_next(struct filter_parser *p)
{
	static const char blank[] = " \t\n", special[] = " \t\n()=,<>~!'\"";
	size_t n;
	char c;

	p->pos += strspn(p->text + p->pos, blank);
	p->token = (struct token){ TOKEN_END, CSM_OP_TRUE, "", p->pos };
	c = p->text[p->pos];
	if (!c)
		return CSM_OK;
	if (c == '\'' || c == '"')
		return read_text(p);
	n = strcspn(p->text + p->pos, special);
	if (n) {
		p->token.type = TOKEN_WORD;
		p->token.s = csm_strndup(p->arena, p->text + p->pos, n);
		p->pos += n;
		return CSM_OK;
	}
	if (c == '(' || c == ')' || c == ',') {
		p->token.type = c == '(' ? TOKEN_OPEN : c == ')' ? TOKEN_CLOSE : TOKEN_COMMA;
		p->pos++;
		return CSM_OK;
	}
	return read_op(p);
}
