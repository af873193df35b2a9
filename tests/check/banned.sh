#!/bin/sh
# SPDX-License-Identifier: MIT
#
# banned.sh - what the objects call. Nothing calls what banned.h bans (a source may have gone round it); the library does
# not print, end the process, read environment or clock, make random numbers, or allocate outside lib/base.
# usage: banned.sh BUILD LIBRARY-OBJECT... -- COMMAND-OBJECT...
set -u
build=$1
shift
[ $# -gt 50 ] || { echo "banned: only $# objects given"; exit 1; }
for object; do
	if [ "$object" = -- ]; then
		room="command"
		continue
	fi
	nm -u "$object" | awk -v object="${object#"$build"/obj/}" -v room="${room-library}" '{ print room, object, $2 }' || echo "failed"
done | awk '
	BEGIN {
		n = split("strcpy stpcpy strcat strncpy strncat strtok sprintf vsprintf gets atoi atol atoll atof localtime gmtime mktime " \
			  "access alloca tmpnam mktemp", words)
		for (i = 1; i <= n; i++)
			never[words[i]] = 1
		n = split("printf vprintf puts putchar perror stdout stderr stdin exit _exit _Exit quick_exit abort atexit __assert_fail raise " \
			  "getenv secure_getenv setenv putenv environ time clock_gettime gettimeofday clock times rand random srand " \
			  "srandom drand48 getrandom randombytes_buf isatty system popen fork execv execve execvp signal sigaction setlocale", words)
		for (i = 1; i <= n; i++)
			library[words[i]] = 1
		n = split("malloc calloc realloc free strdup strndup asprintf vasprintf getline getdelim", words)
		for (i = 1; i <= n; i++)
			memory[words[i]] = 1
		# An arena without a handler for failing memory ends the process, as csm/arena.h says.
		allowed["lib/base/arena.o _Exit"] = 1
	}
	$1 == "failed" { bad = 1; next }
	{
		seen++
		name = $3
		sub(/^__isoc99_/, "", name)
		if (name ~ /^__.*_chk$/) {
			sub(/^__/, "", name)
			sub(/_chk$/, "", name)
		}
		why = ""
		if (name in never)
			why = "is banned everywhere"
		else if ($1 == "library" && name in library)
			why = "is not for the library"
		else if ($1 == "library" && name in memory && $2 !~ /^lib\/base\//)
			why = "is for lib/base only: memory comes from arenas"
		if (why == "" || ($2 " " name) in allowed)
			next
		print $2 ": " name " " why
		bad = 1
	}
	END {
		if (seen < 200) {
			print "banned: read only " seen + 0 " calls"
			bad = 1
		}
		if (!bad)
			print "banned: " seen " calls are fine"
		exit bad
	}'
