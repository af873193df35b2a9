/* SPDX-License-Identifier: MIT */
/* svc_import.h - the hooks of the records of loads. */
#ifndef SVC_IMPORT_H
#define SVC_IMPORT_H

#include "svc_priv.h"

int import_after(struct csm_write *w, struct csm_err *err);

#define SVC_IMPORT_HOOKS { "import.after", import_after }

#endif
