/* SPDX-License-Identifier: MIT */
/* csm/attr.h - the only place where compiler attributes are spelled. */
#ifndef CSM_ATTR_H
#define CSM_ATTR_H

#if defined(__GNUC__)
#define CSM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define CSM_MUST_CHECK __attribute__((warn_unused_result))
#define CSM_CLEANUP(fn) __attribute__((cleanup(fn)))
#define CSM_UNUSED __attribute__((unused))
#define CSM_NORETURN __attribute__((noreturn))
#define CSM_SELDOM __attribute__((cold, noinline)) /* what a loop over millions seldom does, kept out of it */
#else
#define CSM_PRINTF(fmt, args)
#define CSM_MUST_CHECK
#define CSM_CLEANUP(fn)
#define CSM_UNUSED
#define CSM_NORETURN
#define CSM_SELDOM
#endif

#define CSM_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
