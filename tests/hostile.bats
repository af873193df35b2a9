#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Hostile input, a kind a test: what a reader must refuse, and how soon. Bad bytes are in import-bytes.bats, wrong tables in import-csv.bats,
# formulas in csv-guard.bats.
load helpers

setup() {
	csm_setup
	csm init -q
}

# many N TEXT: the text N times
many() {
	yes "$2" | head -n "$1" | tr -d '\n'
}

# soon COMMAND...: run csm, which has two seconds
soon() {
	local from=$SECONDS

	run_csm "$@"
	[ $((SECONDS - from)) -le 2 ] || wrong "it took $((SECONDS - from)) s"
}

@test "YAML nested 100,000 deep is refused at once" {
	{ printf 'group: '; many 100000 '['; } >deep.yaml
	soon import deep.yaml
	fails 65 "csm: deep.yaml:1:"
	{ printf 'group:\n  - description: '; many 100000 '{a: '; } >deeper.yaml
	soon import deeper.yaml
	fails 65 "csm: deeper.yaml:2:"
	err_has "nested deeper than 64 levels"
}

@test "a bomb of YAML aliases is refused at once, a cycle too; plain anchors work" {
	{
		echo 'a: &a [x,x,x,x,x,x,x,x,x,x]'
		for pair in ab bc cd de ef fg gh hi ij; do
			echo "${pair:1}: &${pair:1} [$(many 9 "*${pair:0:1},")*${pair:0:1}]"
		done
	} | sed 's/^/_csm_/' >bomb.yaml
	soon import bomb.yaml
	fails 65 "repeats too much"
	echo '_csm_x: &a [*a]' >cycle.yaml
	run_csm import cycle.yaml
	fails 65 "csm: cycle.yaml:1:13: alias '*a' stands inside the node it repeats"
	printf 'group:\n  - {name: A, description: &d same}\n  - {name: B, description: *d}\n' >good.yaml
	run_csm import good.yaml
	ok
	eq "$(csm group list --fields description --no-header | uniq)" same
}

@test "YAML tags of other languages are refused, and a merge key is an unknown field" {
	echo 'group: [!!python/object/apply:os.system [ls]]' >tag.yaml
	run_csm import tag.yaml
	fails 65 "tag 'tag:yaml.org,2002:python/object/apply:os.system' is not taken"
	printf 'group:\n  - &b {name: A}\n  - {<<: *b, name: B}\n' >merge.yaml
	run_csm import merge.yaml
	fails 65 "csm: merge.yaml:3:"
	err_has "<<: is no field of group"
}

@test "words that YAML 1.1 would turn into something else stay what they are" {
	printf 'group:\n  - {name: no, description: 017}\n  - {name: 1:30, description: 2024-01-01}\n  - {name: 0x1F, description: 1e3}\n  - {name: "null", description: .inf}\n' >w.yaml
	run_csm import w.yaml
	ok
	eq "$(csm group list --fields name,description --no-header -o csv | sort)" $'0x1F,1e3\n1:30,2024-01-01\nno,017\nnull,.inf'
	echo 'account: [{name: A, customer: yes}]' >b.yaml
	run_csm import b.yaml
	fails 65 "csm: b.yaml:1:31: account: customer: "
}

@test "keys that stand twice are an error in every format" {
	printf 'group: [{name: A, name: B}]' >k.yaml
	printf '{"group": {"name": "A", "name": "B"}}' >k.json
	printf '{"group": {"name": "A", "name": "B"}}\n' >k.ndjson
	printf 'name,name\nA,B\n' >k.csv
	for file in k.yaml k.json k.ndjson; do
		run_csm import "$file"
		fails 65 "csm: $file:1:"
		err_has "duplicate key 'name' (first on line 1)"
	done
	run_csm group import k.csv
	fails 65 "columns 1 and 2 of the header are both named 'name'"
}

@test "escapes that hide control characters are refused" {
	for text in '\0' '\e' '\x7f' '\u009b' '\a'; do
		printf 'group: [{name: A, description: "%s"}]\n' "$text" >e.yaml
		run_csm import e.yaml
		fails 65 "csm: e.yaml:1:32: group: description: byte 1 is the control character"
	done
	for text in '\u0000' '\u001b' '\u007f' '\u009b' '\b'; do
		printf '{"group": {"name": "A", "description": "%s"}}\n' "$text" >e.json
		run_csm import e.json
		fails 65 "csm: e.json:1:40: group: description: byte 1 is the control character"
	done
}

@test "values and lines without end are refused before they fill the memory" {
	{ printf 'group: [{name: "'; many 1200000 'xxxxxxxxx'; } >h.yaml
	{ printf '{"group": [{"name": "'; many 1200000 'xxxxxxxxx'; } >h.json
	{ printf '{"group": {"name": "'; many 1200000 'xxxxxxxxx'; } >h.ndjson
	{ printf 'name\n"'; many 1200000 'xxxxxxxxx'; } >h.csv
	# a build with sanitizers needs terabytes of addresses
	limit=120000
	(ulimit -v $limit && "$CSM_BIN" --version) >/dev/null 2>&1 || limit=unlimited
	for file in h.yaml h.json h.ndjson h.csv; do
		status=0
		(ulimit -v $limit && exec "$CSM_BIN" group import --on-error skip "$file") >"$CSM_OUT" 2>"$CSM_ERR" || status=$?
		err=$(<"$CSM_ERR") out=$(<"$CSM_OUT")
		[ "$status" -eq 65 ] || [ "$status" -eq 1 ] || wrong "$file"
		# a line may be longer than that (64 MiB: t_io_json.c)
		[[ $err == *"longer than"* ]] || err_has "csm: h.ndjson:1:20: string without its closing"
		eq "$(csm group list --count)" 0
	done
}

@test "JSON nested a million deep is refused at once" {
	{ printf '{"group": '; many 1000000 '['; } >deep.json
	soon import deep.json
	fails 65 "csm: deep.json:1:"
	{ printf '[{"name": '; many 1000000 '{"a":'; } >deeper.json
	soon group import deeper.json
	fails 65 "nested deeper than 64 levels"
}

@test "what other JSON parsers take: comments, trailing commas, NaN, single quotes, plus signs, hexadecimal" {
	for text in '{"group": [/* x */]}' '{"group": [],}' '{"location": {"name": "A", "latitude": NaN}}' "{'group': []}" \
		'{"location": {"name": "A", "latitude": +1}}' '{"location": {"name": "A", "latitude": 0x1F}}' '{group: []}' '{"group": []} {"group": []}' \
		'{"location": {"name": "A", "latitude": .5}}' '{"location": {"name": "A", "latitude": 01}}'; do
		printf '%s' "$text" >s.json
		run_csm import s.json
		fails 65 "csm: s.json:1:"
	done
	printf '{"location": {"name": "A", "latitude": 1e999}}' >s.json
	run_csm import s.json
	fails 65 "csm: s.json:1:40: location: latitude: '1e999'"
}

@test "a decimal is kept as it was written, not as binary fractions have it" {
	echo '{"location": [{"name": "A", "latitude": 0.1, "longitude": 1.10}]}' | csm import - >/dev/null
	eq "$(csm location list --fields latitude,longitude -o ndjson)" '{"latitude":0.1,"longitude":1.1}'
	csm location export -o json --no-children >a.json
	grep -q '"latitude": 0.1,' a.json
}
