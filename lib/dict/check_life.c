/* SPDX-License-Identifier: MIT */
/* check_life.c - lifecycles checked: states that can be reached and left, moves whose words all mean
 * something. */
#include <string.h>

#include "dict/dict_priv.h"

#define WORD_SIZE 64
#define STATES_MAX 64

static void check_states(struct dict_check *c, const struct csm_rtype *t, const struct csm_field *f)
{
	const struct csm_lifecycle *l = t->life;
	unsigned initial = 0, n = 0;

	for (const struct csm_state *s = l->states; s->name; s++, n++) {
		initial += (s->flags & CSM_S_INITIAL) != 0;
		if (!dict_is_snake(s->name))
			dict_find(c, t, f->name, "state '%s' is not snake_case", s->name);
		if (!s->help || !*s->help)
			dict_find(c, t, f->name, "state '%s' has no help", s->name);
		if (!csm_choice_find(f->choices, s->name))
			dict_find(c, t, f->name, "state '%s' is no choice of the field", s->name);
		if (csm_life_state(l, s->name) != s)
			dict_find(c, t, f->name, "state '%s' twice", s->name);
	}
	for (const struct csm_choice *o = f->choices; o && o->value; o++)
		if (!csm_life_state(l, o->value))
			dict_find(c, t, f->name, "choice '%s' is no state", o->value);
	if (initial != 1)
		dict_find(c, t, f->name, "%u initial states; expected one", initial);
	else if (f->def && strcmp(f->def, csm_life_initial(l)) != 0)
		dict_find(c, t, f->name, "the default '%s' is not the initial state '%s'", f->def,
			  csm_life_initial(l));
	if (n > STATES_MAX)
		dict_find(c, t, f->name, "%u states; at most %d", n, STATES_MAX);
}

/* Spread from the initial state along the moves until nothing new is met. */
static void check_reach(struct dict_check *c, const struct csm_rtype *t)
{
	const struct csm_lifecycle *l = t->life;
	bool met[STATES_MAX] = { false }, more = true;

	for (unsigned i = 0; i < STATES_MAX && l->states[i].name; i++)
		met[i] = l->states[i].flags & CSM_S_INITIAL;
	while (more) {
		more = false;
		for (const struct csm_move *m = l->moves; m->verb; m++) {
			const struct csm_state *to = m->to ? csm_life_state(l, m->to) : NULL;

			if (!to || to - l->states >= STATES_MAX || met[to - l->states])
				continue;
			for (unsigned i = 0; i < STATES_MAX && l->states[i].name; i++)
				if (met[i] && csm_word_in(m->from, l->states[i].name))
					met[to - l->states] = more = true;
		}
	}
	for (unsigned i = 0; i < STATES_MAX && l->states[i].name; i++)
		if (!met[i])
			dict_find(c, t, l->field, "state '%s' is never reached", l->states[i].name);
}

static void check_ways_out(struct dict_check *c, const struct csm_rtype *t)
{
	const struct csm_lifecycle *l = t->life;

	for (const struct csm_state *s = l->states; s->name; s++) {
		bool left = false;

		for (const struct csm_move *m = l->moves; m->verb; m++)
			left |= m->to && strcmp(m->to, s->name) != 0 && csm_word_in(m->from, s->name);
		if (left && (s->flags & CSM_S_FINAL))
			dict_find(c, t, l->field, "state '%s' is final, but a move leaves it", s->name);
		if (!left && !(s->flags & CSM_S_FINAL))
			dict_find(c, t, l->field, "state '%s' is not final, but no move leaves it",
				  s->name);
	}
}

static void check_move_states(struct dict_check *c, const struct csm_rtype *t, const struct csm_move *m)
{
	char word[WORD_SIZE];

	if (!m->from || !*m->from)
		dict_find(c, t, m->verb, "from: no states");
	for (unsigned i = 0; csm_word(m->from, i, word, sizeof(word)); i++)
		if (!csm_life_state(t->life, word))
			dict_find(c, t, m->verb, "from: '%s' is no state", word);
	if (m->to && !csm_life_state(t->life, m->to))
		dict_find(c, t, m->verb, "to: '%s' is no state", m->to);
	if (!m->who || (m->who & ~(CSM_WHO_AGENT | CSM_WHO_CUSTOMER | CSM_WHO_SYSTEM)))
		dict_find(c, t, m->verb, "who: nobody, or somebody unknown");
}

static void check_move_fields(struct dict_check *c, const struct csm_rtype *t, const struct csm_move *m,
			      const char *list, const char *what)
{
	char word[WORD_SIZE];

	for (unsigned i = 0; csm_word(list, i, word, sizeof(word)); i++) {
		const struct csm_field *f = csm_field_named(t, word);

		if (!f || (f->flags & CSM_F_COMPUTED))
			dict_find(c, t, m->verb, "%s: '%s' is no stored field", what, word);
	}
}

/* "resolved_at=@now,state_reason=" */
static void check_sets(struct dict_check *c, const struct csm_rtype *t, const struct csm_move *m)
{
	char word[256];

	for (unsigned i = 0; csm_word(m->sets, i, word, sizeof(word)); i++) {
		char *eq = strchr(word, '=');
		const struct csm_field *f;

		if (!eq) {
			dict_find(c, t, m->verb, "sets: '%s' is no assignment", word);
			continue;
		}
		*eq = '\0';
		f = csm_field_named(t, word);
		if (!f || (f->flags & CSM_F_COMPUTED))
			dict_find(c, t, m->verb, "sets: '%s' is no stored field", word);
		else if (!strcmp(f->name, t->life->field))
			dict_find(c, t, m->verb, "sets: the state is set by `to`");
		else if (eq[1])
			dict_check_default(c, t, f, eq + 1, csm_sprintf(c->arena, "%s sets", m->verb));
		else if (f->flags & CSM_F_REQUIRED)
			dict_find(c, t, m->verb, "sets: '%s' is required and can't be emptied", word);
	}
}

static void check_move_text(struct dict_check *c, const struct csm_rtype *t, const struct csm_move *m)
{
	const struct csm_rtype *journal =
		m->text_as ? csm_dict_owned_named(c->dict, t, m->text_as, NULL) : NULL;

	if ((m->text_as || m->text_needed) && !m->text)
		dict_find(c, t, m->verb, "text: the option has no name");
	if (m->text && csm_field_index(t, m->text) >= 0 && !m->text_as)
		return; /* the option is a field */
	if (m->text && !dict_is_snake(m->text))
		dict_find(c, t, m->verb, "text: '%s' is not snake_case", m->text);
	if (m->text_as && (!journal || !(journal->flags & CSM_T_JOURNAL)))
		dict_find(c, t, m->verb, "text_as: '%s' is no journal that %s owns", m->text_as,
			  t->name);
}

/* A row is dead when an earlier one with the verb takes all it would. */
static void check_move_dead(struct dict_check *c, const struct csm_rtype *t, const struct csm_move *m)
{
	char word[WORD_SIZE];
	unsigned states = 0, taken = 0;

	for (unsigned i = 0; csm_word(m->from, i, word, sizeof(word)); i++, states++) {
		uint32_t left = m->who;

		for (const struct csm_move *e = t->life->moves; e != m; e++)
			if (dict_same_name(e->verb, m->verb) && csm_word_in(e->from, word))
				left &= ~e->who;
		taken += !left;
	}
	if (states && taken == states)
		dict_find(c, t, m->verb, "earlier rows of the verb leave nothing to this one");
}

static void check_move(struct dict_check *c, const struct csm_rtype *t, const struct csm_move *m)
{
	static const char generic[] = "new,show,list,edit,delete,import,export,log";

	if (!dict_is_snake(m->verb))
		dict_find(c, t, m->verb, "the verb is not snake_case");
	if (csm_word_in(generic, m->verb))
		dict_find(c, t, m->verb, "the verb is one that every type has");
	if (!m->help || !*m->help)
		dict_find(c, t, m->verb, "help is missing");
	check_move_states(c, t, m);
	check_move_fields(c, t, m, m->needs, "needs");
	check_move_fields(c, t, m, m->takes, "takes");
	check_sets(c, t, m);
	check_move_text(c, t, m);
	check_move_dead(c, t, m);
	dict_find_hook(c, t, "guard", m->guard);
	dict_find_hook(c, t, "effect", m->effect);
}

void dict_check_life(struct dict_check *c, const struct csm_rtype *t)
{
	const struct csm_lifecycle *l = t->life;
	const struct csm_field *f = csm_field_named(t, l->field);

	if (!f || f->kind != CSM_K_ENUM) {
		dict_find(c, t, l->field, "the lifecycle's field is no enum of the type");
		return;
	}
	check_states(c, t, f);
	for (const struct csm_move *m = l->moves; m->verb; m++)
		check_move(c, t, m);
	check_reach(c, t);
	check_ways_out(c, t);
}
