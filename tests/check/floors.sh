#!/bin/sh
# SPDX-License-Identifier: MIT
#
# floors.sh - an include may only point down, and rooms of one floor do not include each other.
#
# A source of lib/ROOM may include <csm/...> headers of its own room and of lower floors, and private headers of its own
# room; a public header likewise; cmd/ may include <csm/...> and its own. Every public header belongs to a room here.
set -u
find lib cmd -name '*.[ch]' | LC_ALL=C sort | xargs awk '
	BEGIN {
		split("base 0 dict 1 db 2 io 2 model 2 cal 2 store 3 svc 4 xfer 4 cmd 5", a)
		for (i = 1; i in a; i += 2)
			floor[a[i]] = a[i + 1]
		split("arena base attr base err base hash base time base utf8 base value base " \
		      "dict dict filter dict record dict db db io io model model cal cal store store svc svc xfer xfer", a)
		for (i = 1; i in a; i += 2)
			owner[a[i]] = a[i + 1]
	}

	function complain(text) {
		print FILENAME ":" FNR ": " text
		bad = 1
	}

	function base_name(path) {
		sub(/.*\//, "", path)
		return path
	}

	# The room a file stands in, public headers in that of their owner.
	function room_of(path,    parts, header) {
		if (path ~ /^cmd\//)
			return "cmd"
		split(path, parts, "/")
		if (parts[2] != "include")
			return parts[2]
		header = base_name(path)
		sub(/\.h$/, "", header)
		return owner[header]
	}

	function check_public(header,    to) {
		sub(/^csm\//, "", header)
		sub(/\.h$/, "", header)
		if (!(header in owner))
			return complain("<csm/" header ".h> belongs to no room")
		to = owner[header]
		if (to == room || floor[to] < floor[room])
			return 0
		complain(room " (floor " floor[room] ") includes <csm/" header ".h> of " to " (floor " floor[to] ")")
	}

	function check_private(path) {
		if (path ~ /\.\./)
			return complain("\"" path "\" climbs out of its folder")
		if (room == "cmd")
			return path ~ /\// ? complain("cmd includes \"" path "\"") : 0
		if (FILENAME ~ /^lib\/include\//)
			return complain("a public header includes the private \"" path "\"")
		if (path ~ /\// && path !~ "^" room "/")
			complain(room " includes the private \"" path "\"")
	}

	FNR == 1 {
		files++
		room = room_of(FILENAME)
		if (!(room in floor))
			complain("is in no room that has a floor")
	}

	/^[ \t]*#[ \t]*include/ {
		what = $0
		sub(/^[ \t]*#[ \t]*include[ \t]*/, "", what)
		mark = substr(what, 1, 1)
		end = index(substr(what, 2), mark == "<" ? ">" : "\"")
		path = substr(what, 2, end - 1)
		includes++
		if (mark == "\"")
			check_private(path)
		else if (mark != "<")
			complain("includes neither <...> nor \"...\"")
		else if (path ~ /^csm\//)
			check_public(path)
		else if (split(path, folders, "/") > 1 && folders[1] in floor)
			complain("includes the private <" path ">")
	}

	END {
		if (files < 50 || includes < 100) {
			print "floors: read only " files " files; something is broken"
			bad = 1
		}
		if (!bad)
			print "floors: " includes " includes of " files " files point down"
		exit bad
	}'
