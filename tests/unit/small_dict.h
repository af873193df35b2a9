/* SPDX-License-Identifier: MIT */
/*
 * small_dict.h - a small dictionary with a field of every kind, in memory that a test may break. Used by
 * the tests of lib/dict, so that they do not depend on the record types that csm ships.
 */
#ifndef SMALL_DICT_H
#define SMALL_DICT_H

#include <string.h>

#include <csm/dict.h>
#include <csm/filter.h>
#include <csm/record.h>

enum {
	USER_NUMBER,
	USER_USER_NAME,
	USER_EMAIL,
	USER_ACTIVE,
	USER_PASSWORD,
	USER_TIME_ZONE,
	USER_STD,
	USER__N = USER_STD + CSM_STD_FIELDS
};
enum {
	ACC_NUMBER,
	ACC_EXTERNAL_ID,
	ACC_NAME,
	ACC_PARENT,
	ACC_REVENUE,
	ACC_DISCOUNT,
	ACC_METHODS,
	ACC_MANAGERS,
	ACC_STD,
	ACC__N = ACC_STD + CSM_STD_FIELDS
};
enum {
	CASE_NUMBER,
	CASE_SHORT_DESCRIPTION,
	CASE_DESCRIPTION,
	CASE_STATE,
	CASE_PRIORITY,
	CASE_ACCOUNT,
	CASE_ASSIGNED_TO,
	CASE_OPENED_AT,
	CASE_DUE_ON,
	CASE_TIME_WORKED,
	CASE_QUIET_FROM,
	CASE_ACTIVE,
	CASE_URGENT,
	CASE_CONDITION,
	CASE_EXTRA,
	CASE_PHONE,
	CASE_TRIES,
	CASE_SCORE,
	CASE_RESOLUTION_CODE,
	CASE_SHIFT,
	CASE_OPENED_BY,
	CASE_AGE,
	CASE_STD,
	CASE__N = CASE_STD + CSM_STD_FIELDS
};
enum { COMMENT_CASE, COMMENT_BODY, COMMENT_STD, COMMENT__N = COMMENT_STD + CSM_STD_FIELDS };

#define ROW(n, k, fl) .name = (n), .kind = CSM_K_##k, .flags = (fl), .label = "A label", .help = "A help"

static const struct csm_choice small_methods[] = {
	{ "email", "E-Mail" }, { "phone", "Phone" }, { "web", "Web form" }, { 0 }
};
static const struct csm_choice small_priority[] = {
	{ "1", "Critical" }, { "2", "High" }, { "3", "Low" }, { 0 }
};
static const struct csm_choice small_state[] = {
	{ "new", "New" },	    { "open", "Open" },	    { "awaiting_info", "Awaiting Info" },
	{ "resolved", "Resolved" }, { "closed", "Closed" }, { 0 },
};

static const struct csm_field small_user_fields[] = {
	CSM_NUMBER,
	{ ROW("user_name", TEXT, CSM_F_KEY | CSM_F_REQUIRED | CSM_F_TITLE), .max_len = 40 },
	{ ROW("email", EMAIL, CSM_F_KEY) },
	{ ROW("active", BOOL, CSM_F_REQUIRED), .def = "true" },
	{ ROW("password", TEXT, CSM_F_SECRET) },
	{ ROW("time_zone", ZONE, 0) },
	CSM_STD,
};
static const struct csm_field small_account_fields[] = {
	CSM_NUMBER,
	CSM_EXTERNAL_ID,
	{ ROW("name", TEXT, CSM_F_REQUIRED | CSM_F_TITLE | CSM_F_LIST | CSM_F_SEARCH), .max_len = 20 },
	{ ROW("parent", REF, 0), .target = "account", .ondel = CSM_ON_CLEAR },
	{ ROW("revenue", MONEY, 0) },
	{ ROW("discount", DECIMAL, 0), .min = -5000, .max = 1000000 },
	{ ROW("methods", ENUM_LIST, 0), .choices = small_methods },
	{ ROW("managers", REF_LIST, 0), .target = "user" },
	CSM_STD,
};
static const struct csm_field small_case_fields[] = {
	CSM_NUMBER,
	{ ROW("short_description", TEXT, CSM_F_REQUIRED | CSM_F_SEARCH | CSM_F_LIST), .max_len = 160 },
	{ ROW("description", TEXT, CSM_F_LONG) },
	{ ROW("state", ENUM, CSM_F_REQUIRED | CSM_F_BYVERB), .choices = small_state, .def = "new" },
	{ ROW("priority", INT, CSM_F_REQUIRED), .choices = small_priority, .def = "3" },
	{ ROW("account", REF, 0), .target = "account" },
	{ ROW("assigned_to", REF, 0), .target = "user", .ondel = CSM_ON_CLEAR },
	{ ROW("opened_at", TIME, CSM_F_INDEX), .def = "@now" },
	{ ROW("due_on", DATE, 0), .def = "@today" },
	{ ROW("time_worked", DURATION, 0), .max = 86400000 },
	{ ROW("quiet_from", CLOCK, 0) },
	{ ROW("active", BOOL, CSM_F_REQUIRED), .def = "true" },
	{ ROW("urgent", BOOL, 0) },
	{ ROW("condition", EXPR, 0), .max_len = 200 },
	{ ROW("extra", JSON, 0) },
	{ ROW("phone", PHONE, 0) },
	{ ROW("tries", INT, 0), .max = 10 },
	{ ROW("score", DECIMAL, 0) },
	{ ROW("resolution_code", TEXT, 0) },
	{ ROW("shift", DURATION, 0), .min = -3600, .max = 3600 },
	{ ROW("opened_by", REF, CSM_F_NOINDEX), .target = "user", .def = "@actor" },
	{ ROW("age", INT, CSM_F_COMPUTED) },
	CSM_STD,
};
static const struct csm_field small_comment_fields[] = {
	{ ROW("case_ref", REF, CSM_F_OWNER | CSM_F_REQUIRED | CSM_F_IMMUTABLE), .target = "case",
	  .ondel = CSM_ON_CASCADE },
	{ ROW("body", TEXT, CSM_F_REQUIRED | CSM_F_LONG) },
	CSM_STD,
};

static const struct csm_state small_states[] = {
	{ "new", CSM_S_INITIAL | CSM_S_ACTIVE, "Not looked at" },
	{ "open", CSM_S_ACTIVE, "Worked on" },
	{ "awaiting_info", CSM_S_ACTIVE, "The customer is asked" },
	{ "resolved", CSM_S_ACTIVE, "Solved" },
	{ "closed", CSM_S_FINAL, "Done" },
	{ 0 },
};
static const struct csm_move small_moves[] = {
	{ .verb = "accept",
	  .from = "new",
	  .to = "open",
	  .who = CSM_WHO_AGENT,
	  .help = "Take it",
	  .guard = "case.guard" },
	{ .verb = "request_info",
	  .from = "open",
	  .to = "awaiting_info",
	  .who = CSM_WHO_AGENT,
	  .text = "comment",
	  .text_as = "comment",
	  .text_needed = true,
	  .help = "Ask the customer" },
	{ .verb = "resolve",
	  .from = "open,awaiting_info",
	  .to = "resolved",
	  .who = CSM_WHO_AGENT,
	  .needs = "resolution_code",
	  .takes = "description",
	  .sets = "due_on=@today,urgent=",
	  .help = "Solve it",
	  .effect = "case.effect" },
	{ .verb = "close",
	  .from = "resolved",
	  .to = "closed",
	  .who = CSM_WHO_AGENT | CSM_WHO_CUSTOMER,
	  .help = "Close it" },
	{ .verb = "close",
	  .from = "resolved",
	  .to = "closed",
	  .who = CSM_WHO_SYSTEM,
	  .sets = "active=false",
	  .help = "Close it" },
	{ .verb = "reject",
	  .from = "resolved",
	  .to = "open",
	  .who = CSM_WHO_CUSTOMER,
	  .help = "Not solved" },
	{ .verb = "ping",
	  .from = "new,open",
	  .who = CSM_WHO_AGENT | CSM_WHO_SYSTEM,
	  .help = "Touch it" },
	{ 0 },
};

/* One dictionary in memory of its own. */
struct small_dict {
	struct csm_field user_fields[USER__N], account_fields[ACC__N], case_fields[CASE__N],
		comment_fields[COMMENT__N];
	struct csm_choice choices[6];
	struct csm_state states[6];
	struct csm_move moves[8];
	struct csm_lifecycle life;
	struct csm_rtype user, account, ticket, comment;
	const struct csm_rtype *types[4];
	struct csm_setting settings[2];
	struct csm_dict dict;
};

static void small_dict_types(struct small_dict *d)
{
	d->user = (struct csm_rtype){ .name = "user",
				      .table = "users",
				      .prefix = "US",
				      .section = "people",
				      .label = "User",
				      .plural = "Users",
				      .help = "Who works here",
				      .fields = d->user_fields,
				      .nfields = USER__N,
				      .sort = "user_name" };
	d->account = (struct csm_rtype){ .name = "account",
					 .table = "accounts",
					 .prefix = "AC",
					 .section = "customers",
					 .label = "Account",
					 .plural = "Accounts",
					 .help = "A company that buys",
					 .fields = d->account_fields,
					 .nfields = ACC__N,
					 .unique = "name,parent;external_id",
					 .sort = "name,-revenue" };
	d->ticket = (struct csm_rtype){ .name = "case",
					.table = "cases",
					.prefix = "CS",
					.section = "work",
					.label = "Case",
					.plural = "Cases",
					.help = "What a customer wants",
					.fields = d->case_fields,
					.nfields = CASE__N,
					.life = &d->life,
					.sort = "",
					.check = "case.check",
					.derive = "case.derive",
					.after = "case.after",
					.compute = "case.compute" };
	d->comment = (struct csm_rtype){ .name = "comment",
					 .table = "comments",
					 .section = "work",
					 .label = "Comment",
					 .plural = "Comments",
					 .help = "A word to the customer",
					 .flags = CSM_T_OWNED | CSM_T_JOURNAL,
					 .fields = d->comment_fields,
					 .nfields = COMMENT__N,
					 .doc_key = "comments" };
}

static void small_dict_init(struct small_dict *d)
{
	memset(d, 0, sizeof(*d));
	memcpy(d->user_fields, small_user_fields, sizeof(small_user_fields));
	memcpy(d->account_fields, small_account_fields, sizeof(small_account_fields));
	memcpy(d->case_fields, small_case_fields, sizeof(small_case_fields));
	memcpy(d->comment_fields, small_comment_fields, sizeof(small_comment_fields));
	memcpy(d->choices, small_state, sizeof(small_state));
	memcpy(d->states, small_states, sizeof(small_states));
	memcpy(d->moves, small_moves, sizeof(small_moves));
	d->case_fields[CASE_STATE].choices = d->choices;
	d->life = (struct csm_lifecycle){ "state", d->states, d->moves };
	small_dict_types(d);
	d->types[0] = &d->user;
	d->types[1] = &d->account;
	d->types[2] = &d->ticket;
	d->types[3] = &d->comment;
	d->settings[0] = (struct csm_setting){ "case.auto_close", CSM_K_DURATION, "7d",
					       "When a solved case closes" };
	d->settings[1] = (struct csm_setting){ "case.prefix_on", CSM_K_BOOL, "true", "Whether so" };
	d->dict = (struct csm_dict){ d->types, 4, d->settings, 2 };
}

#endif
