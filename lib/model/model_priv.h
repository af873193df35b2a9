/* SPDX-License-Identifier: MIT */
/*
 * model_priv.h - short forms of field rows, one a kind, and the choices that several types share.
 *
 * Order of the arguments: name, what the kind needs, flags, label, help.
 */
#ifndef MODEL_PRIV_H
#define MODEL_PRIV_H

#include <csm/model.h>

#define R CSM_F_REQUIRED
#define K CSM_F_KEY
#define L CSM_F_LIST
#define LW (CSM_F_LIST | CSM_F_WIDE)
#define S CSM_F_SEARCH
#define RO CSM_F_READONLY
#define BV CSM_F_BYVERB
#define IMM CSM_F_IMMUTABLE
#define TITLE CSM_F_TITLE
#define DV CSM_F_DERIVED
#define LIVE CSM_F_LIVE
#define P(x) CSM_F_PERSONAL(CSM_PERSONAL_##x)

#define ROW_(n, k, fl, lab, hlp) .name = (n), .kind = (k), .flags = (fl), .label = (lab), .help = (hlp)

#define TEXT(n, len, fl, lab, hlp) { ROW_(n, CSM_K_TEXT, fl, lab, hlp), .max_len = (len) }
#define LONGTEXT(n, fl, lab, hlp) { ROW_(n, CSM_K_TEXT, (fl) | CSM_F_LONG, lab, hlp) }
#define EMAIL(n, fl, lab, hlp) { ROW_(n, CSM_K_EMAIL, fl, lab, hlp), .max_len = 254 }
#define PHONE(n, fl, lab, hlp) { ROW_(n, CSM_K_PHONE, fl, lab, hlp), .max_len = 60 }
#define ZONE(n, lab, hlp) { ROW_(n, CSM_K_ZONE, 0, lab, hlp), .max_len = 64 }
#define EXPR(n, fl, lab, hlp) { ROW_(n, CSM_K_EXPR, fl, lab, hlp), .max_len = 4000 }
/* A bool is never null, so that conditions on it have two values. */
#define BOOL(n, d, fl, lab, hlp) { ROW_(n, CSM_K_BOOL, (fl) | R, lab, hlp), .def = (d) }
#define INT(n, d, lo, hi, fl, lab, hlp) \
	{ ROW_(n, CSM_K_INT, fl, lab, hlp), .def = (d), .min = (lo), .max = (hi) }
#define LEVEL(n, ch, d, fl, lab, hlp) { ROW_(n, CSM_K_INT, (fl) | R, lab, hlp), .choices = (ch), .def = (d) }
#define DEC(n, d, lo, hi, fl, lab, hlp) \
	{ ROW_(n, CSM_K_DECIMAL, fl, lab, hlp), .def = (d), .min = (lo) * DEC_ONE, .max = (hi) * DEC_ONE }
#define MONEY(n, fl, lab, hlp) { ROW_(n, CSM_K_MONEY, fl, lab, hlp) }
#define DATE(n, d, fl, lab, hlp) { ROW_(n, CSM_K_DATE, fl, lab, hlp), .def = (d) }
#define TIME(n, d, fl, lab, hlp) { ROW_(n, CSM_K_TIME, fl, lab, hlp), .def = (d) }
#define DURATION(n, d, fl, lab, hlp) \
	{ ROW_(n, CSM_K_DURATION, fl, lab, hlp), .def = (d), .min = 0, .max = DURATION_MAX }
/* Made for those who read; not stored. */
#define COMPUTED(n, k, fl, lab, hlp) { ROW_(n, k, (fl) | CSM_F_COMPUTED | RO, lab, hlp) }
#define CLOCK(n, fl, lab, hlp) { ROW_(n, CSM_K_CLOCK, fl, lab, hlp) }
#define ENUM(n, ch, d, fl, lab, hlp) { ROW_(n, CSM_K_ENUM, fl, lab, hlp), .choices = (ch), .def = (d) }
#define ENUMS(n, ch, fl, lab, hlp) { ROW_(n, CSM_K_ENUM_LIST, fl, lab, hlp), .choices = (ch) }
#define REF(n, t, fl, lab, hlp) { ROW_(n, CSM_K_REF, fl, lab, hlp), .target = (t), .ondel = CSM_ON_RESTRICT }
/* A reference that is emptied when its target goes. */
#define SOFTREF(n, t, fl, lab, hlp) { ROW_(n, CSM_K_REF, fl, lab, hlp), .target = (t), .ondel = CSM_ON_CLEAR }
/* The actor, recorded by the engine or given. */
#define ACTOR(n, d, fl, lab, hlp) \
	{ ROW_(n, CSM_K_REF, fl, lab, hlp), .target = "user", .def = (d), .ondel = CSM_ON_RESTRICT }
#define OWNER(n, t, fl, lab, hlp) \
	{ ROW_(n, CSM_K_REF, (fl) | CSM_F_OWNER | IMM, lab, hlp), .target = (t), .ondel = CSM_ON_CASCADE }
#define REFS(n, t, fl, lab, hlp) \
	{ ROW_(n, CSM_K_REF_LIST, fl, lab, hlp), .target = (t), .ondel = CSM_ON_RESTRICT }

#define DEC_ONE 10000			/* 10^CSM_DECIMAL_SCALE */
#define DURATION_MAX 315576000000	/* ten thousand years */
#define BIG 1000000000000		/* upper bound of counts and amounts */

#define CHOICE_END { NULL, NULL }

extern const struct csm_choice model_priority[], model_notification[], model_channel[], model_approval[];
extern const struct csm_choice model_recipient[];
extern const struct csm_choice model_internal_role[], model_contact_role[], model_consumer_role[];
#define MODEL_NSETTINGS 22
extern const struct csm_setting model_settings[MODEL_NSETTINGS];

#endif
