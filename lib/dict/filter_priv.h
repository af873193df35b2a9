/* SPDX-License-Identifier: MIT */
/* filter_priv.h - what the files of the filter language share. */
#ifndef CSM_FILTER_PRIV_H
#define CSM_FILTER_PRIV_H

#include <csm/filter.h>

enum token_type { TOKEN_END, TOKEN_WORD, TOKEN_TEXT, TOKEN_OP, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_COMMA };

struct token {
	enum token_type type;
	enum csm_op op; /* TOKEN_OP */
	const char *s; /* word, or text without its quotes; in the arena */
	size_t at; /* where it begins in the text */
};

struct filter_parser {
	struct csm_arena *arena;
	const struct csm_rtype *type;
	const struct csm_filter_env *env;
	const char *text;
	size_t pos; /* behind the token */
	struct token token; /* the one to look at */
	unsigned depth;
	struct csm_err *err;
};

/* Go on to the next token. CSM_E_INVALID on text that never ends or a character that begins nothing. */
int filter_next(struct filter_parser *p);

/* Fail at a place of the text: the column is counted in code points. */
int filter_fail(struct filter_parser *p, size_t at, const char *fmt, ...) CSM_PRINTF(3, 4);

/* "expected WHAT, found 'x'" at the token. */
int filter_expected(struct filter_parser *p, const char *what);

/* The token is this keyword (any case). */
bool filter_word(const struct filter_parser *p, const char *word);

/* Resolve the path in the token into the node. */
int filter_path(struct filter_parser *p, struct csm_filter *node);

/* Whether the field of the node may be compared so; the message says what is allowed. */
int filter_check_op(struct filter_parser *p, const struct csm_filter *node, size_t at);

/* The token as a value of the node's field; goes on to the next token. */
int filter_value(struct filter_parser *p, const struct csm_filter *node, struct csm_value *out);

/* The computed `number` of a type with a prefix: compared as the id it stands for. */
bool filter_is_number(const struct csm_rtype *t, const struct csm_field *f);

#endif
