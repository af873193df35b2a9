/* SPDX-License-Identifier: MIT */
/* product.c - product lines, products and what bundles are made of (domain 4.1). */
#include "svc_customer.h"
#include "svc_product.h"

#define DISPLAY_MAX 400		/* code points of display_name */

int product_line_check(struct csm_write *w, struct csm_err *err)
{
	return customer_check_parent(w, PRODUCT_LINE_PARENT, err);
}

int product_derive(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	const char *words[] = { csm_rec_text(r, PRODUCT_MANUFACTURER), csm_rec_text(r, PRODUCT_NAME),
				csm_rec_text(r, PRODUCT_PRODUCT_VERSION) };

	(void)err;
	if (!csm_rec_null(r, PRODUCT_DISPLAY_NAME) &&
	    (csm_rec_given(r, PRODUCT_DISPLAY_NAME) ||
	     !(csm_rec_changed(r, PRODUCT_MANUFACTURER) || csm_rec_changed(r, PRODUCT_NAME) ||
	       csm_rec_changed(r, PRODUCT_PRODUCT_VERSION))))
		return CSM_OK;
	csm_rec_set_text(r, PRODUCT_DISPLAY_NAME,
			 customer_join(r->arena, " ", words, CSM_COUNT(words), DISPLAY_MAX));
	return CSM_OK;
}

static bool is_seen(const struct csm_vec *seen, int64_t id)
{
	for (size_t i = 0; i < seen->n; i++)
		if (*CSM_AT(seen, int64_t, i) == id)
			return true;
	return false;
}

/*
 * Whether product is id, among its components, or in one of them. Each is looked into once, however often
 * it is a part.
 */
static int contains(struct csm_write *w, int64_t id, int64_t product, bool *yes, struct csm_err *err)
{
	struct csm_vec seen = CSM_VEC(w->rec->arena, int64_t);
	int rc = CSM_OK;

	*(int64_t *)csm_vec_add(&seen) = id;
	for (size_t at = 0; !rc && at < seen.n; at++) {
		struct csm_rec **rows;
		unsigned n;

		id = *CSM_AT(&seen, int64_t, at);
		*yes = id == product;
		if (*yes)
			return CSM_OK;
		rc = csm_store_children(w->store, &csm_type_product_component, PRODUCT_COMPONENT_PRODUCT, id,
					w->rec->arena, &rows, &n, err);
		for (unsigned i = 0; !rc && i < n; i++)
			if (!is_seen(&seen, csm_rec_int(rows[i], PRODUCT_COMPONENT_COMPONENT)))
				*(int64_t *)csm_vec_add(&seen) = csm_rec_int(rows[i],
									     PRODUCT_COMPONENT_COMPONENT);
	}
	return rc;
}

int product_component_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	int64_t product = csm_rec_int(r, PRODUCT_COMPONENT_PRODUCT),
		component = csm_rec_int(r, PRODUCT_COMPONENT_COMPONENT);
	bool yes = false;
	int rc;

	if (!csm_rec_changed(r, PRODUCT_COMPONENT_COMPONENT))
		return CSM_OK;
	rc = contains(w, component, product, &yes, err);
	if (rc || !yes)
		return rc;
	if (component == product)
		return svc_refuse(w, PRODUCT_COMPONENT_COMPONENT, err, "%s would be a part of itself",
				  svc_key(w->store, &csm_type_product, product));
	return svc_refuse(w, PRODUCT_COMPONENT_COMPONENT, err,
			  "%s contains %s, which would be a part of itself",
			  svc_key(w->store, &csm_type_product, component),
			  svc_key(w->store, &csm_type_product, product));
}
