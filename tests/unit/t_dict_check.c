/* SPDX-License-Identifier: MIT */
/* t_dict_check.c - a sound small dictionary passes csm_dict_check(), and every fault planted in it is
 * found. */
#include "small_dict.h"
#include "t.h"

static struct small_dict w;

struct findings {
	char text[8000];
	int n;
};

static void note(void *arg, char severity, const struct csm_err *err)
{
	struct findings *f = arg;
	size_t n = strlen(f->text);
	char line[1200];

	f->n += severity == 'e';
	snprintf(f->text + n, sizeof(f->text) - n, "%s\n", csm_err_text(err, line, sizeof(line)));
}

static bool known(void *arg, const char *id)
{
	(void)arg;
	return !strcmp(id, "case.check") || !strcmp(id, "case.derive") || !strcmp(id, "case.after") ||
	       !strcmp(id, "case.compute") || !strcmp(id, "case.guard") || !strcmp(id, "case.effect");
}

static bool finds(const char *want)
{
	struct findings found = { "", 0 };
	struct csm_diag diag = { note, &found };
	int rc = csm_dict_check(&w.dict, known, NULL, &diag);
	bool hit = rc == CSM_NO && found.n && strstr(found.text, want);

	if (!hit)
		printf("expected '%s', found:\n%s", want, found.text);
	return hit;
}

/* Plant one fault in a fresh copy and look for its finding. */
#define FAULT(want, ...)                                                                                \
	do {                                                                                            \
		small_dict_init(&w);                                                                    \
		__VA_ARGS__;                                                                            \
		T_OK(finds(want));                                                                      \
	} while (0)

static void test_sound(void)
{
	struct findings found = { "", 0 };
	struct csm_diag diag = { note, &found };

	small_dict_init(&w);
	T_EQ_INT(csm_dict_check(&w.dict, known, NULL, &diag), CSM_OK);
	T_EQ_STR(found.text, "");
	T_EQ_INT(csm_dict_check(&w.dict, NULL, NULL, NULL), CSM_OK);
	w.ticket.help = "";
	T_EQ_INT(csm_dict_check(&w.dict, NULL, NULL, NULL), CSM_NO);
}

static const char *long_group(void)
{
	static char group[300];

	for (size_t i = 0; i + 5 < sizeof(group); i += 5)
		memcpy(group + i, "name,", 5);
	return group;
}

static void test_types(void)
{
	FAULT("Case: the name is no snake_case", w.ticket.name = "Case");
	FAULT("user: two types have this name", w.account.name = "user");
	FAULT("table 'cases' is account's too", w.account.table = "cases");
	FAULT("table 'order' is a reserved word", w.account.table = "order");
	FAULT("table 'user' is a reserved word", w.account.table = "user");
	FAULT("table '' is no snake_case", w.account.table = NULL);
	FAULT("prefix 'CS' is account's too", w.account.prefix = "CS");
	FAULT("prefix 'A1' is not made of capital", w.account.prefix = "A1");
	FAULT("prefix '' is not made of capital", w.account.prefix = "");
	FAULT("prefix 'CO' without the computed field", w.comment.prefix = "CO");
	FAULT("a computed number without a prefix", w.account.prefix = NULL);
	FAULT("section 'misc' is none of", w.account.section = "misc");
	FAULT("section '' is none of", w.account.section = NULL);
	FAULT("label or plural is missing", w.account.plural = NULL);
	FAULT("label or plural is missing", w.account.label = "");
	FAULT("account: help is missing", w.account.help = NULL);
	FAULT("one line without a full stop", w.account.help = "A company.");
	FAULT("one line without a full stop", w.account.help = "A\nB");
	FAULT("0 fields; expected 1", w.account.nfields = 0);
	FAULT("129 fields; expected 1 to 128", w.account.nfields = 129);
	FAULT("unique: 'nam' is no stored field", w.account.unique = "external_id;nam,parent");
	FAULT("unique: 'number' is no stored field", w.account.unique = "number");
	FAULT("unique: 'name' twice", w.account.unique = "name,name");
	FAULT("unique: a group is too long", w.account.unique = long_group());
	FAULT("sort: 'nam' is no field", w.account.sort = "nam");
	FAULT("owned, but without an owner", w.account.flags = CSM_T_OWNED);
	FAULT("an owner field, but not owned", w.comment.flags = CSM_T_JOURNAL);
	FAULT("account: unknown flags", w.account.flags = 1u << 20);
	FAULT("doc_key 'No' is not snake_case", w.comment.doc_key = "No");
	FAULT("its key 'state' in a case is a field", w.comment.doc_key = "state");
	FAULT("hook 'case.x' is not registered", w.ticket.check = "case.x");
	FAULT("hook 'case.x' is not registered", w.ticket.derive = "case.x");
	FAULT("hook 'case.x' is not registered", w.ticket.after = "case.x");
	FAULT("hook 'case.x' is not registered", w.ticket.compute = "case.x");
	FAULT("every type ends with the fields of CSM_STD", w.account.nfields = ACC__N - 1,
	      w.account.sort = NULL);
	FAULT("every type ends with the fields of CSM_STD", w.account.nfields = 2,
	      w.account.sort = NULL);
}

/* Two owned types under one key of the owner. */
static void test_owned_keys(void)
{
	struct csm_rtype twin;
	const struct csm_rtype *types[5];

	small_dict_init(&w);
	memcpy(types, w.types, sizeof(w.types));
	twin = w.comment;
	twin.name = "work_note";
	twin.table = "work_notes";
	types[4] = &twin;
	w.dict.types = types;
	w.dict.ntypes = 5;
	T_OK(finds("its key 'comments' in a case is comment's too"));
}

#define TRIES w.case_fields[CASE_TRIES]

static void test_field_names(void)
{
	FAULT("the name is no snake_case", TRIES.name = "Tries");
	FAULT("the name is no snake_case", TRIES.name = "tries_");
	FAULT("the name is no snake_case", TRIES.name = "tries__x");
	FAULT("the name is no snake_case", TRIES.name = "1st");
	FAULT("the name is no snake_case", TRIES.name = "");
	FAULT("field 16 has no name", TRIES.name = NULL);
	FAULT("the name is no snake_case",
	      TRIES.name = "a23456789012345678901234567890123456789012345678901234567890");
	FAULT("end: the name is a reserved word", TRIES.name = "end");
	FAULT("tries: quoted, but no reserved word", TRIES.flags |= CSM_F_QUOTED);
	FAULT("user: the name is a reserved word", TRIES.name = "user");
	FAULT("index: the name is a reserved word", TRIES.name = "index");
	FAULT("rowid: the name is a reserved word", TRIES.name = "rowid");
	FAULT("key column's", TRIES.name = "id");
	FAULT("state: two fields have this name", TRIES.name = "state");
	FAULT("currency column of 'revenue'", w.account_fields[ACC_DISCOUNT].name = "revenue_currency");
}

static void test_fields(void)
{
	FAULT("tries: label is missing", TRIES.label = NULL);
	FAULT("tries: help is missing", TRIES.help = "");
	FAULT("tries: help is one line", TRIES.help = "Stops.");
	FAULT("tries: unknown kind", TRIES.kind = CSM_K__N);
	FAULT("choices are missing", w.account_fields[ACC_METHODS].choices = NULL);
	FAULT("choices on kind bool", w.case_fields[CASE_URGENT].choices = small_priority);
	FAULT("choice 'new' is no whole number", w.case_fields[CASE_PRIORITY].choices = small_state);
	FAULT("choice 'a b' has a comma, blank", w.choices[1].value = "a b");
	FAULT("choice 'open' has no label", w.choices[1].label = NULL);
	FAULT("choice 'resolved' twice", w.choices[3].label = "NEW");
	FAULT("choice 'new' twice", w.choices[3].value = "new");
	FAULT("it refers to 'nowhere', which is no type",
	      w.case_fields[CASE_ACCOUNT].target = "nowhere");
	FAULT("it refers to '', which is no type", w.case_fields[CASE_ACCOUNT].target = NULL);
	FAULT("a target on kind int", TRIES.target = "user");
	FAULT("what deleting the target does", TRIES.ondel = CSM_ON_CLEAR);
	FAULT("required, but emptied", w.case_fields[CASE_ASSIGNED_TO].flags |= CSM_F_REQUIRED);
	FAULT("NOINDEX is for references", TRIES.flags |= CSM_F_NOINDEX);
	FAULT("NOINDEX is for references", w.case_fields[CASE_OPENED_BY].flags |= CSM_F_INDEX);
	FAULT("an owner is a reference", w.comment_fields[COMMENT_BODY].flags |= CSM_F_OWNER);
	FAULT("'case_ref' is an owner of the same type",
	      w.comment_fields[COMMENT_BODY] = w.comment_fields[COMMENT_CASE],
	      w.comment_fields[COMMENT_BODY].name = "again");
	FAULT("min is above max", TRIES.min = 11);
	FAULT("bounds on kind bool", w.case_fields[CASE_URGENT].max = 1);
	FAULT("bounds on kind int with choices", w.case_fields[CASE_PRIORITY].max = 1);
	FAULT("a length on kind int", TRIES.max_len = 3);
	FAULT("a length on kind date", w.case_fields[CASE_DUE_ON].max_len = 3);
	FAULT("max_len is above", w.case_fields[CASE_DESCRIPTION].max_len = CSM_MAX_LONG + 1);
	FAULT("tries: unknown flags", TRIES.flags = 1u << 30);
	FAULT("tries: what is personal in it does not fit the kind int", TRIES.flags |= CSM_F_PERSONAL(CSM_PERSONAL_NAME));
	FAULT("body: what is personal in it does not fit", w.comment_fields[COMMENT_BODY].flags |= CSM_F_PERSONAL(CSM_PERSONAL_COORDINATE));
	FAULT("neither required nor indexed", w.case_fields[CASE_AGE].flags |= CSM_F_REQUIRED);
	FAULT("a computed key", w.case_fields[CASE_AGE].flags |= CSM_F_KEY);
	FAULT("computed, but the type has no compute hook", w.ticket.compute = NULL);
	FAULT("tries: computed, but the type has no compute hook",
	      w.ticket.compute = NULL, TRIES.flags |= CSM_F_LIVE);
	FAULT("a compute hook without a field that it fills", w.account.compute = "case.compute");
	FAULT("secret, but listed", w.user_fields[USER_PASSWORD].flags |= CSM_F_LIST);
	FAULT("kind int can't be searched", TRIES.flags |= CSM_F_SEARCH);
	FAULT("kind int has no lines", TRIES.flags |= CSM_F_LONG);
	FAULT("2 titles", w.account_fields[ACC_EXTERNAL_ID].flags |= CSM_F_TITLE);
}

static void test_defaults(void)
{
	FAULT("default: 'x' is no whole number", TRIES.def = "x");
	FAULT("default: 11 is out of bounds", TRIES.def = "11");
	FAULT("default: 'opne' is no choice", w.case_fields[CASE_STATE].def = "opne");
	FAULT("default: @now on kind int", TRIES.def = "@now");
	FAULT("default: @now on kind date", w.case_fields[CASE_DUE_ON].def = "@now");
	FAULT("default: @today on kind time", w.case_fields[CASE_OPENED_AT].def = "@today");
	FAULT("default: @actor on kind ref", w.case_fields[CASE_ACCOUNT].def = "@actor");
	FAULT("default: a reference can only be @actor", w.case_fields[CASE_ACCOUNT].def = "AC1");
	FAULT("default: it is required", w.case_fields[CASE_PRIORITY].def = "");
}

static void test_states(void)
{
	FAULT("lifecycle's field is no enum", w.life.field = "stat");
	FAULT("lifecycle's field is no enum", w.life.field = "tries");
	FAULT("state 'Open' is not snake_case", w.states[1].name = "Open");
	FAULT("state 'open' has no help", w.states[1].help = "");
	FAULT("state 'gone' is no choice", w.states[1].name = "gone");
	FAULT("choice 'open' is no state", w.states[1].name = "gone");
	FAULT("state 'new' twice", w.states[1].name = "new");
	FAULT("0 initial states", w.states[0].flags = 0);
	FAULT("2 initial states", w.states[1].flags |= CSM_S_INITIAL);
	FAULT("the default 'open' is not the initial state", w.case_fields[CASE_STATE].def = "open");
	FAULT("state 'open' is never reached", w.moves[0].to = NULL);
	FAULT("state 'awaiting_info' is never reached", w.moves[1].from = "awaiting_info");
	FAULT("state 'resolved' is final, but a move leaves it", w.states[3].flags |= CSM_S_FINAL);
	FAULT("state 'closed' is not final, but no move leaves it", w.states[4].flags = 0);
	FAULT("state 'new' is not final, but no move leaves it", w.moves[0].to = "new");
}

/* More states than the check keeps count of. */
static void test_many_states(void)
{
	static struct csm_state states[66];

	small_dict_init(&w);
	for (int i = 0; i < 65; i++)
		states[i] = (struct csm_state){ i ? "open" : "new", i ? CSM_S_FINAL : CSM_S_INITIAL,
						"A help" };
	w.life.states = states;
	T_OK(finds("65 states; at most 64"));
	/* A text option that is a field of the type needs no name of its own. */
	small_dict_init(&w);
	w.moves[2].text = "description";
	T_EQ_INT(csm_dict_check(&w.dict, known, NULL, NULL), CSM_OK);
}

static void test_moves(void)
{
	FAULT("from: 'opn' is no state", w.moves[1].from = "opn");
	FAULT("from: no states", w.moves[6].from = NULL);
	FAULT("to: 'opn' is no state", w.moves[0].to = "opn");
	FAULT("who: nobody", w.moves[0].who = 0);
	FAULT("who: nobody", w.moves[0].who = 8);
	FAULT("the verb is not snake_case", w.moves[0].verb = "Accept");
	FAULT("the verb is one that every type has", w.moves[0].verb = "edit");
	FAULT("accept: help is missing", w.moves[0].help = NULL);
	FAULT("needs: 'resolution' is no stored field", w.moves[2].needs = "resolution");
	FAULT("takes: 'age' is no stored field", w.moves[2].takes = "description,age");
	FAULT("sets: 'active' is no assignment", w.moves[4].sets = "active");
	FAULT("sets: 'activ' is no stored field", w.moves[4].sets = "activ=false");
	FAULT("close sets: 'no' is no bool", w.moves[4].sets = "active=no");
	FAULT("close sets: @now on kind bool", w.moves[4].sets = "active=@now");
	FAULT("'active' is required and can't be emptied", w.moves[4].sets = "active=");
	FAULT("sets: the state is set by `to`", w.moves[4].sets = "state=closed");
	FAULT("text: the option has no name", w.moves[1].text = NULL);
	FAULT("text: 'No' is not snake_case", w.moves[1].text = "No");
	FAULT("text_as: 'note' is no journal", w.moves[1].text_as = "note");
	FAULT("text_as: 'comment' is no journal", w.comment.flags = CSM_T_OWNED);
	FAULT("earlier rows of the verb leave nothing", w.moves[4].who = CSM_WHO_AGENT);
	FAULT("hook 'x' is not registered", w.moves[0].guard = "x");
	FAULT("hook 'x' is not registered", w.moves[2].effect = "x");
}

static void test_settings(void)
{
	FAULT("case.auto_close: two settings", w.settings[1].name = "case.auto_close");
	FAULT("snake_case words with dots", w.settings[1].name = "Case.x");
	FAULT("snake_case words with dots", w.settings[1].name = "case..x");
	FAULT("snake_case words with dots", w.settings[1].name = "case.");
	FAULT("case.prefix_on: help is missing", w.settings[1].help = NULL);
	FAULT("case.prefix_on: default: 'yes' is no bool", w.settings[1].def = "yes");
	FAULT("a setting of this kind", w.settings[1].kind = CSM_K_REF);
	FAULT("a setting of this kind", w.settings[1].kind = CSM_K_ENUM);
	FAULT("a setting of this kind", w.settings[1].kind = CSM_K__N);
}

int main(void)
{
	test_sound();
	test_types();
	test_owned_keys();
	test_field_names();
	test_fields();
	test_defaults();
	test_states();
	test_many_states();
	test_moves();
	test_settings();
	T_DONE();
}
