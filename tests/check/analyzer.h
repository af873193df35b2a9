/* SPDX-License-Identifier: MIT */
/*
 * analyzer.h - put before every source by lint.sh only: what the analyzer can't see across files, that csm_fail() returns
 * the code it is given. Else it walks paths on which a function failed and returned CSM_OK.
 */
#ifndef CSM_CHECK_ANALYZER_H
#define CSM_CHECK_ANALYZER_H

#include <csm/err.h>

#define csm_fail(err, code, ...) ((void)(csm_fail)((err), (code), __VA_ARGS__), (int)(code))

#endif
