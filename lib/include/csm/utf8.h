/* SPDX-License-Identifier: MIT */
/* csm/utf8.h - text as csm keeps it: valid UTF-8 (RFC 3629), no control characters but tab and newline. */
#ifndef CSM_UTF8_H
#define CSM_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include <csm/arena.h>
#include <csm/err.h>

/* True when the n bytes are valid UTF-8: no overlong forms, no surrogates, at most U+10FFFF. */
bool csm_utf8_valid(const char *s, size_t n);

/* Offset of the first byte that is not valid UTF-8, or n when all is valid. */
size_t csm_utf8_check(const char *s, size_t n);

/* Number of code points of valid UTF-8 (lengths in the dictionary count these). */
size_t csm_utf8_len(const char *s);

/*
 * Quoting input in a message without letting long input push the rest out: csm_fail(err, code,
										     "'%.*s' is no number",
 * CSM_Q(text)) writes at most 80 code points. csm_utf8_cut gives the bytes of the first n code points.
 */
int csm_utf8_cut(const char *s, unsigned n);
#define CSM_Q(s) csm_utf8_cut((s), 80), (s)

/* Terminal columns of a string (East Asian width; combining marks count 0). */
size_t csm_utf8_width(const char *s);

/* Full Unicode case folding of NFC text, for matching without regard to case. In the arena. */
char *csm_utf8_fold(struct csm_arena *a, const char *s);

/*
 * Glob match: * any run, ? one code point, [abc] [a-z] [!x] classes, \ quotes the next character.
 * Both sides folded first, so the match ignores case by Unicode. Linear-time in the number of stars
 * times the text (no exponential backtracking).
 */
bool csm_glob(struct csm_arena *a, const char *pattern, const char *text);

/* The same on text and pattern that are folded already. */
bool csm_glob_folded(const char *pattern, const char *text);

/*
 * Refuse what csm never stores: invalid UTF-8 and control characters (C0 but \t \n, DEL, C1).
 * CSM_E_INVALID with the offset and the code point in the message.
 */
int csm_text_check(const char *s, size_t n, struct csm_err *err);
/* How many of the n bytes at the beginning are printable ASCII. */
size_t csm_text_plain(const char *s, size_t n);

/*
 * A string made safe for a terminal: control characters, bidirectional overrides and isolates
 * (U+202A-202E, U+2066-2069), tag characters (U+E0000-E007F), U+2028/2029 and invalid bytes are
 * written as \xNN or \u{NNNN}; with oneline, newline and tab too (as \n and \t). Returns s when clean.
 */
const char *csm_term_text(struct csm_arena *a, const char *s, bool oneline);

/* The word of list (NULL-terminated) nearest to word by edit distance, NULL if none is near. */
const char *csm_nearest(const char *word, const char *const *list);

#endif
