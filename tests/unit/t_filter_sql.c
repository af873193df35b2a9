/* SPDX-License-Identifier: MIT */
/*
 * t_filter_sql.c - a filter in SQL and the same filter in memory give the same records.
 *
 * A small dictionary with a field of nearly every kind, records with many nulls, and filters made at
 * random from a fixed seed: the rows that a query gives are those for which csm_store_eval says yes;
 * with a limit they are the first of them; the count is theirs.
 */
#include <csm/utf8.h>

#include "store/store_priv.h"
#include "t_store_help.h"

static const struct csm_choice ranks[] = {
	{ "gold", "Gold" }, { "silver", "Silver" }, { "it's", "It's" }, { NULL, NULL }
};
static const struct csm_choice states[] = {
	{ "new", "New" }, { "open", "Open" }, { "closed", "Closed" }, { NULL, NULL }
};
static const struct csm_choice levels[] = {
	{ "1", "High" }, { "2", "Middle" }, { "3", "Low" }, { NULL, NULL }
};
static const struct csm_choice colours[] = {
	{ "red", "Red" }, { "dark_red", "Dark red" }, { "blue", "Blue" }, { NULL, NULL }
};

#define F(n, k, fl, ...) { .name = n, .kind = k, .flags = fl, .label = n, .help = n, __VA_ARGS__ }

static const struct csm_field firm_fields[] = {
	CSM_NUMBER,
	F("name", CSM_K_TEXT, CSM_F_REQUIRED | CSM_F_TITLE, .max_len = 100),
	F("rank", CSM_K_ENUM, 0, .choices = ranks),
	F("active", CSM_K_BOOL, CSM_F_REQUIRED, .def = "true"),
	F("size", CSM_K_INT, 0, .max_len = 0),
	F("parent", CSM_K_REF, 0, .target = "firm", .ondel = CSM_ON_CLEAR),
	F("boss", CSM_K_REF, 0, .target = "person", .ondel = CSM_ON_CLEAR),
	CSM_STD,
};
static const struct csm_field person_fields[] = {
	F("login", CSM_K_TEXT, CSM_F_REQUIRED | CSM_F_KEY, .max_len = 40),
	F("email", CSM_K_EMAIL, CSM_F_KEY, .max_len = 200),
	F("born", CSM_K_DATE, 0, .max_len = 0),
	CSM_STD,
};
static const struct csm_field ticket_fields[] = {
	CSM_NUMBER,
	F("title", CSM_K_TEXT, 0, .max_len = 200),
	F("state", CSM_K_ENUM, CSM_F_REQUIRED, .choices = states, .def = "new"),
	F("urgent", CSM_K_BOOL, 0, .max_len = 0),
	F("priority", CSM_K_INT, 0, .choices = levels),
	F("score", CSM_K_DECIMAL, 0, .max_len = 0),
	F("opened_at", CSM_K_TIME, 0, .max_len = 0),
	F("due_on", CSM_K_DATE, 0, .max_len = 0),
	F("effort", CSM_K_DURATION, 0, .max_len = 0),
	F("cost", CSM_K_MONEY, 0, .max_len = 0),
	F("colours", CSM_K_ENUM_LIST, 0, .choices = colours),
	F("firm", CSM_K_REF, 0, .target = "firm", .ondel = CSM_ON_RESTRICT),
	F("owner", CSM_K_REF, 0, .target = "person", .ondel = CSM_ON_RESTRICT),
	F("watchers", CSM_K_REF_LIST, 0, .target = "person", .ondel = CSM_ON_RESTRICT),
	CSM_STD,
};
static const struct csm_rtype firm = {
	.name = "firm", .table = "firms", .prefix = "FI", .section = "customers", .label = "Firm",
	.plural = "Firms", .help = "Firm", .fields = firm_fields, .nfields = CSM_COUNT(firm_fields),
	.sort = "name",
};
static const struct csm_rtype person = {
	.name = "person", .table = "persons", .section = "people", .label = "Person",
	.plural = "Persons", .help = "Person", .fields = person_fields, .nfields = CSM_COUNT(person_fields),
	.sort = "login",
};
static const struct csm_rtype ticket = {
	.name = "ticket", .table = "tickets", .prefix = "TK", .section = "work", .label = "Ticket",
	.plural = "Tickets", .help = "Ticket", .fields = ticket_fields, .nfields = CSM_COUNT(ticket_fields),
	.sort = "",
};
static const struct csm_rtype *const types[] = { &person, &firm, &ticket };
static const struct csm_dict dict = { types, CSM_COUNT(types), NULL, 0 };

/* ---- what is drawn from ---- */

static uint64_t seed = 88172645463325252u;

static unsigned draw(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)((seed >> 11) % n);
}

#define PICK(list) (list)[draw((unsigned)CSM_COUNT(list))]

static const char *const texts[] = {
	"Printer", "printer", "Drucker", "Stra\303\237e 5", "STRASSE 5", "\303\204pfel", "\303\244pfel",
	"100%", "a_b", "it's", "NULL", "10", "9", "zz", "[x]", "\342\204\252elvin", "kelvin"
};
static const char *const globs[] = {
	"*", "print*", "*ER", "stra*5", "?pfel", "100%", "a_b", "a?b", "[!p]*", "*e*", "kelvin", "\\[x\\]",
	"*ri*er", "*K*", "stra\303\237e*", "*_b", "1??%", "\303\204*", "nothing"
};
static const char *const ints[] = { "1", "2", "3", "0", "-5", "250", "1000" };
static const char *const times[] = { "2024-05-30", "2024-06-01T00:00:00Z", "-7d", "+2h", "now",
				     "today",	   "2024-01-01T10:30:00Z" };
static const char *const dates[] = { "2024-05-30", "2024-06-01", "2024-02-29", "1999-12-31" };
static const char *const durations[] = { "8h", "90m", "0s", "1d", "2d" };
static const char *const decimals[] = { "1", "1.5", "0.0001", "-2.25", "10" };
static const char *const moneys[] = { "10 EUR", "10.50 EUR", "10 USD", "99 EUR" };
static const char *const persons[] = { "p1", "p2", "p3", "p4" };
static const char *const firms[] = { "FI0000001", "FI0000002", "FI0000003", "FI0000005" };
static const char *const tickets[] = { "TK0000001", "TK0000007", "TK0000030", "tk7", "TK0000999" };
static const char *const rank_words[] = { "gold", "silver", "it's" };
static const char *const state_words[] = { "new", "open", "closed" };
static const char *const level_words[] = { "1", "2", "3" };
static const char *const colour_words[] = { "red", "dark_red", "blue" };
static const char *const bools[] = { "true", "false" };
static const char *const mails[] = { "p1@example.com", "p3@example.com", "x@example.com" };

static const struct {
	const char *path;
	const char *const *values;
	unsigned n;
	const char *ops; /* see add_test(): e equality, o order, g glob, i in, ... */
} fields[] = {
	{ "title", texts, CSM_COUNT(texts), "eogibn" },
	{ "state", state_words, 3, "eoin" },
	{ "urgent", bools, 2, "ent" },
	{ "priority", level_words, 3, "eoibn" },
	{ "score", decimals, CSM_COUNT(decimals), "eoibn" },
	{ "opened_at", times, CSM_COUNT(times), "eobn" },
	{ "due_on", dates, CSM_COUNT(dates), "eoibn" },
	{ "effort", durations, CSM_COUNT(durations), "eoibn" },
	{ "cost", moneys, CSM_COUNT(moneys), "eoibn" },
	{ "colours", colour_words, 3, "hn" },
	{ "firm", firms, CSM_COUNT(firms), "ein" },
	{ "owner", persons, CSM_COUNT(persons), "ein" },
	{ "watchers", persons, CSM_COUNT(persons), "hn" },
	{ "number", tickets, CSM_COUNT(tickets), "eoign" },
	{ "firm.name", texts, CSM_COUNT(texts), "eogin" },
	{ "firm.rank", rank_words, 3, "ein" },
	{ "firm.active", bools, 2, "ent" },
	{ "firm.size", ints, CSM_COUNT(ints), "eoibn" },
	{ "firm.number", firms, CSM_COUNT(firms), "eoig" },
	{ "firm.parent", firms, CSM_COUNT(firms), "ein" },
	{ "firm.parent.name", texts, CSM_COUNT(texts), "eogn" },
	{ "firm.parent.boss.login", persons, CSM_COUNT(persons), "eogn" },
	{ "owner.email", mails, CSM_COUNT(mails), "eogn" },
	{ "owner.born", dates, CSM_COUNT(dates), "eon" },
};

/* ---- records ---- */

static void set(struct csm_rec *r, const char *field, const char *text)
{
	if (csm_store_set(t_store, r, csm_field_index(r->type, field), text, &t_err))
		t_fail_now(text);
}

static void maybe(struct csm_rec *r, const char *field, const char *text)
{
	if (draw(4))
		set(r, field, text);
}

static void make_people(void)
{
	for (int i = 1; i <= 4; i++) {
		struct csm_rec *r = csm_rec_new(t_arena, &person);

		r->id = i;
		set(r, "login", csm_sprintf(t_arena, "p%d", i));
		if (i != 2)
			set(r, "email", csm_sprintf(t_arena, "p%d@example.com", i));
		maybe(r, "born", PICK(dates));
		t_fill(r);
		t_insert(r);
	}
	for (int i = 1; i <= 6; i++) {
		struct csm_rec *r = csm_rec_new(t_arena, &firm);

		r->id = i;
		set(r, "name", PICK(texts));
		maybe(r, "rank", PICK(rank_words));
		set(r, "active", PICK(bools));
		maybe(r, "size", PICK(ints));
		if (i > 1 && draw(3))
			set(r, "parent",
			    csm_sprintf(t_arena, "FI%07d", 1 + (int)draw((unsigned)i - 1)));
		maybe(r, "boss", PICK(persons));
		t_fill(r);
		t_insert(r);
	}
}

static void make_tickets(int n)
{
	for (int i = 1; i <= n; i++) {
		struct csm_rec *r = csm_rec_new(t_arena, &ticket);

		r->id = i;
		maybe(r, "title", PICK(texts));
		set(r, "state", PICK(state_words));
		maybe(r, "urgent", PICK(bools));
		maybe(r, "priority", PICK(level_words));
		maybe(r, "score", PICK(decimals));
		maybe(r, "opened_at", PICK(times));
		maybe(r, "due_on", PICK(dates));
		maybe(r, "effort", PICK(durations));
		maybe(r, "cost", PICK(moneys));
		if (draw(4))
			set(r, "colours", draw(2) ? PICK(colour_words) : "dark_red,blue");
		maybe(r, "firm", PICK(firms));
		maybe(r, "owner", PICK(persons));
		if (draw(4))
			set(r, "watchers", draw(2) ? PICK(persons) : "p4,p1");
		t_fill(r);
		t_insert(r);
	}
}

/* ---- filters ---- */

static void add_value(struct csm_buf *b, const char *v)
{
	if (strchr(v, '\''))
		csm_buf_addf(b, "\"%s\"", v);
	else
		csm_buf_addf(b, "'%s'", v);
}

static void add_test(struct csm_buf *b)
{
	static const char *const equal[] = { "=", "!=" }, *const order[] = { "<", "<=", ">", ">=" };
	unsigned i = draw((unsigned)CSM_COUNT(fields));
	const char *path = fields[i].path, *const *v = fields[i].values;
	unsigned n = fields[i].n;

	switch (fields[i].ops[draw((unsigned)strlen(fields[i].ops))]) {
	case 'e':
	case 'o':
		csm_buf_addf(b, "%s %s ", path,
			     strchr(fields[i].ops, 'o') && draw(2) ? PICK(order) : PICK(equal));
		add_value(b, v[draw(n)]);
		break;
	case 'g':
		csm_buf_addf(b, "%s %s ", path, draw(3) ? "~" : "!~");
		add_value(b, PICK(globs));
		break;
	case 'i':
		csm_buf_addf(b, "%s %s (", path, draw(2) ? "in" : "not in");
		add_value(b, v[draw(n)]);
		csm_buf_add(b, ", ");
		add_value(b, v[draw(n)]);
		csm_buf_add(b, ")");
		break;
	case 'h':
		csm_buf_addf(b, "%s contains ", path);
		add_value(b, v[draw(n)]);
		break;
	case 'b':
		csm_buf_addf(b, "%s between ", path);
		add_value(b, v[draw(n)]);
		csm_buf_add(b, " and ");
		add_value(b, v[draw(n)]);
		break;
	case 'n':
		csm_buf_addf(b, "%s is %snull", path, draw(2) ? "not " : "");
		break;
	default:
		csm_buf_add(b, path);
	}
}

static void add_expression(struct csm_buf *b, unsigned depth)
{
	unsigned what = depth ? draw(6) : 0;

	if (what < 2) {
		add_test(b);
	} else if (what == 2) {
		csm_buf_add(b, "not (");
		add_expression(b, depth - 1);
		csm_buf_addc(b, ')');
	} else {
		csm_buf_addc(b, '(');
		add_expression(b, depth - 1);
		csm_buf_add(b, what < 5 ? " and " : " or ");
		add_expression(b, depth - 1);
		csm_buf_addc(b, ')');
	}
}

static unsigned run_query(const struct csm_filter *f, int64_t limit, int64_t *ids, struct csm_arena *a)
{
	static const int only[] = { 1, -1 };
	const struct csm_query q = { .where = f, .limit = limit, .columns = draw(2) ? only : NULL };
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_rec *r;
	unsigned n = 0;

	T_EQ_INT(csm_store_select(t_store, &ticket, &q, a, &c, &t_err), CSM_OK);
	while (c && csm_cursor_next(c, a, &r, &t_err) == CSM_OK && r)
		ids[n++] = r->id;
	T_OK(c && csm_cursor_next(c, a, &r, &t_err) == CSM_OK && !r);
	return n;
}

/* One filter; whether it was taken. */
static bool try_filter(const char *text, struct csm_rec **all, unsigned nall)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(t_arena);
	int64_t expect[128], got[128], count = -1;
	unsigned n = 0, m, limit = 1 + draw(10);
	struct csm_filter *f;
	bool same;

	csm_err_clear(&t_err);
	if (csm_store_filter(t_store, &ticket, text, a, &f, &t_err)) {
		char line[512];

		printf("refused: %s: %s\n", text, csm_err_text(&t_err, line, sizeof(line)));
		return false;
	}
	for (unsigned i = 0; i < nall; i++) {
		bool yes = false;

		T_EQ_INT(csm_store_eval(t_store, f, all[i], &yes, &t_err), CSM_OK);
		if (yes)
			expect[n++] = all[i]->id;
	}
	m = run_query(f, 0, got, a);
	same = m == n && memcmp(expect, got, n * sizeof(*got)) == 0;
	if (!same)
		printf("in memory %u records, in SQL %u: %s\n", n, m, text);
	T_OK(same);
	m = run_query(f, limit, got, a);
	T_OK(m == (n < limit ? n : limit) && memcmp(expect, got, m * sizeof(*got)) == 0);
	T_EQ_INT(csm_store_count(t_store, &ticket, f, &count, &t_err), CSM_OK);
	T_EQ_INT(count, n);
	return true;
}

/* Conditions larger than an engine takes in one statement. */
static void test_large(struct csm_rec **all, unsigned nall)
{
	struct csm_buf b = CSM_BUF(t_arena);

	for (int i = 0; i < 2000; i++)
		csm_buf_addf(&b, "%sscore = %d", i ? " or " : "", i);
	T_OK(try_filter(b.s, all, nall));
	csm_buf_reset(&b);
	for (int depth = 1; depth <= 60; depth += t_step(8)) {
		csm_buf_reset(&b);
		for (int i = 0; i < depth; i++)
			csm_buf_addf(&b,
				     "(priority = %d or not title = zz and cost < '99 EUR' and score < "
				     "%d and ",
				     1 + i % 2, 2 + i);
		csm_buf_add(&b, "due_on = 2024-05-30");
		for (int i = 0; i < depth; i++)
			csm_buf_addc(&b, ')');
		T_OK(try_filter(b.s, all, nall));
	}
	csm_buf_reset(&b);
	csm_buf_add(&b, "effort in (");
	for (int i = 0; i < 40000; i++)
		csm_buf_addf(&b, "%s%d", i ? ", " : "", i);
	csm_buf_add(&b, ")");
	T_OK(try_filter(b.s, all, nall));
}

/* Encode a code point; false for a surrogate. */
static bool encode(unsigned c, char *b)
{
	unsigned n = 0;

	if (c >= 0xd800 && c < 0xe000)
		return false;
	if (c < 0x800) {
		b[n++] = (char)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		b[n++] = (char)(0xe0 | c >> 12);
		b[n++] = (char)(0x80 | (c >> 6 & 63));
	} else {
		b[n++] = (char)(0xf0 | c >> 18);
		b[n++] = (char)(0x80 | (c >> 12 & 63));
		b[n++] = (char)(0x80 | (c >> 6 & 63));
	}
	b[n++] = (char)(0x80 | (c & 63));
	b[n] = '\0';
	return true;
}

/* No character that LIKE demands can come out of the folding of another: every code point is tried. */
static void test_like_is_sure(void)
{
	char text[8], glob[2] = "";

	for (unsigned c = 0x80; c < 0x110000; c += (unsigned)t_step(31)) {
		struct csm_mark mark = csm_arena_mark(t_arena);
		const char *p = encode(c, text) ? csm_utf8_fold(t_arena, text) : "";

		for (; *p; p++) {
			glob[0] = *p;
			if ((unsigned char)*p < 0x80 && store_like(t_arena, glob)) {
				printf("U+%04X folds to '%c'\n", c, *p);
				T_OK(!"LIKE demands what another character folds to");
			}
		}
		csm_arena_rewind(t_arena, mark);
	}
}

static void test_like(void)
{
	static const struct {
		const char *glob, *like;
	} cases[] = { { "*", NULL },
		      { "", NULL },
		      { "?*", NULL },
		      { "[abc]", NULL },
		      { "printer", "pr%er" },
		      { "*printer*", "%pr%er%" },
		      { "b*x", "b%x" },
		      { "b?x", "b%x" },
		      { "100%", "100!%" },
		      { "a_b!", "%!_b!!" },
		      { "b[ao]x", "b%" },
		      { "b\\[ao]x", "b[%o]x" },
		      { "b\\*x", "b*x" },
		      { "\xc3\xa4pfe", "%p%e" },
		      { "b*c*d*e*g*m*o", "b%c%d%e%g%" },
		      { "!s*b", "!!%b" },
		      { "b\\", "b\\" } };

	for (size_t i = 0; i < CSM_COUNT(cases); i++) {
		const char *like = store_like(t_arena, cases[i].glob);

		if (cases[i].like)
			T_EQ_STR(like, cases[i].like);
		else
			T_OK(!like);
	}
}

int main(void)
{
	struct csm_rec *all[100];
	unsigned taken = 0;
	const unsigned rounds = 4000 / (unsigned)t_step(10);

	t_begin(&dict);
	T_EQ_INT(csm_db_begin(t_db, true, &t_err), CSM_OK);
	make_people();
	make_tickets((int)CSM_COUNT(all));
	T_EQ_INT(csm_db_commit(t_db, &t_err), CSM_OK);
	for (unsigned i = 0; i < CSM_COUNT(all); i++)
		T_EQ_INT(csm_store_need(t_store, &ticket, (int64_t)i + 1, t_arena, &all[i], &t_err),
			 CSM_OK);
	for (unsigned i = 0; i < rounds; i++) {
		struct csm_mark mark = csm_arena_mark(t_arena);
		struct csm_buf b = CSM_BUF(t_arena);

		add_expression(&b, draw(4));
		taken += try_filter(b.s, all, CSM_COUNT(all));
		csm_arena_rewind(t_arena, mark);
	}
	T_EQ_INT(taken, rounds);
	test_large(all, CSM_COUNT(all));
	test_like();
	test_like_is_sure();
	t_end();
	T_DONE();
}
