/* SPDX-License-Identifier: MIT */
/* svc_product.h - hooks of product lines, products, assets, install base items and sold products. */
#ifndef CSM_SVC_PRODUCT_H
#define CSM_SVC_PRODUCT_H

#include "svc_priv.h"

int product_line_check(struct csm_write *w, struct csm_err *err);
int product_derive(struct csm_write *w, struct csm_err *err);
int product_component_check(struct csm_write *w, struct csm_err *err);
int asset_derive(struct csm_write *w, struct csm_err *err);
int asset_check(struct csm_write *w, struct csm_err *err);
int asset_after(struct csm_write *w, struct csm_err *err);
int asset_contact_check(struct csm_write *w, struct csm_err *err);
int install_base_item_derive(struct csm_write *w, struct csm_err *err);
int install_base_item_check(struct csm_write *w, struct csm_err *err);
int install_base_item_after(struct csm_write *w, struct csm_err *err);
int install_base_item_uninstall_effect(struct csm_write *w, struct csm_err *err);
int sold_product_derive(struct csm_write *w, struct csm_err *err);
int sold_product_check(struct csm_write *w, struct csm_err *err);
int sold_product_activate_guard(struct csm_write *w, struct csm_err *err);
int sold_product_expire_guard(struct csm_write *w, struct csm_err *err);
int sold_product_suspend_guard(struct csm_write *w, struct csm_err *err);

#define SVC_PRODUCT_HOOKS \
	{ "product_line.check", product_line_check }, \
	{ "product.derive", product_derive }, \
	{ "product_component.check", product_component_check }, \
	{ "asset.derive", asset_derive }, \
	{ "asset.check", asset_check }, \
	{ "asset.after", asset_after }, \
	{ "asset_contact.check", asset_contact_check }, \
	{ "install_base_item.derive", install_base_item_derive }, \
	{ "install_base_item.check", install_base_item_check }, \
	{ "install_base_item.after", install_base_item_after }, \
	{ "install_base_item.uninstall.effect", install_base_item_uninstall_effect }, \
	{ "sold_product.derive", sold_product_derive }, \
	{ "sold_product.check", sold_product_check }, \
	{ "sold_product.activate.guard", sold_product_activate_guard }, \
	{ "sold_product.expire.guard", sold_product_expire_guard }, \
	{ "sold_product.suspend.guard", sold_product_suspend_guard }

#endif
