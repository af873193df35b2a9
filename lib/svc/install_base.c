/* SPDX-License-Identifier: MIT */
/*
 * install_base.c - products as they are installed at customers, in trees (domain 4.5). The root of an item is
 * never anything but the topmost of its ancestors: a load may state it, and what it states wrong is put right
 * when all records are in.
 */
#include "svc_customer.h"
#include "svc_product.h"

#define DEPTH 10	/* levels of a tree, the root counted */

static const int customers[] = { INSTALL_BASE_ITEM_ACCOUNT, INSTALL_BASE_ITEM_CONSUMER,
				 INSTALL_BASE_ITEM_HOUSEHOLD };

static bool has_customer(const struct csm_rec *r)
{
	bool any = false;

	for (unsigned i = 0; i < CSM_COUNT(customers); i++)
		any = any || !csm_rec_null(r, customers[i]);
	return any;
}

static void take_customer(struct csm_rec *r, const struct csm_rec *parent)
{
	for (unsigned i = 0; i < CSM_COUNT(customers); i++)
		if (csm_rec_given(r, customers[i]))
			return;
	for (unsigned i = 0; i < CSM_COUNT(customers); i++)
		csm_rec_set(r, customers[i], parent->v[customers[i]]);
	csm_rec_set(r, INSTALL_BASE_ITEM_CONTACT, parent->v[INSTALL_BASE_ITEM_CONTACT]);
}

static struct csm_value root_under(const struct csm_rec *parent)
{
	return csm_rec_null(parent, INSTALL_BASE_ITEM_ROOT) ? csm_int(parent->id)
							    : parent->v[INSTALL_BASE_ITEM_ROOT];
}

int install_base_item_derive(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *parent = NULL, *r = w->rec;
	bool moved = w->insert || csm_rec_changed(r, INSTALL_BASE_ITEM_PARENT), stated;
	int rc = CSM_OK;

	stated = w->mode == CSM_WRITE_IMPORT && csm_rec_given(r, INSTALL_BASE_ITEM_ROOT) &&
		 !csm_rec_null(r, INSTALL_BASE_ITEM_ROOT);
	if (moved || csm_rec_changed(r, INSTALL_BASE_ITEM_ROOT))
		rc = svc_ref(w->store, r, INSTALL_BASE_ITEM_PARENT, &parent, err);
	if (rc)
		return rc;
	if (moved && csm_rec_null(r, INSTALL_BASE_ITEM_PARENT))
		csm_rec_clear(r, INSTALL_BASE_ITEM_ROOT);
	else if (parent && !stated)
		csm_rec_set(r, INSTALL_BASE_ITEM_ROOT, root_under(parent));
	if (moved && parent && !has_customer(r) && csm_rec_null(r, INSTALL_BASE_ITEM_CONTACT))
		take_customer(r, parent);
	return customer_take_account(w, INSTALL_BASE_ITEM_ACCOUNT, INSTALL_BASE_ITEM_CONTACT,
				     INSTALL_BASE_ITEM_CONSUMER, INSTALL_BASE_ITEM_HOUSEHOLD, err);
}

/* The levels of the tree below an item, itself counted, up to more than fit. */
static int measure(struct csm_write *w, int64_t id, int level, int *height, struct csm_err *err)
{
	struct csm_rec **kids;
	unsigned n;
	int rc;

	if (level > *height)
		*height = level;
	if (level > DEPTH)
		return CSM_OK;
	rc = csm_store_children(w->store, &csm_type_install_base_item, INSTALL_BASE_ITEM_PARENT, id,
				w->rec->arena, &kids, &n, err);
	for (unsigned i = 0; !rc && i < n; i++)
		rc = measure(w, kids[i]->id, level + 1, height, err);
	return rc;
}

/* The ancestors of the record being written, up to more than fit; refused when it is one of them itself. */
static int count_above(struct csm_write *w, int *n, struct csm_err *err)
{
	struct csm_rec *up = w->rec;

	for (*n = 0; !csm_rec_null(up, INSTALL_BASE_ITEM_PARENT) && *n < DEPTH; (*n)++) {
		int rc;

		if (csm_rec_int(up, INSTALL_BASE_ITEM_PARENT) == w->rec->id)
			return svc_refuse(w, INSTALL_BASE_ITEM_PARENT, err,
					  "'%s' would make the record its own ancestor",
					  svc_key(w->store, w->rec->type,
						  csm_rec_int(w->rec, INSTALL_BASE_ITEM_PARENT)));
		rc = svc_ref(w->store, up, INSTALL_BASE_ITEM_PARENT, &up, err);
		if (rc || !up)
			return rc;
	}
	return CSM_OK;
}

static int check_tree(struct csm_write *w, struct csm_err *err)
{
	int above, height = 1, rc;

	if (!csm_rec_changed(w->rec, INSTALL_BASE_ITEM_PARENT) ||
	    csm_rec_null(w->rec, INSTALL_BASE_ITEM_PARENT) ||
	    (w->mode == CSM_WRITE_IMPORT && !w->insert)) /* settled when the whole load is in */
		return CSM_OK;
	rc = count_above(w, &above, err);
	if (!rc && !w->insert)
		rc = measure(w, w->rec->id, 1, &height, err);
	if (rc || above + height <= DEPTH)
		return rc;
	return svc_refuse(w, INSTALL_BASE_ITEM_PARENT, err, "the tree would have more than %d levels", DEPTH);
}

static int check_parent_customer(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *parent, *r = w->rec;
	bool changed = customer_acted_on(w, INSTALL_BASE_ITEM_PARENT);
	int rc;

	for (unsigned i = 0; i < CSM_COUNT(customers); i++)
		changed = changed || customer_acted_on(w, customers[i]);
	if (!changed)
		return CSM_OK;
	rc = svc_ref(w->store, r, INSTALL_BASE_ITEM_PARENT, &parent, err);
	for (unsigned i = 0; !rc && parent && i < CSM_COUNT(customers); i++) {
		const struct csm_field *f = &r->type->fields[customers[i]];

		if (csm_value_eq(&r->v[customers[i]], &parent->v[customers[i]]))
			continue;
		return svc_refuse(w, customers[i], err, "differs from that of the parent %s, expected %s",
				  csm_rec_key(r->arena, parent),
				  csm_rec_null(parent, customers[i])
					  ? "none"
					  : svc_key(w->store,
						    csm_dict_type(csm_store_dict(w->store), f->target),
						    csm_rec_int(parent, customers[i])));
	}
	return rc;
}

int install_base_item_check(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	int n = 0, rc;

	for (unsigned i = 0; i < CSM_COUNT(customers); i++)
		n += !csm_rec_null(r, customers[i]);
	if (n > 1)
		return svc_refuse(w, INSTALL_BASE_ITEM_ACCOUNT, err,
				  "an item has one customer: an account, a consumer or a household");
	rc = customer_check_dates(w, INSTALL_BASE_ITEM_INSTALL_DATE, INSTALL_BASE_ITEM_UNINSTALL_DATE, err);
	if (!rc)
		rc = check_tree(w, err);
	if (!rc)
		rc = check_parent_customer(w, err);
	return rc ? rc : customer_check_contact(w, INSTALL_BASE_ITEM_CONTACT, INSTALL_BASE_ITEM_ACCOUNT, err);
}

/* ---- roots ---- */

/* In a load it is stated: derive would ask the ancestors, who may not be right yet. */
static int write_root(struct csm_write *w, struct csm_rec *r, struct csm_value root, struct csm_err *err)
{
	csm_rec_set(r, INSTALL_BASE_ITEM_ROOT, root);
	if (w->mode == CSM_WRITE_IMPORT)
		csm_rec_give(r, INSTALL_BASE_ITEM_ROOT);
	return csm_store_write(w->store, r, w->mode, -1, err);
}

/* Below an item whose root is right; parents are written before their children. */
static int spread_root(struct csm_write *w, int64_t id, struct csm_value root, struct csm_err *err)
{
	struct csm_arena *a = w->rec->arena;
	struct csm_vec todo = CSM_VEC(a, int64_t);
	int rc = CSM_OK;

	*(int64_t *)csm_vec_add(&todo) = id;
	while (!rc && todo.n) {
		int64_t at = *CSM_AT(&todo, int64_t, --todo.n);
		struct csm_rec **kids;
		unsigned n;

		rc = csm_store_children(w->store, &csm_type_install_base_item, INSTALL_BASE_ITEM_PARENT, at,
					a, &kids, &n, err);
		for (unsigned i = 0; !rc && i < n; i++) {
			if (csm_value_eq(&kids[i]->v[INSTALL_BASE_ITEM_ROOT], &root))
				continue;
			rc = write_root(w, kids[i], root, err);
			*(int64_t *)csm_vec_add(&todo) = kids[i]->id;
		}
	}
	return rc;
}

/* After a load: by all ancestors, because their own roots may still be wrong. */
static int settle_root(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *up, *r = w->rec, *top = r;
	struct csm_value root;
	int rc = CSM_OK;

	for (int depth = 1; !csm_rec_null(top, INSTALL_BASE_ITEM_PARENT); depth++) {
		if (depth == DEPTH)
			return svc_refuse(w, INSTALL_BASE_ITEM_PARENT, err,
					  "the tree has more than %d levels, or leads in a circle", DEPTH);
		rc = svc_ref(w->store, top, INSTALL_BASE_ITEM_PARENT, &up, err);
		if (rc || !up)
			return rc;
		top = up;
	}
	root = top == r ? csm_null() : csm_int(top->id);
	if (!csm_value_eq(&r->v[INSTALL_BASE_ITEM_ROOT], &root))
		rc = write_root(w, r, root, err);
	/* a new item's children are of this load, they settle theirs */
	return rc || w->insert ? rc : spread_root(w, r->id, csm_int(top->id), err);
}

int install_base_item_after(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;

	if (w->remove)
		return CSM_OK;
	if (w->mode == CSM_WRITE_IMPORT)
		return settle_root(w, err);
	/* a root that changes alone is one that an ancestor spreads */
	if (w->insert || !csm_rec_changed(r, INSTALL_BASE_ITEM_PARENT))
		return CSM_OK;
	return spread_root(
		w, r->id,
		csm_rec_null(r, INSTALL_BASE_ITEM_ROOT) ? csm_int(r->id) : r->v[INSTALL_BASE_ITEM_ROOT], err);
}

int install_base_item_uninstall_effect(struct csm_write *w, struct csm_err *err)
{
	(void)err;
	if (csm_rec_null(w->rec, INSTALL_BASE_ITEM_UNINSTALL_DATE))
		csm_rec_set_text(w->rec, INSTALL_BASE_ITEM_UNINSTALL_DATE, svc_today(w->store));
	return CSM_OK;
}
