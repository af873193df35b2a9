/* SPDX-License-Identifier: MIT */
/* sp_export.h - the folder that an export is split into. */
#ifndef SP_EXPORT_H
#define SP_EXPORT_H

#include <csm/xfer.h>

#include "cli.h"

struct cli_dir;
/* Make the folder if need be. files opens and closes files in it, each whole or not there. */
int cli_dir_open(struct cli *c, const char *path, struct cli_dir **out,
		 const struct csm_export_files **files, struct csm_err *err);
/*
 * code CSM_OK: take away what an earlier export wrote there and this one did not, tell of files that nobody
 * knows, and make it all durable. Returns code, or what went wrong here.
 */
int cli_dir_close(struct cli_dir *d, int code, struct csm_err *err);

#endif
