/* SPDX-License-Identifier: MIT */
/* setting.c - a stored setting is one of csm's, and its value is one of its kind. */
#include <csm/utf8.h>

#include "svc_alert.h"
#include "svc_customer.h"
#include "svc_work.h"

static int refuse_name(struct csm_write *w, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(w->store);
	const char *name = csm_rec_text(w->rec, SETTING_NAME), *near;
	const char **names = csm_calloc(w->rec->arena, d->nsettings + 1, sizeof(*names));

	for (unsigned i = 0; i < d->nsettings; i++)
		names[i] = d->settings[i].name;
	near = csm_nearest(name, names);
	return near ? svc_refuse(w, SETTING_NAME, err, "there is no setting '%.*s'; is it '%s'?", CSM_Q(name),
				 near)
		    : svc_refuse(w, SETTING_NAME, err, "there is no setting '%.*s'", CSM_Q(name));
}

int setting_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	const struct csm_setting *row = csm_dict_setting(csm_store_dict(w->store),
							 csm_rec_text(r, SETTING_NAME));
	struct csm_field field;
	struct csm_value v;
	int rc;

	if (!row)
		return refuse_name(w, err);
	field = (struct csm_field){
		.name = row->name, .kind = row->kind, .label = row->name, .help = row->help
	};
	rc = csm_field_parse(r->arena, r->type, &field, csm_rec_text(r, SETTING_VALUE),
			     csm_store_now(w->store), &v, err);
	if (rc)
		return csm_err_on(err, r->type->name, row->name, r->type->fields[SETTING_VALUE].name);
	if (strcmp(row->name, "case.fields_to_sync") == 0 && work_check_sync(r->arena, v.s, err))
		return csm_err_on(err, r->type->name, row->name, r->type->fields[SETTING_VALUE].name);
	if (strcmp(row->name, "sla.milestones") == 0 && milestone_check_setting(v.s, err))
		return csm_err_on(err, r->type->name, row->name, r->type->fields[SETTING_VALUE].name);
	return row->kind == CSM_K_ZONE ? customer_check_zone(w, SETTING_VALUE, err) : CSM_OK;
}
