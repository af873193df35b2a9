/* SPDX-License-Identifier: MIT */
/* undo_priv.h - what the files of the undo share. */
#ifndef CSM_UNDO_PRIV_H
#define CSM_UNDO_PRIV_H

#include "idset.h"

/* What the change created of one type: runs by first id, joined where they touch. */
struct undo_made {
	struct csm_run *runs;
	size_t n;
};

/* A reference from outside that is emptied, since its target goes. */
struct undo_clear {
	const struct csm_rtype *type;
	int field;
	struct store_ids ids;
};

struct undo_log {			/* a record of a CSM_T_LOG type that the change touched */
	const struct csm_rtype *type;
	int64_t id;
};

struct undo {
	struct csm_store *s;
	struct csm_arena *a;		/* of the change that is taken back */
	struct csm_arena *row;		/* of one row */
	const struct csm_undo_opts *opts;
	struct csm_change change;	/* the one that is taken back */
	struct undo_made *made;		/* by type index; of the change */
	/*
	 * By type index, for the whole undo: records that stay as they are (CSM_UNDO_KEEP), those of them that
	 * were not looked at yet, records of later changes that go with their owners (CSM_UNDO_FORCE), those of
	 * them not looked at yet, records that are dealt with after what the change created is gone.
	 */
	struct store_ids *kept, *fresh, *extra, *fresh_extra, *later;
	int64_t *from;			/* by type index: the row of history that the second pass begins with; 0: none waits */
	bool waiting;			/* some do */
	struct csm_vec clears;		/* struct undo_clear */
	struct csm_vec logs;		/* struct undo_log */
	bool second;			/* the second pass over updates and deletes */
	bool unsure;			/* a reference came back whose target was not there, or a list of them */
	bool again;			/* something that was written stays after all: begin anew */
	struct {			/* the record whose conflicts are told, when it was told of just now */
		const struct csm_rtype *type;
		int64_t id;
	} told;
	int64_t conflicts;		/* those that refuse the undo */
	int64_t stayed;			/* records that stay as they are (CSM_UNDO_KEEP) */
	/* undos that took a part of the change back before: int64_t, of the change that is taken back */
	struct csm_vec parts;
	struct csm_err first;
	struct csm_rec *rec;		/* being restored */
};

static inline unsigned undo_index(const struct undo *u, const struct csm_rtype *t)
{
	return store_facts(u->s, t)->index;
}
static inline bool undo_kept(const struct undo *u, const struct csm_rtype *t, int64_t id)
{
	return store_ids_has(&u->kept[undo_index(u, t)], id);
}

/* ---- undo.c ---- */
const char *undo_key_of(struct undo *u, const struct csm_rtype *t, int64_t id);
/*
 * A record is not as the change left it, or others use it: refused, or (CSM_UNDO_KEEP) kept and told. Whether it
 * is new that it stays. hard: even force can't have its way.
 */
bool undo_conflict(struct undo *u, const struct csm_rtype *t, int64_t id, const char *field, bool hard, const char *why);
/* Something is told, and the undo goes on. */
void undo_tell(struct undo *u, const struct csm_rtype *t, int64_t id, const char *field, const char *why);
/* A finding of the validation of r (CSM_E_CONFLICT, CSM_E_NOTFOUND) as a hard conflict; others are returned. */
int undo_conflict_of(struct undo *u, const struct csm_rec *r, struct csm_err *err, int code);
/* Rights and the clock, as for any other write. */
int undo_check_allowed(struct undo *u, const struct csm_rec *r, enum store_access what, struct csm_err *err);
/* Call fn for every history row of the change with op among ops; texts of the row until fn returns. */
int undo_each_row(struct undo *u, enum store_text text, const char *ops,
		  int (*fn)(struct undo *u, const struct csm_history *h, struct csm_err *err), struct csm_err *err);

/* ---- undo_back.c: updates and deletes ---- */
int undo_reverse(struct undo *u, struct csm_err *err);
/*
 * Whether rows that wait give the field of the record, which now refers to what goes, back a value from before the change. Such a record
 * does not hold up what it refers to.
 */
int undo_will_leave(struct undo *u, const struct csm_rtype *t, int field, int64_t id, bool *yes, struct csm_err *err);
/* A restored reference must lead somewhere. */
int undo_check_restored(struct undo *u, struct csm_err *err);

/* ---- undo_made.c: what the change created ---- */
int undo_read_made(struct undo *u, struct csm_err *err);
bool undo_was_made(const struct undo *u, const struct csm_rtype *t, int64_t id);
/* Who changed or uses them since; decides what stays. */
int undo_check_made(struct undo *u, struct csm_err *err);

/* ---- undo_drop.c ---- */
int undo_drop_made(struct undo *u, struct csm_err *err);
/* After both passes: CSM_E_INTERNAL when something refers to what went. */
int undo_check_dropped(struct undo *u, struct csm_err *err);

#endif
