/* SPDX-License-Identifier: MIT */
/* setting.c - the properties of a database: given with the command, else stored, else the row's
 * default. */
#include "store_priv.h"

static int parse(struct csm_store *s, struct csm_arena *a, const struct csm_setting *row,
		 const char *text, const char *from, struct csm_value *out, struct csm_err *err)
{
	const struct csm_rtype *t = csm_dict_type(s->env.dict, "setting");
	const struct csm_rtype none = { .name = "setting" };
	struct csm_field field = {
		.name = row->name, .kind = row->kind, .label = row->name, .help = row->help
	};
	int rc;

	*out = csm_null();
	if (!text || !*text)
		return CSM_OK;
	rc = csm_field_parse(a, t ? t : &none, &field, csm_strdup(a, text), s->env.now, out, err);
	if (rc == CSM_OK)
		return CSM_OK;
	csm_wrap(err, "%s", from);
	if (err)
		err->code = CSM_E_CONFIG;
	return CSM_E_CONFIG;
}

void store_settings_drop(struct csm_store *s)
{
	csm_arena_free(s->settings_arena);
	s->settings_arena = NULL;
	s->settings = NULL;
}

/* The stored settings over the defaults. */
static int read_stored(struct csm_store *s, const struct csm_rtype *t, struct csm_err *err)
{
	const struct csm_dict *d = s->env.dict;
	int name = csm_field_index(t, "name"), value = csm_field_index(t, "value");
	const struct csm_query q = { .sort = "" };
	struct csm_arena *a = s->settings_arena;
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct store_past *past = s->past;
	struct csm_rec *r;
	int rc;

	if (name < 0 || value < 0)
		return csm_fail(err, CSM_E_INTERNAL, "type setting has no name and value");
	s->past = NULL;	/* settings are of the present, whatever is read */
	rc = csm_store_select(s, t, &q, a, &c, err);
	s->past = past;
	while (rc == CSM_OK) {
		const struct csm_setting *row;
		struct csm_value v;

		rc = csm_cursor_next(c, a, &r, err);
		if (rc != CSM_OK || !r)
			break;
		row = csm_dict_setting(d, csm_rec_text(r, name));
		if (!row ||
		    parse(s, a, row, csm_rec_text(r, value), "stored setting", &v, NULL) != CSM_OK)
			continue; /* one of a newer csm, or spoilt: the check of the data tells */
		s->settings[row - d->settings] = v;
	}
	return rc;
}

/* What came with the command; values NULL: only looked at. Names that are no settings are the command's
 * own. */
static int read_given(struct csm_store *s, struct csm_arena *a, struct csm_value *values,
		      struct csm_err *err)
{
	const struct csm_dict *d = s->env.dict;

	for (const struct csm_pair *p = s->env.config; p && p->name; p++) {
		const struct csm_setting *row = csm_dict_setting(d, p->name);
		struct csm_value v;
		int rc = row ? parse(s, a, row, p->value, "configuration", &v, err) : CSM_OK;

		if (rc != CSM_OK)
			return rc;
		if (row && values)
			values[row - d->settings] = v;
	}
	return CSM_OK;
}

int store_settings_check(struct csm_store *s, struct csm_err *err)
{
	return read_given(s, s->arena, NULL, err);
}

static int read_all(struct csm_store *s, struct csm_err *err)
{
	const struct csm_dict *d = s->env.dict;
	const struct csm_rtype *t = csm_dict_type(d, "setting");
	int rc = CSM_OK;

	s->settings_arena = csm_arena_like(s->arena);
	s->settings = csm_calloc(s->settings_arena, d->nsettings + 1, sizeof(*s->settings));
	for (unsigned i = 0; i < d->nsettings && rc == CSM_OK; i++)
		rc = parse(s, s->settings_arena, &d->settings[i], d->settings[i].def, "default",
			   &s->settings[i], err);
	if (rc == CSM_OK && t)
		rc = read_stored(s, t, err);
	if (rc == CSM_OK)
		rc = read_given(s, s->settings_arena, s->settings, err);
	if (rc != CSM_OK)
		store_settings_drop(s);
	return rc;
}

int csm_store_setting(struct csm_store *s, const char *name, struct csm_value *out, struct csm_err *err)
{
	const struct csm_dict *d = s->env.dict;
	const struct csm_setting *row = csm_dict_setting(d, name);
	int rc;

	*out = csm_null();
	if (!row)
		return csm_fail(err, CSM_E_INVALID, "there is no setting '%s'", name);
	if (!s->settings) {
		rc = read_all(s, err);
		if (rc != CSM_OK)
			return rc;
	}
	*out = s->settings[row - d->settings];
	return CSM_OK;
}

/* For callers that cannot fail: the row's default when the stored value cannot be had. */
static struct csm_value setting_or_default(struct csm_store *s, const char *name)
{
	const struct csm_setting *row = csm_dict_setting(s->env.dict, name);
	struct csm_value v = csm_null();

	if (csm_store_setting(s, name, &v, NULL) != CSM_OK && row)
		parse(s, s->arena, row, row->def, "default", &v, NULL);
	return v;
}

bool csm_store_setting_bool(struct csm_store *s, const char *name)
{
	return csm_store_setting_int(s, name) != 0;
}

int64_t csm_store_setting_int(struct csm_store *s, const char *name)
{
	struct csm_value v = setting_or_default(s, name);

	return v.tag == CSM_INT ? v.i : 0;
}

const char *csm_store_setting_text(struct csm_store *s, const char *name)
{
	struct csm_value v = setting_or_default(s, name);

	return v.tag == CSM_TEXT ? v.s : "";
}
