/* SPDX-License-Identifier: MIT */
/*
 * t_lifecycles.c - lifecycles of another system ($CSM_TEST_DATA/vectors/lifecycles.json) as rows: they pass
 * csm_dict_check(), and each pair of states is allowed or refused as its matrix says, by the look-ups and by
 * the write path.
 *
 * There a record is created in one of several states. A lifecycle of csm has one initial state: here it is
 * `unborn`, and being created is a move from there.
 */
#include <ctype.h>

#include <jansson.h>

#include "t_write_help.h"

#define LIVES 8
#define UNBORN "unborn"

enum { RT_NUMBER, RT_STATE, RT_ACTIVE, RT_STARTED_AT, RT_RESOLVED_AT, RT_VERSION };

struct life {
	const char *name;
	struct csm_choice *choices;
	struct csm_state *states;
	struct csm_move *moves;
	struct csm_lifecycle life;
	struct csm_field *fields;
	struct csm_rtype type;
	unsigned nstates, nmoves;
};
static struct life lives[LIVES];
static unsigned nlives;
static struct csm_dict dict;
static struct csm_arena *arena; /* of the rows: longer than any store */

/* "on way" as a word of csm: on_way. */
static const char *word_of(const char *name)
{
	char *s = csm_strdup(arena, name);

	for (char *p = s; *p; p++)
		*p = (char)(isalnum((unsigned char)*p) ? tolower((unsigned char)*p) : '_');
	return s;
}

static const char *verb_to(const char *prefix, const char *state)
{
	return csm_sprintf(arena, "%s_%s", prefix, word_of(state));
}

static bool has(const json_t *list, const char *state)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
		if (strcmp(json_string_value(v), state) == 0)
			return true;
	return false;
}

static void add_state(struct life *l, const char *name, uint32_t flags)
{
	l->choices[l->nstates] = (struct csm_choice){ name, name };
	l->states[l->nstates++] = (struct csm_state){ name, flags, "A state" };
}

/* A record that is worked on has started, one at its end is resolved. */
static void add_move(struct life *l, const json_t *src, const char *prefix, const char *from,
		     const char *to)
{
	bool active = has(json_object_get(src, "active"), to),
	     inactive = has(json_object_get(src, "inactive"), to);

	l->moves[l->nmoves++] = (struct csm_move){
		.verb = verb_to(prefix, to),
		.from = word_of(from),
		.to = word_of(to),
		.who = CSM_WHO_AGENT,
		.sets = inactive && strcmp(from, UNBORN) == 0 ? "started_at=@now,resolved_at=@now"
			: inactive			      ? "resolved_at=@now"
			: active			      ? "started_at=@now"
							      : NULL,
		.help = "A move",
	};
}

static void add_sort(struct life *l, const json_t *src, const char *sort, uint32_t flags)
{
	const json_t *names = json_object_get(src, sort), *v;
	size_t i;

	json_array_foreach(names, i, v) {
		const char *name = json_string_value(v);
		const json_t *out = json_object_get(json_object_get(src, "transitions"), name);

		add_state(l, word_of(name), flags | (json_array_size(out) ? 0 : CSM_S_FINAL));
	}
}

static void add_moves(struct life *l, const json_t *src)
{
	const json_t *v, *out;
	const char *from;
	size_t i;

	json_array_foreach(json_object_get(src, "on_create"), i, v)
		add_move(l, src, "create", UNBORN, json_string_value(v));
	json_object_foreach(json_object_get(src, "transitions"), from, out)
		json_array_foreach(out, i, v)
			add_move(l, src, "to", from, json_string_value(v));
}

static void make_fields(struct life *l)
{
	const struct csm_field rows[] = {
		CSM_NUMBER,
		F("state", CSM_K_ENUM, CSM_F_REQUIRED | CSM_F_BYVERB, .choices = l->choices, .def = UNBORN),
		F("active", CSM_K_BOOL, CSM_F_REQUIRED | CSM_F_BYVERB, .def = "true"),
		F("started_at", CSM_K_TIME, CSM_F_BYVERB, .max_len = 0),
		F("resolved_at", CSM_K_TIME, CSM_F_BYVERB, .max_len = 0),
		CSM_STD,
	};

	l->fields = csm_calloc(arena, CSM_COUNT(rows), sizeof(*l->fields));
	memcpy(l->fields, rows, sizeof(rows));
	l->type.fields = l->fields;
	l->type.nfields = CSM_COUNT(rows);
}

static void make_life(const char *name, const json_t *src)
{
	struct life *l = &lives[nlives++];

	l->name = name;
	l->choices = csm_calloc(arena, 64, sizeof(*l->choices));
	l->states = csm_calloc(arena, 64, sizeof(*l->states));
	l->moves = csm_calloc(arena, 256, sizeof(*l->moves));
	add_state(l, UNBORN, CSM_S_INITIAL | CSM_S_ACTIVE);
	add_sort(l, src, "initial", CSM_S_ACTIVE);
	add_sort(l, src, "active", CSM_S_ACTIVE);
	add_sort(l, src, "inactive", 0);
	add_moves(l, src);
	l->life = (struct csm_lifecycle){ "state", l->states, l->moves };
	l->type = (struct csm_rtype){ .name = csm_sprintf(arena, "rt_%s", name),
				      .table = csm_sprintf(arena, "rt_%s_rows", name),
				      .prefix = csm_sprintf(arena, "RT%c", 'A' + (int)nlives),
				      .section = "work",
				      .label = "Row",
				      .plural = "Rows",
				      .help = "Row",
				      .sort = "",
				      .life = &l->life };
	make_fields(l);
}

static struct life *life_named(const char *name)
{
	for (unsigned i = 0; i < nlives; i++)
		if (strcmp(lives[i].name, name) == 0)
			return &lives[i];
	T_EQ_STR("no lifecycle", name);
	return NULL;
}

static const char *text_at(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* ---- the matrix ---- */

/* A record in a state, as a load states it. */
static struct csm_rec *record_in(const struct life *l, const char *state)
{
	struct csm_rec *r = w_new(&l->type);

	csm_rec_set_text(r, RT_STATE, state);
	csm_rec_give(r, RT_STATE);
	T_EQ_INT(csm_store_write(t_store, r, CSM_WRITE_IMPORT, -1, &t_err), CSM_OK);
	return w_get(&l->type, r->id);
}

static void check_cell(const json_t *cell)
{
	const struct life *l = life_named(text_at(cell, "lifecycle"));
	bool create = strcmp(text_at(cell, "op"), "create") == 0,
	     allowed = json_is_true(json_object_get(cell, "allowed"));
	const char *to = word_of(text_at(cell, "to")), *from = create ? UNBORN : word_of(text_at(cell, "from"));
	const char *verb = verb_to(create ? "create" : "to", text_at(cell, "to"));
	const struct csm_move *m = l ? csm_life_move(&l->life, verb, from, CSM_WHO_AGENT) : NULL;
	struct csm_rec *r;

	if (!l)
		return;
	T_EQ_INT(m != NULL, allowed);
	T_OK(!m || strcmp(m->to, to) == 0);
	T_OK(csm_life_state(&l->life, to) && csm_life_state(&l->life, from));
	r = record_in(l, from);
	csm_err_clear(&t_err);
	if (csm_life_verb(&l->life, verb)) {
		T_EQ_INT(csm_store_move(t_store, r, verb, NULL, -1, &t_err),
			 allowed ? CSM_OK : CSM_E_REFUSED);
		T_EQ_STR(csm_rec_text(r, RT_STATE), allowed ? to : from);
	} else { /* nothing leads there at all */
		T_OK(!allowed);
	}
}

static void check_matrix(const json_t *doc)
{
	const json_t *cases = json_object_get(doc, "cases"), *cell;
	size_t i;

	T_EQ_INT(json_array_size(cases), json_integer_value(json_object_get(doc, "matrix_cases")));
	T_EQ_INT(json_array_size(cases), 68);
	w_begin();
	json_array_foreach(cases, i, cell)
		check_cell(cell);
	w_commit();
}

/* ---- what moves set ---- */

static void check_dates(const json_t *c)
{
	const struct life *l = life_named(text_at(c, "lifecycle"));
	struct csm_rec *r = l ? w_new(&l->type) : NULL;
	const json_t *step;
	size_t i;

	if (!r)
		return;
	T_EQ_INT(csm_store_write(t_store, r, CSM_WRITE_NORMAL, -1, &t_err), CSM_OK);
	json_array_foreach(json_object_get(c, "sequence"), i, step) {
		const char *name = json_string_value(step);
		bool create = strncmp(name, "create:", 7) == 0;

		T_EQ_INT(csm_store_move(t_store, r, verb_to(create ? "create" : "to", create ? name + 7 : name),
					NULL, -1, &t_err),
			 CSM_OK);
	}
	T_EQ_INT(!csm_rec_null(r, RT_STARTED_AT), json_is_true(json_object_get(c, "started_set")));
	T_EQ_INT(!csm_rec_null(r, RT_RESOLVED_AT), json_is_true(json_object_get(c, "resolved_set")));
}

static void note(void *arg, char severity, const struct csm_err *err)
{
	(void)arg;
	(void)severity;
	printf("%s: %s: %s\n", err->type, err->field, err->msg);
}

static void make_dict(void)
{
	const struct csm_rtype **types = csm_calloc(arena, nlives + 1, sizeof(*types));
	const struct csm_diag diag = { note, NULL };

	types[0] = &w_user;
	for (unsigned i = 0; i < nlives; i++)
		types[i + 1] = &lives[i].type;
	dict = (struct csm_dict){ types, nlives + 1, NULL, 0 };
	T_EQ_INT(csm_dict_check(&dict, NULL, NULL, &diag), CSM_OK);
}

int main(void)
{
	const char *dir = getenv("CSM_TEST_DATA"), *name;
	char path[1024];
	json_t *doc, *src, *c;
	size_t i;

	if (!dir || !dir[0]) {
		printf("skip: CSM_TEST_DATA is not set\n");
		return 0;
	}
	arena = csm_arena_new(NULL, NULL);
	snprintf(path, sizeof(path), "%s/vectors/lifecycles.json", dir);
	doc = json_load_file(path, 0, NULL);
	T_OK(doc);
	json_object_foreach(json_object_get(doc, "lifecycles"), name, src)
		if (nlives < LIVES)
			make_life(name, src);
	T_EQ_INT(nlives, 3);
	make_dict();
	w_begin_dict(&dict);
	check_matrix(doc);
	w_begin();
	json_array_foreach(json_object_get(doc, "date_cases"), i, c)
		check_dates(c);
	w_commit();
	T_EQ_INT(i, 6);
	t_end();
	json_decref(doc);
	csm_arena_free(arena);
	T_DONE();
}
