#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What is wrong with a load: all of it or the good part, who goes with whom, statuses, and counts that balance.
load helpers

setup() {
	csm_setup
	csm init -q
}

counts_are() {
	eq "$(printf '%s\n' "$out" | tail -n +2 | tr '\t' ' ')" "$1"
}

@test "abort, as unsaid: every error is told with its place, nothing is stored, 65" {
	cat >a.yaml <<-'END'
		account:
		  - {external_id: A1, name: One, customer: true}
		  - {external_id: A2, name: Two, customer: maybe}
		case:
		  - {external_id: K1, account: A1, short_description: x, priority: 7}
	END
	run_csm import a.yaml
	fails 65
	eq "$err" "csm: a.yaml:3:44: account A2: customer: 'maybe' is no bool; expected true or false
csm: a.yaml:5:68: case K1: priority: '7' is no choice; expected one of 1, 2, 3, 4
csm: 2 errors, nothing was stored"
	out_is ""
	eq "$(csm account list --count)" 0
	run_csm import a.yaml -o json -v
	fails 65
	out_is ""
	eq "$(head -1 <<<"$err" | jq -c '[.file, .line, .column, .type, .key, .field, .status]')" '["a.yaml",3,44,"account","A2","customer",65]'
	eq "$(tail -1 <<<"$err" | jq -r .message)" "2 errors, nothing was stored"
}

@test "abort: one round tells what reading, values and references have; not those that only refer to what is wrong" {
	cat >a.yaml <<-'END'
		account:
		  - {external_id: A1, name: One, customer: true}
		  - {external_id: A2, nme: Two}
		contact:
		  - {external_id: C1, account: A2, first_name: follows}
		  - {external_id: C2, account: Nobody, first_name: x}
		  - {external_id: C3, account: A1, first_name: x, email: none}
		case:
		  - {external_id: K1, contact: C1, short_description: follows}
		  - {external_id: K2, contact: C3, short_description: follows}
		  - {external_id: K3, account: A1, short_description: x, comment: [{body: x, bdy: x}]}
		  - {external_id: K4, account: A1, short_description: x, priority: 7}
	END
	run_csm import a.yaml
	fails 65
	eq "$err" "csm: a.yaml:3:28: account A2: nme: is no field of account; did you mean 'name'?
csm: a.yaml:7:58: contact C3: email: 'none' is no e-mail address; expected one such as name@example.com
csm: a.yaml:11:83: comment: bdy: is no field of comment; did you mean 'body'?
csm: a.yaml:6:32: contact C2: account: there is no account 'Nobody'
csm: a.yaml:12:68: case K4: priority: '7' is no choice; expected one of 1, 2, 3, 4
csm: 5 errors, nothing was stored"
	eq "$(csm account list --count)" 0
	run_csm import a.yaml --on-error skip
	fails 1
	eq "$(grep -c ' was rejected$' <<<"$err")" 3
	csm undo -q >/dev/null
	# of a file that is cut short it is not known what it would have had
	printf '  - {external_id: K5\n' >>a.yaml
	run_csm import a.yaml
	fails 65 "csm: 4 errors, nothing was stored"
	err_lacks Nobody
	# who does not get the lock tells what reading found
	sed -i '$d' a.yaml
	csm account new --name Before -q >/dev/null
	sqlite3 "$CSM_DB" 'BEGIN IMMEDIATE' '.shell '"$CSM_BIN"' import a.yaml --wait 0 >locked 2>&1; echo $? >>locked'
	eq "$(tail -2 locked)" $'csm: 3 errors, nothing was stored\n65'
}

@test "abort stops after 20 errors, in reading and in writing" {
	for i in $(seq 50); do echo "{\"account\": {\"nme\": \"A$i\"}}"; done >a.ndjson
	run_csm import a.ndjson
	fails 65 "csm: at least 20 errors, nothing was stored"
	eq "$(wc -l <<<"$err")" 21
	for i in $(seq 50); do echo "{\"account\": {\"external_id\": \"A$i\"}}"; done >b.ndjson
	run_csm import b.ndjson
	fails 65 "csm: at least 20 errors, nothing was stored"
	eq "$(wc -l <<<"$err")" 21
	run_csm import b.ndjson --on-error=skip
	fails 1
	counts_are "account 50 0 0 0 0 50"
	eq "$(wc -l <<<"$err")" 22
}

@test "skip: the good ones are stored, the status is 1; a clean load with skip is 0" {
	printf '{"group": {"name": "A"}}\n{"group": {"nam": "B"}}\n{"group": {"name": "C"}}\n' >a.ndjson
	run_csm import a.ndjson --on-error skip
	fails 1 "csm: a.ndjson:2:"
	err_has "csm: 1 of 3 records of the input were rejected, whole or in part"
	counts_are "group 3 2 0 0 0 1"
	eq "$(csm group list --fields name --no-header | tr '\n' ' ')" "A C "
	sed -i 2d a.ndjson
	run_csm import a.ndjson --on-error=skip
	ok
	run_csm import a.ndjson --on-error=limit
	fails 2 "limit=N"
}

@test "skip: a record that refers to a rejected one is rejected for that reason, before and after it, down the chain" {
	cat >a.yaml <<-'END'
		user:
		  - {external_id: U1, user_name: u1, name: One, manager: u2}
		  - {external_id: U2, user_name: u2, name: Two, manager: u3}
		  - {external_id: U3, user_name: u3}
		  - {external_id: U4, user_name: u4, name: Four, manager: u1}
		  - {external_id: U5, user_name: u5, name: Five, manager: u6}
		  - {external_id: U6, user_name: u6, name: Six}
		group:
		  - {name: G, manager: u4, member: [{member: u5}]}
		  - {name: H, manager: u5, member: [{member: u6}, {member: u2}]}
	END
	run_csm import a.yaml --on-error=skip
	fails 1
	counts_are 'user 6 2 0 0 0 4
group 2 1 0 0 0 1
group_member 3 1 0 0 0 2'
	err_has "csm: a.yaml:4:5: user U3: name: a user needs a name"
	err_has "csm: a.yaml:3:58: user U2: manager: the user it refers to (a.yaml:4) was rejected"
	err_has "csm: a.yaml:2:58: user U1: manager: the user it refers to (a.yaml:3) was rejected"
	err_has "csm: a.yaml:5:59: user U4: manager: the user it refers to (a.yaml:2) was rejected"
	err_has "csm: a.yaml:9:24: group G: manager: the user it refers to (a.yaml:5) was rejected"
	err_has "csm: a.yaml:9:37: group_member: the group it stands in (a.yaml:9) was rejected"
	err_has "csm: a.yaml:10:60: group_member: member: the user it refers to (a.yaml:3) was rejected"
	eq "$(csm user list --fields user_name,manager --no-header | tr '\t\n' '= ')" "u5=u6 u6= "
	csm db check
	# mended and loaded again, all of it is there
	sed -i 's/user_name: u3/&, name: Three/' a.yaml
	run_csm import a.yaml
	ok
	counts_are 'user 6 4 0 2 0 0
group 2 1 0 1 0 0
group_member 3 2 0 1 0 0'
}

@test "skip: a stored record whose change is rejected can be referred to all the same" {
	csm user new --user-name u1 --name One >/dev/null
	cat >a.yaml <<-'END'
		group: [{name: G, manager: u1}]
		user: [{user_name: u1, time_zone: no zone}]
	END
	run_csm import a.yaml --on-error=skip
	fails 1
	counts_are 'user 1 0 0 0 0 1
group 1 1 0 0 0 0'
	eq "$(csm group show G -o json | jq -r .manager)" u1
}

@test "skip: counts balance, and what is stored is what they say" {
	awk 'BEGIN { for (i = 1; i <= 300; i++) {
		bad = i % 7 == 0
		printf "{\"account\": {\"external_id\": \"A%d\", \"name\": \"N%d\", \"customer\": %s, \"account_parent\": \"A%d\"}}\n", i, i, bad ? "7" : "true", i % 50 == 49 ? i + 1 : i
		printf "{\"contact\": {\"external_id\": \"C%d\", \"account\": \"A%d\", \"name\": \"N%d\"}}\n", i, 301 - i, i
	} }' | sed 's/, "account_parent": "A\([0-9]*\)"}}/, "account_parent": "A\1"}}/' >a.ndjson
	sed -i -E 's/"external_id": "A([0-9]+)"(.*), "account_parent": "A\1"/"external_id": "A\1"\2/' a.ndjson
	run_csm import a.ndjson --on-error=skip -o json
	fails 1
	json '.types[] | select(.read != .created + .updated + .unchanged + .skipped + .rejected)' >unbalanced
	[ ! -s unbalanced ]
	eq "$(json '.types[] | select(.type == "account") | .read')" 300
	good=$(json '.types[] | select(.type == "account") | .created')
	eq "$(csm account list --count)" "$good"
	eq "$(csm contact list --count)" "$(json '.types[] | select(.type == "contact") | .created')"
	csm db check
}

@test "a line of NDJSON that can't be read is a rejected row, and the rest goes on" {
	printf '{"group": {"name": "A"}}\n{"group": {"name": "B"\n{"grup": {"name": "C"}}\n7\n{"group": {"name": "D"}, "group": {}}\n{"group": [{"name": "E"}, {"name": "F", "name": "G"}]}\n{"group": {"name": "H"}}\n' >a.ndjson
	run_csm import a.ndjson
	fails 65 "csm: 5 errors, nothing was stored"
	run_csm import a.ndjson --on-error=skip
	fails 1
	err_has "a.ndjson:2:"
	err_has "a.ndjson:3:2: 'grup' is no record type; did you mean 'group'?"
	err_has "a.ndjson:4:1: expected an object"
	err_has "a.ndjson:5:26: key 'group' is given twice"
	err_has "a.ndjson:6:"
	counts_are "group 5 4 0 0 0 1"
	# of a line whose end can't be read its record is not stored either, and it is one of the input
	printf '%s\n' '{"group": {"name": "I"}}}' '{"group": {"name": "J"}' '{"group": {"name": "K"}, }' '{"group": [{"name": "L"}, {"name": "M"}]]}' \
		'{"group": {"name": "N"}, "group\u0001": []}' '{"group": {"name": "O"}} x' '{"group": [{"name": "P"}, {"name": "Q\u0001"}, "R"]}' >b.ndjson
	run_csm import b.ndjson --on-error=skip --rejects r.ndjson
	fails 1
	eq "$err" "csm: b.ndjson:1:25: expected the end of the line after the object, found '}'
csm: b.ndjson:2:24: expected ',' or '}' after a value, found the end of the line
csm: b.ndjson:3:26: expected a key in '\"' after ',', found '}'
csm: b.ndjson:4:41: expected ',' or '}' after a value, found ']'
csm: b.ndjson:5:26: byte 6 is the control character U+0001; only tab and newline are stored
csm: b.ndjson:6:26: expected the end of the line after the object, found 'x'
csm: b.ndjson:7:36: group: name: byte 2 is the control character U+0001; only tab and newline are stored
csm: b.ndjson:7:48: group: a record must be a map of fields
csm: 8 of 10 records of the input were rejected, whole or in part"
	counts_are "group 4 2 0 0 0 2"
	eq "$(jq -r 'select(._csm_line < 7)._csm_raw' r.ndjson)" "$(sed '7,$d' b.ndjson)"
	eq "$(csm group list --fields name --no-header | tr '\n' ' ')" "A D E H L P "
}

@test "a row of CSV that can't be read is a rejected row; a header that can't be read ends the load" {
	printf 'name,description\nA,a\nB\nC,c,c\nD,"d\nd"\nE,"x"y\n"F",f\n' >a.csv
	run_csm group import a.csv --on-error=skip
	fails 1
	err_has "a.csv:3"
	err_has "a.csv:4"
	eq "$(csm group list --fields name --no-header | tr '\n' ' ')" "A D F "
	counts_are "group 3 3 0 0 0 0"
	run_csm group import a.csv
	fails 65 "csm: 3 errors, nothing was stored"
	printf 'name,name\nA,a\n' >b.csv
	run_csm group import b.csv --on-error=skip
	fails 65 "b.csv:1"
	printf 'name,colour\nX,red\nY,\n' >c.csv
	run_csm group import c.csv --on-error=skip
	fails 65 "c.csv:1:6: column 'colour' is no field of group"
	run_csm group import a.csv --delimiter 'ab'
	fails 2 "--delimiter: 'ab' is not one character"
	printf 'name|description\nX|red\n' >d.csv
	run_csm group import d.csv --delimiter '|'
	ok
	printf 'name\tdescription\nY\tred\n' >e.csv
	run_csm group import e.csv --delimiter tab
	ok
}

@test "a syntax error in YAML or JSON ends the load, with skip too, and is told after the errors before it" {
	printf 'group:\n  - {nam: A}\n  - {name: B\n' >a.yaml
	run_csm import a.yaml
	fails 65 "csm: 2 errors, nothing was stored"
	err_has "a.yaml:2:11: group: nam: is no field of group"
	err_has "a.yaml:4:"
	run_csm import a.yaml --on-error=skip
	fails 65
	eq "$(csm group list --count)" 0
	printf '{"group": [{"name": "A"}, {"name": }]}' >b.json
	run_csm import b.json --on-error=skip
	fails 65
	eq "$err" "csm: b.json:1:36: expected a value (text in '\"', a number, true, false, null, '{' or '['), found '}'; nothing was stored"
	run_csm diff b.json
	fails 65 "found '}'"
	err_lacks stored
	eq "$(csm group list --count)" 0
	for i in $(seq 19); do echo "  - {nam: A}"; done >c
	{ echo group: && cat c && echo '  - {name: B'; } >c.yaml
	run_csm import c.yaml
	fails 65 "csm: at least 20 errors, nothing was stored"
	eq "$(wc -l <<<"$err")" 21
}

@test "a database that can't be written ends the load with its own status" {
	printf 'group: [{nam: A}, {name: B}]\n' >a.yaml
	sqlite3 "$CSM_DB" 'DROP TABLE groups' || skip "there is no sqlite3"
	printf 'group: [{name: B}]\n' >b.yaml
	run_csm import b.yaml
	[ "$status" -ne 65 ] && [ "$status" -ge 70 ]
	run_csm import a.yaml --on-error=skip
	[ "$status" -ge 70 ]
}

@test "bad bytes, control characters and NUL are refused with their place" {
	printf 'group: [{name: "a\\u0007b"}]\n' >a.yaml
	run_csm import a.yaml
	fails 65 "a.yaml:1:"
	printf 'name\na\377b\nok\n' >b.csv
	run_csm group import b.csv --on-error=skip
	fails 1 "csm: b.csv:2:1: group: name: byte 2 (0xff) is not valid UTF-8"
	counts_are "group 2 1 0 0 0 1"
	eq "$(csm group list --fields name --no-header)" ok
	printf '{"group": {"name": "a\\u0000b"}}\n{"group": {"name": "\\ud800"}}\n{"group": {"name": "fine"}}\n' >c.ndjson
	run_csm import c.ndjson --on-error=skip
	fails 1 "c.ndjson:1:"
	err_has "c.ndjson:2:"
	eq "$(csm group list --count)" 2
}

@test "a row that the file itself refuses, since it is not as csm made it: 76, no record is blamed, nothing is stored" {
	sqlite3 "$CSM_DB" "CREATE UNIQUE INDEX mine ON accounts (city)"
	seq 1 300 | awk '{printf "{\"account\":{\"external_id\":\"A%d\",\"name\":\"N%d\",\"customer\":true,\"city\":\"c%d\"}}\n", $1, $1, $1 % 200}' >a.ndjson
	for options in "" "--on-error skip" "--batch 400"; do
		# shellcheck disable=SC2086
		run_csm import a.ndjson $options
		fails 76 "csm: the database refuses a row that was found right: the key is taken already (UNIQUE constraint failed: accounts.city)"
		out_is ""
		eq "$(grep -c . <<<"$err")" 1
		eq "$(csm account list --count)" 0
	done
}

@test "all that is wrong with a record is told: unknown keys, values and references; it counts once, and is given back once" {
	cat >in.ndjson <<-'EOF'
		{"csm":1,"account":{"external_id":"A1","name":"One","customer":true,"contact":[{"external_id":"C1","nme":"x","mail":"y","email":"no"},{"external_id":"C2","first_name":"W"}]}}
		{"csm":1,"account":{"external_id":"A2","name":"Two","customer":"maybe","num_employees":"many","account_parent":"Nobody"}}
		{"csm":1,"account":{"external_id":"A3","name":"Three","customer":true,"acount.nme":"x","contact.nme":"y","account_parent.name":"Two","account_parent.name.x":1}}
	EOF
	local told="csm: in.ndjson:1:129: contact C1: email: 'no' is no e-mail address; expected one such as name@example.com
csm: in.ndjson:1:106: contact C1: nme: is no field of contact; did you mean 'name'?
csm: in.ndjson:1:117: contact C1: mail: is no field of contact; did you mean 'email'?"
	run_csm import in.ndjson --on-error=limit=2 --rejects r.ndjson -o tsv --no-header
	fails 65 "csm: more than 2 records were rejected, nothing was stored"
	eq "$(head -n 3 <<<"$err")" "$told"
	sed -i '3d' in.ndjson
	run_csm import in.ndjson --on-error=limit=2 --rejects r.ndjson -o tsv --no-header
	fails 1
	eq "$err" "$told
csm: in.ndjson:2:64: account A2: customer: 'maybe' is no bool; expected true or false
csm: in.ndjson:2:88: account A2: num_employees: 'many' is no whole number; expected digits such as 42
csm: in.ndjson:2:112: account A2: account_parent: there is no account 'Nobody'
csm: 2 of 2 records of the input were rejected, whole or in part"
	out_is $'account\t2\t1\t0\t0\t0\t1\ncontact\t2\t1\t0\t0\t0\t1'
	eq "$(jq -c '[._csm_line, ._csm_field]' r.ndjson)" $'[1,"email"]\n[2,"customer"]'
	csm import rejects IMP0000001 | cmp - r.ndjson
	eq "$(csm import rejects IMP0000001 --fields record_key,field,kept -o tsv --no-header)" \
		$'C1\temail\twhole\nC1\tnme\tinside\nC1\tmail\tinside\nA2\tcustomer\twhole\nA2\tnum_employees\tinside\nA2\taccount_parent\tinside'
	# in batches the file grows; in one document each record stands once
	csm undo -q >/dev/null
	run_csm import in.ndjson --on-error=skip --rejects b.ndjson --batch 1 -q
	fails 1 "$told"
	eq "$(jq -c '[._csm_line, ._csm_field]' b.ndjson)" $'[1,"email"]\n[2,"customer"]'
	jq -s '{csm: 1, account: map(.account)}' in.ndjson >in.json
	run_csm import in.json --on-error=skip --rejects r.json -q
	fails 1
	eq "$(jq -c '[.account, .contact | map([._csm_line, ._csm_field])]' r.json)" '[[[24,"customer"]],[[13,"email"]]]'
	csm import rejects IMP0000003 | cmp - r.json
}
