#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Editing: fields on the command line, and the whole record in an editor. The editor of these tests is a script.
load helpers

setup() {
	csm_setup
	csm init -q
	cat >a.yaml <<-'END'
		user: [{user_name: u, name: U}, {user_name: v, name: V}, {user_name: w, name: W}]
		group: [{name: G, description: "one\ntwo\n", member: [{member: u}, {member: v}]}]
		account: [{external_id: A1, name: Boxeo, customer: true, city: Bonn}]
		case: [{external_id: K1, account: A1, short_description: Printer, comment: [{body: It is broken, posted_at: 2024-01-01T00:00:00Z}]}]
		schedule: [{name: S, span: [{days: [mon], start: "09:00", end: "12:00"}, {days: [tue], start: "13:00", end: "17:00"}]}]
	END
	csm import a.yaml >/dev/null
	command -v script >/dev/null || skip "there is no script(1)"
}

# editing SED...: an editor that keeps what it was given as seen.1, seen.2, ... and makes the n-th change with the n-th sed
# script (the last one again and again)
editing() {
	local n=0

	printf '#!/bin/sh\nn=$(($(cat round 2>/dev/null || echo 0) + 1))\necho $n >round\ncp "$1" seen.$n\ncase $n in\n' >editor
	for script in "$@"; do
		n=$((n + 1))
		printf '%s' "$script" >sed.$n
		printf '%s) sed -i -f sed.%s "$1" ;;\n' "$n" "$n" >>editor
	done
	printf '*) sed -i -f sed.%s "$1" ;;\nesac\n' "$n" >>editor
	chmod +x editor
	rm -f round seen.*
	export EDITOR="$PWD/editor"
}

edit() {
	on_tty "$CSM_BIN $*; echo status \$?"
	status=${out##*status }
}

@test "edit with fields: changed and unchanged, several records, --unset, --if-version" {
	run_csm case edit K1 --priority 1
	ok
	out_has CS0000001
	out_has changed
	run_csm case edit K1 --priority 1
	out_has unchanged
	run_csm account edit A1 --unset city --phone 123
	ok
	eq "$(csm account show A1 -o json | jq -c '[.city, .phone]')" '[null,"123"]'
	run_csm account edit A1 --phone 124 --if-version 1
	fails 5
	run_csm user edit u v --department Support
	ok
	eq "$(csm user list --where 'department = Support' --count)" 2
	run_csm user edit u x --department Sales
	fails 3 "there is no user 'x'"
	eq "$(csm user list --where 'department = Sales' --count)" 0
	run_csm case edit K1 --state closed
	fails 2 "unknown option '--state'"
	run_csm case edit K1
	fails 2 "there is no terminal for an editor"
}

@test "the editor gets the record as YAML: what may be changed, then what has no value and what is kept by csm" {
	editing ''
	edit case edit K1
	eq "$status" 0
	out_has "case CS0000001 is unchanged"
	eq "$(head -2 seen.1)" "csm: 1
case:"
	grep -q '^  short_description: Printer$' seen.1
	grep -q '^  account: ACCT0000001$' seen.1
	grep -q '^#   number: CS0000001$' seen.1
	grep -q '^#   state: new$' seen.1
	grep -q '^#   due_date:$' seen.1
	if grep -q -e 'It is broken' -e '^  state:' -e version -e '^  number' seen.1; then false; fi
	case $(cat seen.1) in *"# Fields without a value:"*"# Not to be edited, kept by csm and its verbs:"*) ;; *) false ;; esac
	# without the comments it is a document that changes nothing
	grep -v '^#' seen.1 >doc.yaml
	run_csm import doc.yaml --dry-run
	[ "$status" -eq 65 ] || [ "$status" -eq 0 ]
	editing ''
	edit group edit G
	grep -q '^  member:$' seen.1
	grep -q '^  description: |$' seen.1
}

@test "VISUAL before EDITOR, with arguments; -c editor before both; the file ends in .yaml and is gone afterwards" {
	editing 's/Printer/Scanner/'
	printf '#!/bin/sh\necho "$@" >args\nshift\nexec ./editor "$@"\n' >visual
	chmod +x visual
	EDITOR=false VISUAL="$PWD/visual -x" edit case edit K1
	eq "$status" 0
	eq "$(sed 's,/.*/,/,' args)" "-x /case.yaml"
	[ ! -e "$(cut -d' ' -f2 args)" ]
	[ ! -d "$(dirname "$(cut -d' ' -f2 args)")" ]
	eq "$(csm case show K1 -o json | jq -r .short_description)" Scanner
	editing 's/Scanner/Fax/'
	VISUAL=false edit -c editor=./editor case edit K1
	eq "$(csm case show K1 -o json | jq -r .short_description)" Fax
}

@test "fields are set, cleared by null, left when their line is gone; a reference by any key; lines of several" {
	editing 's/^  city: Bonn/  city: ~\n  phone: 0228 1\n  notes: |\n    one\n    two/
/^  customer:/d'
	edit account edit A1
	eq "$(csm account show A1 -o json | jq -c '[.city, .phone, .customer, .notes]')" '[null,"0228 1",true,"one\ntwo\n"]'
	csm contact new --account A1 --name C --external-id C1 >/dev/null
	editing 's/^  account: .*/  contact: {external_id: C1}/'
	edit case edit K1
	eq "$(csm case show K1 -o json | jq -r .contact)" CNT0000001
	eq "$(csm case log K1 --no-header | wc -l)" 2
}

@test "what is wrong comes back as comments with its line, all at once, until it is right" {
	editing 's/^  short_description: .*/  short_description: ~\n  priorty: 1\n  due_date: soon\n  account: Nobody/
/^  account: ACCT/d' 's/^  short_description: .*/  short_description: Fax/
/priorty/d
s/due_date: soon/due_date: 2024-05-01T00:00:00Z/' '/account: Nobody/d'
	edit case edit K1
	eq "$status" 0
	grep -q "^# csm: The record was not changed:" seen.2
	grep -q "^# csm:   line:[0-9]*:[0-9]*: case CS0000001: priorty: is no field of case; did you mean 'priority'?" seen.2
	grep -q "^# csm:   line:[0-9]*:[0-9]*: case CS0000001: due_date: 'soon' is no time" seen.2
	grep -q "^# csm:   line:[0-9]*:[0-9]*: case CS0000001: account: there is no account 'Nobody'" seen.2
	line=$(sed -n "s/.*line:\([0-9]*\):.* priorty: .*/\1/p" seen.2)
	eq "$(sed -n "${line}p" seen.2)" "  priorty: 1"
	# what was wrong with the record as a whole is told when its fields are right
	grep -q "Nobody" seen.3
	if grep -q "priorty\|soon" seen.3; then false; fi
	eq "$(csm case show K1 -o json | jq -r .short_description)" Fax
}

@test "fields that a person does not set, and keys that make another record, are refused clearly" {
	try() {
		editing "$1" 'd'
		edit case edit K1
		eq "$status" 0
		grep -q "$2" seen.2 || { cat seen.2 && return 1; }
	}
	try 's/^  short_desc.*/&\n  state: closed/' "case CS0000001: state: cannot be given, it is set by the verbs of a case"
	try 's/^  short_desc.*/&\n  number: CS0000009/' "case CS0000001: number: can't be changed"
	try 's/^  short_desc.*/&\n  entitlement_manual: true/' "case CS0000001: entitlement_manual: cannot be given, it is kept by csm"
	try 's/^  short_desc.*/&\n  opened_at: 2020-01-01T00:00:00Z/' "case CS0000001: opened_at: cannot be changed once the case is stored"
	try 's/^  short_desc.*/&\n  comment: []/' "case CS0000001: Comments can't be edited"
	try 's/^case:/contact: {name: x}\n&/' "line:[0-9]*:[0-9]*: 'contact' can't be edited together with a case"
	try 's/^case:/contact:/' "'contact' can't be edited together with a case"
	try 's/^csm: 1/csm: 2/' "csm: document format '2' is not known"
	try 's/^csm: 1/&\n---/' "expected one document"
	try '2,$d' "expected the case as a map"
	try 's/^  short_desc.*/  short_description: "a/' "line:"
	try 's/^  short_desc.*/&\n  short_description: twice/' "duplicate key"
	# the same value is no change
	editing 's/^  short_desc.*/  short_description: Scanner\n  state: new\n  number: CS0000001/'
	edit case edit K1
	eq "$(csm case show K1 -o json | jq -r .short_description)" Scanner
}

@test "an owned list replaces the owned records: by their key, or in their order" {
	editing 's/member: u$/member: w/'
	edit group edit G
	eq "$status" 0
	eq "$(csm group show G -o json | jq -c '[.member[].member]')" '["v","w"]'
	editing '/- member: v/d'
	edit group edit G
	eq "$(csm group show G -o json | jq -c '[.member[].member]')" '["w"]'
	editing 's/^  member:$/  member: []/
/^    - member:/d'
	edit group edit G
	eq "$(csm group show G -o json | jq -c '.member // []')" '[]'
	editing 's/17:00/18:00/'
	edit schedule edit S
	eq "$(csm schedule show S -o json | jq -c '[.span[] | [.days[0], .start, .end]]')" '[["mon","09:00","12:00"],["tue","13:00","18:00"]]'
	editing 's/^  span:.*/&\n    - {days: [wed], start: "10:00", end: "11:00"}/'
	edit schedule edit S
	eq "$(csm schedule show S -o json | jq -c '[.span[] | .days[0]] | sort')" '["mon","tue","wed"]'
	editing '/^  span:/,/^#/{/^  /d}'
	edit schedule edit S
	eq "$(csm schedule show S -o json | jq -c '.span | length')" 3
	csm undo -q
	eq "$(csm schedule show S -o json | jq -c '.span | length')" 2
}

@test "an owned record with a key stays the same record when another field of it changes" {
	cat >b.yaml <<-'END'
		responsibility_def: [{name: R, responsibility_type: user}]
		account: [{external_id: A1, team: [{member: u, responsibility: R, sort_order: 1}, {member: v, responsibility: R, sort_order: 2},
		           {member: w, responsibility: R, sort_order: 3}]}]
	END
	csm import b.yaml >/dev/null
	editing '/^    - member: u$/,/sort_order: 1/d
s/sort_order: 3/sort_order: 5/'
	edit account edit A1
	eq "$status" 0
	eq "$(csm export account_team_member --volatile -o json | jq -c '[.account_team_member[] | [.member, .sort_order, .version]]')" \
		'[["v",2,1],["w",5,2]]'
}

@test "mistakes in owned lists are told with their line" {
	editing 's/- member: u$/- {member: nobody}/
s/- member: v$/- {membr: v}/' 's/nobody/u/
s/membr/member/
s/^  member:/  membre:/' 's/membre:/member: x/
/^    - /d' 's/member: x/member: [y]/' 's/member: .y./member: [{member: u}, {member: u}]/' 'd'
	edit group edit G
	eq "$status" 0
	grep -q "line:[0-9]*:[0-9]*: group_member new: member: there is no user 'nobody'" seen.2
	grep -q "membr: is no field of group_member; did you mean 'member'?" seen.2
	grep -q "membre: is no field of group; did you mean 'member'?" seen.3
	grep -q "group G: member: expected a list" seen.4
	grep -q "group_member: expected a map of fields" seen.5
	grep -q "has the same" seen.6
	eq "$(csm group show G -o json | jq -c '[.member[].member]')" '["u","v"]'
}

@test "nothing typed, an empty file, an editor that fails: nothing is changed and nothing is kept" {
	changes=$(csm log --no-header | wc -l)
	editing ''
	edit case edit K1
	eq "$status" 0
	out_has unchanged
	editing 'd'
	edit case edit K1
	eq "$status" 0
	out_has unchanged
	EDITOR=false edit case edit K1
	eq "$status" 4
	out_has "the editor 'false' ended with a failure; nothing was changed"
	EDITOR=./nosuch edit case edit K1
	eq "$status" 4
	eq "$(csm log --no-header | wc -l)" "$changes"
	eq "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'csm-edit-*' -newer a.yaml -user "$(id -u)" | wc -l)" 0
}

@test "what was typed is kept when it can't be stored" {
	export TMPDIR=$PWD/tmp
	mkdir tmp
	editing 's/short_description: .*/short_description: ~/' ''
	edit case edit K1
	eq "$status" 65
	out_has "is still wrong; nothing was changed"
	out_has "what you wrote is kept in $TMPDIR/csm-edit-"
	grep -q 'short_description: ~' tmp/csm-edit-*/case.yaml
	rm -r tmp/*
	# changed by another meanwhile: the record, or what it owns
	printf '#!/bin/sh\nsed -i s/Printer/Fax/ "$1"\n%s case edit K1 --priority 1 -q\n' "$CSM_BIN" >editor
	edit case edit K1
	eq "$status" 5
	out_has "case CS0000001: was changed by another while the editor was open"
	grep -q 'short_description: Fax' tmp/csm-edit-*/case.yaml
	rm -r tmp/*
	printf '#!/bin/sh\nsed -i "s/member: u/member: w/" "$1"\necho "group: [{name: G, member: [{member: w}]}]" | %s import - -q >/dev/null\n' "$CSM_BIN" >editor
	edit group edit G
	eq "$status" 5
	eq "$(csm group show G -o json | jq -c '[.member[].member]')" '["u","v","w"]'
	rm -r tmp/*
	printf '#!/bin/sh\nprintf "\\377" >>"$1"\n' >editor
	edit case edit K1
	eq "$status" 65
	[ -n "$(find tmp -path "*/csm-edit-*/case.yaml" -size +0)" ]
	TMPDIR=$PWD/nowhere edit case edit K1
	eq "$status" 74
}

@test "a rule of the field, and a key that is taken, open the editor again; several records are refused" {
	editing 's/name: G/name: H/' ''
	csm group new --name H >/dev/null
	edit group edit G
	out_has "still wrong"
	grep -q "group H: name: 'H' is taken by group H" seen.2 || { cat seen.2 && false; }
	edit group edit G H
	eq "$status" 2
	out_has "the editor takes one record"
}

@test "an editor with --dry-run stores nothing" {
	editing 's/Printer/Fax/'
	edit case edit K1 --dry-run
	eq "$status" 0
	out_has "dry run"
	eq "$(csm case show K1 -o json | jq -r .short_description)" Printer
}

@test "a record with a list of many is edited as any other" {
	seq 1 600 | awk '{printf "{\"user\":{\"user_name\":\"m%d\",\"name\":\"M\"}}\n", $1}' | csm import -q -
	seq 1 600 | awk 'BEGIN {printf "{\"group\":{\"name\":\"Many\",\"member\":["} {printf "%s{\"member\":\"m%d\"}", (NR > 1 ? "," : ""), $1} END {print "]}}"}' |
		csm import -q -
	editing 's/member: m600$/member: u/'
	edit group edit Many
	eq "$status" 0
	eq "$(grep -c 'member: m' seen.1)" 600
	eq "$(csm group show Many -o json | jq -r '.member | length, .[0].member, .[599].member')" $'600\nm1\nu'
}
