#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What is wrong with a row that a mapping takes: each fault with its column, its place, the field and the record's key.
load helpers

setup() {
	csm_setup
	csm init
	cat >m.yaml <<-'EOF'
		csm_map: 1
		time: "%m/%d/%Y"
		record:
		  - type: account
		    repeat: first
		    set: {external_id: Firm, name: Firm, partner: {column: Partner, choice: {"y": true, "n": false}}}
		  - type: case
		    set:
		      external_id: Id
		      short_description: Title
		      account: {ref: {external_id: Firm}}
		      opened_at: Opened
		      closed_at: {first: [{column: Closed}, {column: Ended}]}
		      priority: {column: Prio, choice: {High: 1, Low: 3}}
		      state: {columns: [State, Sub], join: "_"}
	EOF
}

@test "all that is wrong with a row is told, each with column, place, field and key; and kept, each by itself" {
	cat >in.csv <<-'EOF'
		Id,Title,Firm,Partner,Opened,Closed,Ended,Prio,State,Sub
		K1,One,Boxeo,maybe,99/01/2020,,x,Mid,opne,
		K2,"Two
		lines",Boxeo,n,01/02/2020,,,High,opne,x
		K3,Three,Boxeo,n,01/02/2020,,,High,open,
		K4,Four,Nobody,maybe,01/02/2020,,,Low,open,
	EOF
	run_csm import in.csv --map m.yaml --on-error=skip --rejects r.csv -o tsv --no-header
	fails 1
	# the first of a key that can be made stands, and later ones refer to it
	out_is $'account\t3\t1\t0\t0\t0\t2\ncase\t4\t1\t0\t0\t0\t3'
	eq "$err" "csm: in.csv:2:14: account Boxeo: partner: column 'Partner': 'maybe' is not in the choice table of the mapping (line 6)
csm: in.csv:2:20: case K1: opened_at: column 'Opened': '99/01/2020' does not match the pattern '%m/%d/%Y'
csm: in.csv:2:32: case K1: closed_at: columns 'Closed', 'Ended': 'x' does not match the pattern '%m/%d/%Y'
csm: in.csv:2:34: case K1: priority: column 'Prio': 'Mid' is not in the choice table of the mapping (line 14)
csm: in.csv:2:38: case K1: state: columns 'State', 'Sub': 'opne' is no choice; did you mean 'open'? expected one of new, open, awaiting_info, resolved, closed, cancelled
csm: in.csv:6:16: account Nobody: partner: column 'Partner': 'maybe' is not in the choice table of the mapping (line 6)
csm: in.csv:4:34: case K2: state: columns 'State', 'Sub': 'opne_x' is no choice; expected one of new, open, awaiting_info, resolved, closed, cancelled
csm: in.csv:6:9: case K4: account: column 'Firm': the account it refers to (in.csv:6) was rejected
csm: 3 of 4 records of the input were rejected, whole or in part"
	eq "$(csm case list --fields external_id,account.external_id -o tsv --no-header)" $'K3\tBoxeo'
	# a finding each; of the row once
	eq "$(csm import rejects IMP0000001 --fields record_type,record_key,field --no-header -o tsv)" \
		$'account\tBoxeo\tpartner\ncase\tK1\topened_at\ncase\tK1\tclosed_at\ncase\tK1\tpriority\ncase\tK1\tstate\ncase\tK2\tstate\naccount\tNobody\tpartner\ncase\tK4\taccount'
	csm import rejects IMP0000001 >kept.csv
	cmp r.csv kept.csv
}

@test "a record inside one is rejected by itself; a list of references takes one; columns of elements have their path" {
	printf '%s\n' 'csm_map: 1' 'record:' '  - type: user' '    repeat: first' '    set: {user_name: user, name: user}' '  - type: account' '    repeat: first' \
		'    set: {external_id: {constant: One}, name: {constant: One}, customer: {constant: "true"}}' '  - type: case' '    set:' '      external_id: id' \
		'      short_description: id' '      account: {ref: {external_id: {constant: One}}}' '      watch_list: {ref: {user_name: user}}' \
		'      comment: {list: [{each: said, body: text, posted_at: {column: at, time: "%Y-%m-%d"}}]}' >m.yaml
	printf '%s\n' '{"id": "K1", "user": "ann", "said": [{"text": "a", "at": "2024-01-01"}, {"text": "b", "at": "soon"}, {"text": {"deep": 1}, "at": "2024-01-01"}]}' >in.ndjson
	run_csm import in.ndjson --map m.yaml --on-error=skip -o tsv --no-header
	fails 1
	out_is $'user\t1\t1\t0\t0\t0\t0\naccount\t1\t1\t0\t0\t0\t0\ncase\t1\t1\t0\t0\t0\t0\ncomment\t3\t1\t0\t0\t0\t2'
	eq "$err" "csm: in.ndjson:1:93: comment: posted_at: column 'said[].at': 'soon' does not match the pattern '%Y-%m-%d'
csm: in.ndjson:1:103: comment: body: column 'said[].text': is a map, expected a text or a list of texts
csm: 1 of 1 records of the input were rejected, whole or in part"
	eq "$(csm case list --fields watch_list -o tsv --no-header)" ann
}

@test "bytes that are no text in a key: of a record they reject it, of what nobody takes they are nobody's" {
	printf '%s\n' 'csm_map: 1' 'rows: data.items' 'record: [{type: location, set: {name: n}}]' >m.yaml
	printf '{"meta": {"k\xff": {"a": [1]}, "ok": 2}, "x\xfe": {"y": 3}, "data": {"z\xff": "\xff", "items": [{"n": "one", "c\xff": 2}, {"n": "two"}, {"n": "x\xff"}], "more": [{"b\\u0000": 1}]}}\n' >in.json
	run_csm import in.json --map m.yaml --on-error=skip --rejects r.json -o tsv --no-header
	fails 1
	out_is $'location\t1\t1\t0\t0\t0\t0'
	err_has "csm: in.json:1:98: key: byte 2 (0xff) is not valid UTF-8"
	err_has "csm: in.json:1:128: n: byte 2 (0xff) is not valid UTF-8"
	err_has "csm: 2 of 3 records of the input were rejected, whole or in part"
	eq "$(jq -c '[.data.items[]._csm_field]' r.json)" '[null,"n"]'
	# the first key of a row or record, where it is clear what it is; YAML
	printf '[{"n\xff": 1, "name": "a"}, {"name": "b", "n": "b"}]\n' >in.json
	for how in "import in.json --map m.yaml" "location import in.json"; do
		[ "$how" != "location import in.json" ] || sed -i 's/, "n": "b"//' in.json
		# shellcheck disable=SC2086
		run_csm $how --on-error=skip -o tsv --no-header -n
		fails 1 "csm: in.json:1:3:"
		err_has "key: byte 2 (0xff) is not valid UTF-8"
		err_has "csm: 1 of 2 records of the input were rejected, whole or in part"
	done
	printf 'csm: 1\nlocation:\n  - {name: a, "c\xffty": b}\n  - {name: c}\n' >in.yaml
	run_csm import in.yaml --on-error=skip -o tsv --no-header
	fails 1 "csm: in.yaml:3:17: location: key: byte 1 (0xff) is not valid UTF-8"
	out_is $'location\t2\t1\t0\t0\t0\t1'
	# a type that is no text: nobody can tell what its records are
	printf '{"csm": 1, "loc\xff": [{"name": "d"}], "location": [{"name": "e"}]}\n' >in.json
	run_csm import in.json --on-error=skip
	fails 65 "csm: in.json:1:12: byte 4 (0xff) is not valid UTF-8"
}
