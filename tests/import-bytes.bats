#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Hostile documents: what is wrong inside a value rejects its record, a syntax error ends the load; limits; each with its place.
load helpers

setup() {
	csm_setup
	csm init -q
}

groups() {
	csm group list --fields name --no-header | tr '\n' ' '
}

@test "bad bytes inside a value or key reject their record, in JSON, YAML and NDJSON alike" {
	printf '{"csm": 1, "group": [{"name": "A"},\n{"name": "B\351"},\n{"name": "C", "description": "\\ud800"},\n{"name": "D", "description": "\\u0000"},\n{"name": "E", "description": "x\033[1m"},\n{"name": "F"}]}' >g.json
	run_csm import --on-error skip g.json
	fails 1
	err_has "csm: g.json:2:10: group: name: byte 2 (0xe9) is not valid UTF-8 (if it is not UTF-8, --encoding says what it is)"
	err_has "csm: g.json:3:30: group: description: first half of a surrogate pair without the second"
	err_has "csm: g.json:4:30: group: description: byte 1 is the control character U+0000; only tab and newline are stored"
	err_has "csm: g.json:5:32: group: description: control character in a string (write it as \\t, \\n or \\u00XX)"
	eq "$(csm --db "$CSM_DB" group list --count)" 2
	out_has $'group\t6\t2\t0\t0\t0\t4'
	printf 'group:\n  - name: G\n  - {name: H, description: "\\0"}\n  - name: I\n    description: |\n      one\n      tw\351o\n  - {name: J, description: \033}\n  - name: K\n' >g.yaml
	run_csm import --on-error skip g.yaml
	fails 1
	err_has "csm: g.yaml:3:28: group: description: byte 1 is the control character U+0000"
	err_has "csm: g.yaml:7:9: group: description: byte 1 (0xe9) is not valid UTF-8"
	err_has "csm: g.yaml:8:28: group: description: byte 1 is the control character U+001B"
	out_has $'group\t5\t2\t0\t0\t0\t3'
	printf '{"group": {"name": "L"}}\n{"group": {"name": "M\351"}}\n{"group": [{"name": "N\1"}, {"name": "O"}]}\n' >g.ndjson
	run_csm import --on-error skip g.ndjson
	fails 1
	err_has "csm: g.ndjson:2:20: group: name: byte 2 (0xe9)"
	out_has $'group\t4\t2\t0\t0\t0\t2'
	eq "$(groups)" "A F G K L O "
	# a key too
	printf '{"group": [{"name": "P"}, {"na\351me": "Q"}]}' >k.json
	printf 'group:\n  - {name: A, x\351: B}\n' >k.yaml
	run_csm import --on-error skip k.json k.yaml
	fails 1
	err_has "csm: k.json:1:28: group: key: byte 3 (0xe9) is not valid UTF-8"
	err_has "csm: k.yaml:2:16: group: key: byte 1 (0xe9) is not valid UTF-8"
	out_has $'group\t3\t1\t0\t0\t0\t2'
	run_csm import g.yaml
	fails 65 "3 errors, nothing was stored"
}

@test "bare records and rows of a mapping are rejected for a value too, wherever it stands in them" {
	printf '[{"name": "A\351"}, {"name": "B", "description": "\351"}, {"name": "C"}]' >b.json
	run_csm group import --on-error skip b.json
	fails 1
	err_has "csm: b.json:1:11: group: name: byte 2 (0xe9)"
	err_has "csm: b.json:1:47: group: description: byte 1 (0xe9)"
	printf -- '- name: D\n  description: \351\n- name: E\n' >b.yaml
	run_csm group import --on-error skip b.yaml
	fails 1 "csm: b.yaml:2:16: group: description: byte 1 (0xe9)"
	eq "$(groups)" "C E "
}

@test "bad bytes anywhere else, and wrong syntax, end the load: nothing is stored" {
	local i=0 doc

	for doc in 'group:\n  - name: A # \351\n  - name: B\n' 'group: [{name: A}, {name: B]\n' \
		'group:\n  - name: A\n  - &x\351 {name: B}\n' 'group: [{name: A}]\ngroup\351: [{name: B}]\n' '{"group": [{"name": "A"}], "gro\351up": [{"name": "B"}]}' \
		'{"group": [{"name": "A"}, {"name": "B" "x"}]}' '{"group": [{"name": "A"}, {"name": "B\nC"}]}' '{"group": [{"name": "A"}, {"name": "B"}]'; do
		i=$((i + 1))
		# shellcheck disable=SC2059 # the documents are formats
		printf "$doc" >"x$i.yaml"
		case $doc in '{'*) mv "x$i.yaml" "x$i.json" ;; esac
		run_csm import --on-error skip "x$i".*
		fails 65 "csm: x$i."
		out_is ""
	done
	eq "$(groups)" ""
}

@test "duplicate keys, depth, lengths, big numbers: each with its place" {
	printf '{"group": [{"name": "A", "name": "B"}, {"name": "C"}]}' >d.json
	run_csm import --on-error skip d.json
	fails 1 "csm: d.json:1:34: group: name: duplicate key 'name' (first on line 1)"
	printf 'group:\n  - {name: D, name: E}\n  - {name: F}\n' >d.yaml
	run_csm import --on-error skip d.yaml
	fails 1 "csm: d.yaml:2:21: group: name: duplicate key 'name' (first on line 2)"
	{ printf '{"group": [{"name": "G", "description": "'; head -c 1200000 /dev/zero | tr '\0' x; printf '"}, {"name": "H"}]}'; } >l.json
	run_csm import --on-error skip l.json
	fails 1 "csm: l.json:1:41: group: description: value longer than 1 MiB"
	eq "$(groups)" "C F H "
	for n in 9223372036854775808 1e999 12345678901234567890123; do
		echo "{\"account\": {\"name\": \"X\", \"num_employees\": $n}}" >n.ndjson
		run_csm import n.ndjson
		fails 65 "csm: n.ndjson:1:44: account: num_employees: '$n'"
	done
	{ head -c 65 /dev/zero | tr '\0' '['; } >deep.json
	run_csm group import deep.json
	fails 65 "csm: deep.json:1:"
}
