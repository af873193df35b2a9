/* SPDX-License-Identifier: MIT */
/* banned.h - calls that are errors to use; included before every source of the command by the Makefile. */
#ifndef CSM_BANNED_H
#define CSM_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CSM_BANNED(name) csm_banned_##name

#undef strcpy
#define strcpy(d, s) CSM_BANNED(strcpy)
#undef strcat
#define strcat(d, s) CSM_BANNED(strcat)
#undef strncpy
#define strncpy(d, s, n) CSM_BANNED(strncpy)
#undef strncat
#define strncat(d, s, n) CSM_BANNED(strncat)
#undef strtok
#define strtok(s, d) CSM_BANNED(strtok)
#undef sprintf
#define sprintf(...) CSM_BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) CSM_BANNED(vsprintf)
#undef gets
#define gets(s) CSM_BANNED(gets)
#undef atoi
#define atoi(s) CSM_BANNED(atoi)
#undef atol
#define atol(s) CSM_BANNED(atol)
#undef localtime
#define localtime(t) CSM_BANNED(localtime)
#undef gmtime
#define gmtime(t) CSM_BANNED(gmtime)
#undef mktime
#define mktime(t) CSM_BANNED(mktime)
#undef access
#define access(p, m) CSM_BANNED(access)

#endif
