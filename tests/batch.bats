#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# csm batch: commands as lines of NDJSON, answered in NDJSON, in one process.

load helpers

setup() {
	csm_setup
	csm init
	csm account new --name Acme >/dev/null
}

# batch LINE...: run the lines.
batch() {
	printf '%s\n' "$@" >lines
	run_csm batch "${opts[@]}" lines
}
opts=()

@test "each line is a command: status, result, what is passed through" {
	batch '{"id": 1, "args": ["case", "new", "--account", "Acme", "--short-description", "x"], "price": 1.10}' \
		'{"args": ["case", "list", "--fields", "number,priority"]}' \
		'{"args": ["case", "list", "--count"]}'
	ok
	[ -z "$err" ]
	eq "$(head -n 1 <<<"$out" | cut -d, -f1-8)" '{"id": 1,"args": ["case", "new", "--account", "Acme", "--short-description", "x"],"price": 1.10'
	eq "$(jq -c '[.id, .price, .status, .result.number?]' <<<"$(head -n 1 <<<"$out")")" '[1,1.1,0,"CS0000001"]'
	eq "$(sed -n 2p <<<"$out")" '{"args": ["case", "list", "--fields", "number,priority"],"status":0,"result":[{"number": "CS0000001","priority": 4}]}'
	eq "$(sed -n 3p <<<"$out")" '{"args": ["case", "list", "--count"],"status":0,"result":1}'
}

@test "each line is a change of its own, with its own words as the command" {
	batch '{"args": ["account", "new", "--name", "B"]}' '{"args": ["account", "new", "--name", "C", "--no-color"]}' '{"args": ["undo"]}'
	ok
	eq "$(csm log --limit 3 --fields command,undoes --no-header -o csv)" "csm undo,4
csm account new --name C --no-color,
csm account new --name B,"
	eq "$(csm account list --count)" 2
}

@test "a line that fails is answered as a command is, and the next ones go on: status 1" {
	batch '{"args": ["case", "show", "CS0000009"]}' '{"args": ["case", "shw"]}' 'no JSON' '{"args": []}' '{"args": [null]}' '[1]' \
		'{"args": ["account", "list", "--count"]}' '{"args": "account list"}' '{"args": ["tick"], "input": null}'
	eq "$status" 1
	eq "$err" "csm: 8 of 9 lines failed"
	eq "$(jq -c '[.status, .messages[0].message?]' <<<"$out")" "[3,\"there is no case 'CS0000009'\"]
[2,\"'shw' is no verb of 'csm case'; did you mean 'show'?\"]
[65,\"expected an object '{', found 'n'\"]
[2,\"expected args: the words of a command, such as [\\\"case\\\", \\\"show\\\", \\\"CS0000001\\\"]\"]
[2,\"args: word 1 is no text\"]
[65,\"expected an object '{', found '['\"]
[0,null]
[2,\"expected args: the words of a command, such as [\\\"case\\\", \\\"show\\\", \\\"CS0000001\\\"]\"]
[2,\"input: expected the text of standard input\"]"
	eq "$(jq -c '[.line, .messages[0].error]' <<<"$(sed -n 3p <<<"$out")")" '[3,"invalid"]'
}

@test "status 1 is an answer, no failure" {
	csm case new --account Acme --short-description x >/dev/null
	batch '{"args": ["entitlement", "check", "--account", "Acme"]}'
	ok
	eq "$(jq -c .status <<<"$out")" 1
}

@test "an earlier answer of a line is left out" {
	batch '{"status": 9, "args": ["account", "list", "--count"], "result": {"a": ["]"]}, "k": "v", "messages": [], "output": "x"}'
	ok
	eq "$out" '{"args": ["account", "list", "--count"],"k": "v","status":0,"result":1}'
}

@test "other formats come as text, with -o of the line or of the batch" {
	batch '{"args": ["account", "list", "--fields", "name", "-o", "csv"]}' '{"args": ["account", "list", "--format", "%(name)"]}' \
		'{"args": ["account", "list", "--fields", "name", "-z", "-o", "tsv"]}'
	ok
	eq "$(jq -c .output <<<"$out")" '"name\nAcme\n"
"Acme\n"
"name\u0000Acme\u0000"'
	opts=(-o yaml)
	batch '{"args": ["account", "list", "--fields", "name"]}' '{"args": ["account", "list", "--fields", "name", "-o", "json"]}'
	ok
	eq "$(jq -c '[.output, .result]' <<<"$out")" '["- name: Acme\n",null]
[null,[{"name":"Acme"}]]'
}

@test "what is said on standard error: objects with json, text else" {
	batch '{"args": ["account", "show", "Acne"]}' '{"args": ["account", "show", "Acne", "-o", "yaml"]}'
	eq "$status" 1
	eq "$(jq -c '.messages | map(type)' <<<"$out")" '["object"]
["string"]'
}

@test "input is the standard input of the line; a line without has none" {
	csm case new --account Acme --short-description x >/dev/null
	batch '{"args": ["case", "show", "-"], "input": "CS0000001\nCS0000001\n"}' '{"args": ["case", "list", "--where", "number = \"CS0000001\"", "--count"]}' \
		'{"args": ["import", "-", "--from", "yaml"], "input": "account: [{name: B}]"}' '{"args": ["case", "comment", "CS0000001", "--text", "-"], "input": "hello\nyou"}' \
		'{"args": ["case", "show", "-"]}'
	eq "$(jq -c .status <<<"$out" | paste -sd,)" 0,0,0,0,0
	eq "$(jq -c 'select(.args[1] == "show") | .result | length' <<<"$out" | head -n 1)" 2
	eq "$(csm comment list --fields body -o json | jq -c .)" '[{"body":"hello\nyou"}]'
	# that of csm batch is the lines
	printf '%s\n' '{"args": ["case", "show", "-"], "input": "CS0000001\n"}' '{"args": ["account", "list", "--count"]}' >two
	run_csm batch <two
	ok
	eq "$(jq -c .status <<<"$out" | paste -sd,)" 0,0
}

@test "global options of csm batch hold for lines that do not say otherwise" {
	csm user new --user-name anna --first-name A --last-name B --email a@x.example >/dev/null
	opts=(--as anna --now 2024-05-01T00:00:00Z --tz Europe/Berlin)
	batch '{"args": ["account", "new", "--name", "B"]}' '{"args": ["account", "new", "--name", "C", "--now", "2024-06-01T00:00:00Z"]}' '{"args": ["version"]}'
	ok
	eq "$(csm log --limit 2 --fields at,actor --no-header -o csv)" "2024-06-01T00:00:00Z,anna
2024-05-01T00:00:00Z,anna"
	opts=(--dry-run)
	batch '{"args": ["account", "new", "--name", "D"]}' '{"args": ["account", "list", "--count"]}'
	ok
	eq "$(csm account list --count)" 3
}

@test "one database, no batch inside, no breaches --new, no program csm-foo" {
	mkdir bin
	printf '#!/bin/sh\necho ran\n' >bin/csm-foo
	chmod +x bin/csm-foo
	PATH=$PWD/bin:$PATH
	batch '{"args": ["account", "list", "--db", "other.db"]}' '{"args": ["batch"]}' '{"args": ["sla", "breaches", "--new"]}' '{"args": ["foo"]}'
	eq "$status" 1
	eq "$(jq -r '.messages[0].message' <<<"$out" | cut -c1-37)" "a batch works on one database (${CSM_DB:0:6}
a batch is no line of a batch
--new prints before it stores what it
'foo' is no command of 'csm' (see csm"
}

@test "the file as a whole in between: migrate, backup, check" {
	batch '{"args": ["account", "new", "--name", "B"]}' '{"args": ["db", "migrate"]}' '{"args": ["db", "backup", "copy.db"]}' '{"args": ["db", "verify"]}' \
		'{"args": ["account", "new", "--name", "C"]}'
	ok
	eq "$(csm --db copy.db account list --count) $(csm account list --count)" "2 3"
}

@test "atomic: all lines are one change" {
	opts=(--atomic)
	batch '{"args": ["account", "new", "--name", "B"]}' '{"args": ["case", "new", "--account", "B", "--short-description", "x"]}' \
		'{"args": ["case", "edit", "--all", "--priority", "2"]}' '{"args": ["case", "list", "--count"]}'
	ok
	eq "$(jq -c .status <<<"$out" | paste -sd,)" 0,0,0,0
	eq "$(csm log --limit 1 --fields change,command --no-header -o csv)" "3,csm batch --atomic lines"
	csm undo -q
	eq "$(csm account list --count) $(csm case list --count)" "1 0"
}

@test "atomic: the first line that fails ends it, nothing is stored, its answer is the only one" {
	opts=(--atomic)
	before=$(csm export)
	batch '{"args": ["account", "new", "--name", "B"]}' '{"id": 7, "args": ["case", "show", "CS0000009"]}' '{"args": ["account", "new", "--name", "C"]}'
	eq "$status" 3
	eq "$err" "csm: line 2 failed; nothing of the batch was stored"
	eq "$out" '{"id": 7,"args": ["case", "show", "CS0000009"],"status":3,"messages":[{"error": "notfound", "status": 3, "type": "case", "key": "CS0000009", "message": "there is no case '"'CS0000009'"'"}]}'
	eq "$(csm export)" "$before"
	# half of a command
	batch '{"args": ["account", "new", "--name", "B"]}' '{"args": ["account", "edit", "Acme", "nobody", "--name", "X"]}'
	eq "$status" 3
	eq "$(csm export)" "$before"
	batch '{"args": ["account", "new", "--name", "B"]}' 'broken'
	eq "$status" 65
	eq "$(csm export) $(csm log --count)" "$before 2"
}

@test "atomic: what is a change of its own is refused, and who and when belong to the batch" {
	opts=(--atomic)
	batch '{"args": ["undo"]}'
	eq "$status" 2
	out_has "'undo' can't be part of an atomic batch"
	batch '{"args": ["db", "migrate"]}'
	eq "$status" 2
	batch '{"args": ["account", "new", "--name", "B", "--as", "bob"]}'
	eq "$status" 2
	out_has "--as is not for a line of an atomic batch, but for csm batch itself"
	opts=(--atomic --dry-run)
	batch '{"args": ["account", "new", "--name", "B"]}' '{"args": ["account", "list", "--count"]}'
	eq "$status $err" "0 csm: dry run: nothing was stored"
	eq "$(tail -n 1 <<<"$out" | jq .result) $(csm account list --count)" "2 1"
}

@test "a program may write a line and wait for its answer" {
	mkfifo in
	csm batch <in >answers &
	exec 8>in
	echo '{"args": ["account", "list", "--count"]}' >&8
	for _ in $(seq 100); do [ -s answers ] && break || sleep 0.05; done
	eq "$(cat answers)" '{"args": ["account", "list", "--count"],"status":0,"result":1}'
	csm account new --name Other >/dev/null # others are not kept out, and are seen
	echo '{"args": ["account", "list", "--count"]}' >&8
	exec 8>&-
	wait %1
	eq "$(tail -n 1 answers | jq .result)" 2
}

@test "a reader that goes ends the batch; a full output is status 74" {
	for _ in $(seq 2000); do echo '{"args": ["account", "list"]}'; done >lines
	run bash -c '"$CSM_BIN" batch lines | head -n 1'
	eq "$status" 0
	[ -e /dev/full ] || skip "no /dev/full"
	status=0; "$CSM_BIN" batch lines >/dev/full 2>"$CSM_ERR" || status=$?
	eq "$status" 74
}

@test "a big answer is no matter of memory" {
	csm_many() { for i in $(seq 3000); do echo "{\"account\": {\"name\": \"Account $i with a name that is a little long\"}}"; done; }
	csm_many >a.ndjson
	csm import a.ndjson -q
	batch '{"args": ["account", "list"]}' '{"args": ["account", "list", "-o", "csv"]}'
	ok
	eq "$(jq -c '[(.result | length), (.output | length)]' <<<"$out" | head -n 1)" '[3001,0]'
	eq "$(tail -n 1 <<<"$out" | jq -r .output)" "$(csm account list -o csv)"
}
