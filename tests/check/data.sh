#!/bin/sh
# SPDX-License-Identifier: MIT
#
# data.sh - the objects of the library hold no mutable state of file scope: nothing in .data, .bss, thread-local or common
# storage. Constants that need relocation (.data.rel.ro) are constants.
# usage: data.sh OBJECT...
set -u
[ $# -gt 50 ] || { echo "data: only $# objects given"; exit 1; }
objdump -t "$@" | awk '
	/:     file format / { file = $1; sub(/:$/, "", file); files++; next }
	# value, seven letters of flags, section, size, name
	match($0, /^[0-9a-f]+ [lgu! ][w ][C ][W ][Ii ][dD ][FfO ] /) {
		flags = substr($0, RSTART, RLENGTH)
		split(substr($0, RSTART + RLENGTH), rest, /[ \t]+/)
		section = rest[1]
		if (flags ~ /d..$/ || section ~ /^\.data\.rel\.ro/)
			next
		if (section ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ && rest[2] !~ /^0+$/) {
			print file ": " rest[3] " can change (" section ")"
			bad = 1
		}
	}
	END {
		if (files < 50) {
			print "data: read only " files + 0 " objects"
			bad = 1
		}
		if (!bad)
			print "data: " files " objects hold no mutable state"
		exit bad
	}'
