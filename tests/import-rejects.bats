#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The file of rejects: what it holds in each format, and that it can be mended and loaded again as it is.
load helpers

setup() {
	csm_setup
	csm init -q
}

# rejected FILE ARG...: load it, leaving out what is wrong; the rejects go to r.EXTENSION
rejected() {
	local file=$1

	shift
	run_csm "$@" import "$file" --on-error=skip --rejects "r.${file##*.}"
	fails 1
	kept "r.${file##*.}"
}

# kept FILE: the load keeps the same rejects itself
kept() {
	csm import rejects "$(csm import list --no-header --fields number --sort=-number --limit 1)" | cmp - "$1"
}

# again FILE ARG...: load a mended file of rejects: nothing is wrong any more
again() {
	local file=$1

	shift
	run_csm "$@" import "$file" -q
	ok
}

# everything WORLD: what the database holds, without its numbers and moments, in an order of its own
everything() {
	csm export -o ndjson "$@" | sed -E 's/"(number|account_code|account_path)":"[^"]*",?//g' | sort
}

# as_clean FILE ARG...: the database is what FILE, which was right from the beginning, makes of an empty one
as_clean() {
	local file=$1

	shift
	everything >mended
	CSM_DB=$BATS_TEST_TMPDIR/clean.db csm init -q
	CSM_DB=$BATS_TEST_TMPDIR/clean.db csm "$@" import "$file" -q
	CSM_DB=$BATS_TEST_TMPDIR/clean.db everything >clean
	cmp mended clean || { diff mended clean; return 1; }
}

@test "NDJSON: the line as it was with the reason behind it; what can't be read as _csm_raw; mended by sed it is the clean load" {
	cat >a.ndjson <<-'END'
		{"user": {"user_name": "u1",  "name": "One", "active": "maybe"}}
		{"user": {"user_name": "u2", "name": "Two"}, "group": [{"name": "G"}, {"name": "H", "manager": "u1"}]}
		{"account": {"external_id": "A1", "name": "Jos\u00e9", "customer": true, "contact": [{"external_id": "C1", "first_name": "X"}, {"external_id": "C2", "frst_name": "Y"}]}}
		{"account": {"external_id": "A2", "name": "Two", "customer": true
		{"case": {"external_id": "K1", "account": "A2", "short_description": "x"}}
	END
	rejected a.ndjson
	eq "$(cat r.ndjson)" '{"user": {"user_name": "u1",  "name": "One", "active": "maybe"},"_csm_file":"a.ndjson","_csm_line":1,"_csm_field":"active","_csm_code":"invalid","_csm_message":"'"'maybe' is no bool; expected true or false"'"}
{"csm":1,"group":{"name":"H","manager":"u1"},"_csm_file":"a.ndjson","_csm_line":2,"_csm_field":"manager","_csm_code":"invalid","_csm_message":"the user it refers to (a.ndjson:1) was rejected"}
{"csm":1,"contact":{"account":"ACCT0000001","external_id":"C2","frst_name":"Y"},"_csm_file":"a.ndjson","_csm_line":3,"_csm_field":"frst_name","_csm_code":"invalid","_csm_message":"is no field of contact; did you mean '"'first_name'?"'"}
{"_csm_file":"a.ndjson","_csm_line":4,"_csm_field":null,"_csm_code":"invalid","_csm_message":"expected '"',' or '}' after a value, found the end of the line"'","_csm_raw":"{\"account\": {\"external_id\": \"A2\", \"name\": \"Two\", \"customer\": true"}
{"case": {"external_id": "K1", "account": "A2", "short_description": "x"},"_csm_file":"a.ndjson","_csm_line":5,"_csm_field":"account","_csm_code":"notfound","_csm_message":"there is no account '"'A2'"'"}'
	jq -c . r.ndjson >/dev/null
	# what is not mended is rejected again, and the new file is like the old one
	cp r.ndjson b.ndjson
	run_csm import b.ndjson --on-error=skip --rejects r2.ndjson
	fails 1 "csm: b.ndjson:4:2: was rejected because it could not be read, and is not mended yet (_csm_raw)"
	kept r2.ndjson
	eq "$(sed 's/,*"_csm_file.*//' r2.ndjson)" "$(sed 's/,*"_csm_file.*//' r.ndjson)"
	eq "$(jq -r '._csm_raw // empty' r2.ndjson)" "$(jq -r '._csm_raw // empty' r.ndjson)"
	sed -i -e 's/maybe/true/' -e 's/frst_name/first_name/' -e '4s/^{/{"account":{"external_id":"A2","name":"Two","customer":true},/' r.ndjson
	again r.ndjson
	sed -e 's/maybe/true/' -e 's/frst_name/first_name/' -e '4s/$/}}/' a.ndjson >clean.ndjson
	as_clean clean.ndjson
}

@test "CSV: the row as it was and columns behind it; ragged and broken rows as _csm_raw; bytes that are no text survive" {
	printf 'external_id;name;customer;city\nA1;One;true;"Bonn"\nA2;"Tw""o";maybe; Kiel\nA3;Three\nA4;F\xfcnf;true;x\nA5;"Five\n' >a.csv
	rejected a.csv account
	printf '%s\n' 'external_id;name;customer;city;_csm_file;_csm_line;_csm_field;_csm_code;_csm_message;_csm_raw' \
		"A2;\"Tw\"\"o\";maybe; Kiel;a.csv;3;customer;invalid;\"'maybe' is no bool; expected true or false\";" \
		';;;;a.csv;4;;invalid;row of 2 cells, expected 4 as in the header;"A3;Three"' >wanted
	head -3 r.csv >got
	cmp got wanted || { cat r.csv; return 1; }
	# as it came
	LC_ALL=C grep -q $'^A4;F\xfcnf;true;x;a.csv;5;name;invalid;' r.csv
	eq "$(tail -1 r.csv)" ";;;;a.csv;6;;invalid;\"quoted cell without its closing '\"\"'\";\"A5;\"\"Five\""
	cp r.csv b.csv
	run_csm account import b.csv --on-error=skip --rejects r2.csv
	fails 1 "csm: b.csv:3:1: account: was rejected because it could not be read, and is not mended yet (_csm_raw)"
	kept r2.csv
	eq "$(LC_ALL=C sed 's/;[ab].csv;.*//' r2.csv | base64)" "$(LC_ALL=C sed 's/;a.csv;.*//' r.csv | base64)"
	LC_ALL=C sed -i -e 's/maybe/true/' -e 's/^;;;;\(.*\)A3;Three/A3;Three;true;x;\1/' -e 's/F\xfcnf/F\xc3\xbcnf/' -e 's/^;;;;\(.*\)A5;""Five/A5;Five;true;x;\1/' r.csv
	again r.csv account
	printf 'external_id;name;customer;city\nA1;One;true;Bonn\nA2;"Tw""o";true; Kiel\nA3;Three;true;x\nA4;F\xc3\xbcnf;true;x\nA5;Five;true;x\n' >clean.csv
	as_clean clean.csv account
}

@test "TSV: tabs and newlines in the reason are escaped; the row stays" {
	printf 'name\tdescription\nA\ta\\tb\n\tx\\ny\n' >a.tsv
	rejected a.tsv group
	eq "$(sed -n 2p r.tsv)" $'\tx\\ny\ta.tsv\t3\tname\tinvalid\tneeds a value\t'
	sed -i 's/^\t/B\t/' r.tsv
	again r.tsv group
	printf 'name\tdescription\nA\ta\\tb\nB\tx\\ny\n' >clean.tsv
	as_clean clean.tsv group
}

documents() {
	cat <<-'END'
		csm: 1
		user:
		  - {user_name: u1, name: One, active: maybe}
		group:
		  - name: G
		    description: "007"
		    member: [{member: u2}, {member: u1}]
		account:
		  - external_id: A1
		    name: no
		    customer: true
		    num_employees: 7
		    contact: [{external_id: C1, first_name: X}, {external_id: C2, frst_name: Y}]
		  - {external_id: A2, name: Two, customer: true, num_employees: many, notes: "a\nb", contact: [{external_id: C3, first_name: Z}]}
	END
}

@test "YAML: a document of the same shape; what was inside a stored record stands alone and refers to it" {
	documents >a.yaml
	printf 'user: [{user_name: u2, name: Two}]\n' | csm import -q --from yaml
	rejected a.yaml
	eq "$(cat r.yaml)" 'csm: 1
user:
  - user_name: u1
    name: One
    active: maybe
    _csm_file: a.yaml
    _csm_line: 3
    _csm_field: active
    _csm_code: invalid
    _csm_message: "'"'maybe' is no bool; expected true or false"'"
group_member:
  - user_group: G
    member: u1
    _csm_file: a.yaml
    _csm_line: 7
    _csm_field: member
    _csm_code: invalid
    _csm_message: the user it refers to (a.yaml:3) was rejected
account:
  - external_id: A2
    name: Two
    customer: "true"
    num_employees: many
    notes: |-
      a
      b
    contact:
      - external_id: C3
        first_name: Z
    _csm_file: a.yaml
    _csm_line: 14
    _csm_field: num_employees
    _csm_code: invalid
    _csm_message: "'"'many' is no whole number; expected digits such as 42"'"
contact:
  - account: ACCT0000001
    external_id: C2
    frst_name: "Y"
    _csm_file: a.yaml
    _csm_line: 13
    _csm_field: frst_name
    _csm_code: invalid
    _csm_message: is no field of contact; did you mean '"'first_name'?"
	sed -i -e 's/maybe/true/' -e 's/frst_name/first_name/' -e 's/: many/: 5/' r.yaml
	again r.yaml
	{ documents | sed -e 's/maybe/true/' -e 's/frst_name/first_name/' -e 's/: many/: 5/'; } >clean.yaml
	sed -i 's/^user:/&\n  - {user_name: u2, name: Two}/' clean.yaml
	as_clean clean.yaml
}

@test "JSON: an envelope, or a list where the command names the type; no record at all is _csm_raw" {
	printf '[{"external_id": "A1", "name": "One", "customer": true, "num_employees": 1.5, "notes": null}, {"external_id": "A2", "name": "Two", "customer": true}]' >a.json
	rejected a.json account
	eq "$(jq -c . r.json)" '[{"external_id":"A1","name":"One","customer":true,"num_employees":1.5,"notes":null,"_csm_file":"a.json","_csm_line":1,"_csm_field":"num_employees","_csm_code":"invalid","_csm_message":"'"'1.5' is no whole number; expected digits such as 42"'"}]'
	sed -i 's/1\.5/15/' r.json
	again r.json account
	sed 's/1\.5/15/' a.json >clean.json
	as_clean clean.json account
	printf '{"csm": 1, "account": [{"external_id": "A3", "name": "Three", "customer": true}, [1, "x"]], "user": [{"user_name": "u"}]}' >b.json
	run_csm import b.json --on-error=skip --rejects r.json
	fails 1
	kept r.json
	eq "$(jq -c '[keys_unsorted, .account[0]._csm_raw, .user[0].user_name]' r.json)" '[["csm","user","account"],"[1,\"x\"]","u"]'
	cp r.json c.json
	run_csm import c.json --on-error=skip --rejects r2.json
	fails 1 "is not mended yet"
	kept r2.json
	eq "$(jq -c '.account[0]._csm_raw' r2.json)" '"[1,\"x\"]"'
}

@test "a mapping: the row of the table once, whatever was wrong with its records; loaded again with the same mapping" {
	cat >m.yaml <<-'END'
		csm_map: 1
		record:
		  - type: account
		    repeat: first
		    set: {external_id: Firm, name: Firm, customer: {constant: "true"}}
		  - type: contact
		    set: {external_id: Id, account: {ref: {external_id: Firm}}, first_name: Name, email: Mail}
	END
	printf 'Id,Firm,Name,Mail\n1,X,Ann,a@x.example\n2,X,Bob,bob\n3,,Cid,c\n' >a.csv
	run_csm import a.csv --map m.yaml --on-error=skip --rejects r.csv
	fails 1
	kept r.csv
	eq "$(cut -d, -f1-7 r.csv)" 'Id,Firm,Name,Mail,_csm_file,_csm_line,_csm_field
2,X,Bob,bob,a.csv,3,email
3,,Cid,c,a.csv,4,email'
	sed -i -e 's/,bob,/,bob@x.example,/' -e 's/,,Cid,c,/,Y,Cid,c@y.example,/' r.csv
	run_csm import r.csv --map m.yaml
	ok
	printf 'Id,Firm,Name,Mail\n1,X,Ann,a@x.example\n2,X,Bob,bob@x.example\n3,Y,Cid,c@y.example\n' >clean.csv
	everything >mended
	CSM_DB=$BATS_TEST_TMPDIR/clean.db csm init -q
	CSM_DB=$BATS_TEST_TMPDIR/clean.db csm import clean.csv --map m.yaml -q
	CSM_DB=$BATS_TEST_TMPDIR/clean.db everything | cmp - mended
}

@test "options: only with skip or a limit; one format, one header; nothing rejected is an empty file; given up leaves what was there" {
	echo '{"group": {"name": "A"}}' >a.ndjson
	run_csm import a.ndjson --rejects r
	fails 2 "csm: --rejects goes with --on-error=skip or limit=N"
	run_csm import a.ndjson --on-error=skip --rejects -
	fails 2
	printf 'name,description\nB,x\n' >a.csv
	printf 'name\nC\n' >b.csv
	ln -s a.ndjson link.ndjson
	sum=$(cksum <a.ndjson)
	for file in a.ndjson ./a.ndjson link.ndjson; do
		run_csm import a.ndjson --on-error=skip --rejects "$file"
		fails 2 "csm: --rejects: $file is an input of this load; expected another file"
	done
	# shellcheck disable=SC2094
	run_csm import --from ndjson --on-error=skip --rejects a.ndjson <a.ndjson
	fails 2 "csm: --rejects: a.ndjson is an input of this load; expected another file"
	printf 'csm_map: 1\nrecord: [{type: group, set: {name: {column: name}}}]\n' >m.yaml
	run_csm import a.csv --map m.yaml --on-error=skip --rejects m.yaml
	fails 2 "csm: --rejects: m.yaml is an input of this load; expected another file"
	eq "$(cksum <a.ndjson)" "$sum"
	run_csm group import a.ndjson a.csv --on-error=skip --rejects r
	fails 2 "csm: a.csv: is csv and a.ndjson is ndjson: a file of rejects has one format, so load them one by one"
	run_csm group import a.csv b.csv --on-error=skip --rejects r
	fails 2 "csm: b.csv: has other columns than a.csv"
	[ ! -e r ]
	eq "$(csm group list --count)" 0
	run_csm import a.ndjson --on-error=skip --rejects r
	ok
	[ -e r ] && [ ! -s r ]
	run_csm group import a.csv --on-error=skip --rejects r
	ok
	eq "$(cat r)" "name,description,_csm_file,_csm_line,_csm_field,_csm_code,_csm_message,_csm_raw"
	run_csm group import r --from csv
	ok
	echo 'group: []' >a.yaml
	run_csm import a.yaml --on-error=skip --rejects r
	eq "$(cat r)" "csm: 1"
	echo old >r
	echo '{"grup": {}}' >b.ndjson
	run_csm import b.ndjson --on-error=limit=0 --rejects r
	fails 65
	eq "$(cat r)" old
	run_csm import b.ndjson --on-error=skip --rejects no/where
	fails 74
	eq "$err" "csm: no/where: No such file or directory"
	for file in *.tmp; do [ ! -e "$file" ]; done
	# what is no file gets it at the end: a pipe by its name under /dev
	run_csm import b.ndjson --on-error=skip --rejects >(cat >piped)
	fails 1
	"$CSM_BIN" import b.ndjson --on-error=skip -q --rejects /dev/stdout 2>/dev/null | cat >piped2
	kept_line='{"grup": {},"_csm_file":"b.ndjson","_csm_line":1,"_csm_field":null,"_csm_code":"invalid",'
	for i in 1 2 3 4 5 6 7 8 9 10; do [ -s piped ] || sleep 0.1; done
	[[ $(<piped) == "$kept_line"* ]]
	cmp piped piped2
	# a dry run writes it too: it is what the run would write
	run_csm import b.ndjson --on-error=skip --rejects dry --dry-run
	fails 1
	run_csm import b.ndjson --on-error=skip --rejects wet
	cmp dry wet
}

@test "twenty findings are told, then how many there are; the file has all" {
	for i in $(seq 1 30); do echo "{\"user\": {\"user_name\": \"u$i\"}}"; done >a.ndjson
	run_csm import a.ndjson --on-error=skip --rejects r.ndjson
	fails 1
	kept r.ndjson
	eq "$(grep -c 'needs a name' <<<"$err")" 20
	err_has "csm: warning: 10 more findings are not shown; all of them are in r.ndjson"
	eq "$(wc -l <r.ndjson)" 30
	run_csm import a.ndjson --on-error=skip --verbose
	eq "$(grep -c 'needs a name' <<<"$err")" 30
	run_csm import a.ndjson --on-error=skip -o json
	err_has '"message": "10 more findings are not shown; --rejects FILE keeps all of them"'
}

@test "csm import rejects: inputs of several formats one by one, what was too long is left out, of a load that is not whole what is known, as a list" {
	printf 'name,city\n,Bonn\nOne,Oslo\n' >a.csv
	echo '{"location": {"nme": "Three"}}' >c.ndjson
	run_csm location import a.csv c.ndjson --on-error=skip -q
	fails 1
	run_csm import rejects IMP0000001
	fails 2 "csm: c.ndjson: is ndjson and a.csv is csv: a file of rejects has one format"
	out_is ""
	run_csm import rejects IMP0000001 --where 'source = "a.csv"'
	ok
	out_is $'name,city,_csm_file,_csm_line,_csm_field,_csm_code,_csm_message,_csm_raw\n,Bonn,a.csv,2,name,invalid,needs a value,'
	run_csm import rejects IMP0000001 --where 'source = "c.ndjson"'
	eq "$(json .location.nme)" Three
	run_csm import rejects IMP0000001 --fields source,line,kept,input_format,record_type,record_no -o csv --no-header
	out_is $'a.csv,2,whole,csv,location,1\nc.ndjson,1,whole,ndjson,location,3'
	run_csm import rejects IMP0000001 --count
	out_is 2
	# nothing was rejected
	echo '{"location": {"name": "Four"}}' | csm import - -q
	run_csm import rejects IMP0000002
	ok
	out_is ""
	long=$(head -c 700000 /dev/zero | tr '\0' x)
	printf '{"group": {"nme": "%s", "description": "%s"}}\n' "$long" "$long" 1 2 >long.ndjson
	run_csm import long.ndjson --on-error=skip --rejects r.ndjson
	fails 1
	eq "$(wc -l <r.ndjson)" 2
	run_csm import rejects IMP0000003
	fails 1
	eq "$err" "csm: long.ndjson:1: left out: nme: is no field of group; did you mean 'name'?
csm: 1 record is left out: too long to be kept with the load, or loaded by an older csm; the input has it"
	eq "$(cat "$CSM_OUT")" "$(tail -n 1 r.ndjson)"
	printf '{"group": {"name": "e", "manager": "nobody"}}\n{"group": {"name": "f"}}\n{"group": {"name": "g", "manager": "nobody"}}\n' >d.ndjson
	run_csm import d.ndjson --on-error=limit=1 --batch 1 --rejects d.rejects
	fails 65 "more than 1 records were rejected, 2 batches before are stored"
	run_csm import rejects IMP0000004
	[ "$status" -eq 0 ]
	err_has "csm: import IMP0000004 is not complete: these are the rejects of what is stored of it"
	cmp "$CSM_OUT" d.rejects
	eq "$(json .group.name)" e
	run_csm import rejects IMP9
	fails 3
}

@test "csm import rejects: of a mapping with rows, what --rejects wrote, each row under its place" {
	cat >in.json <<-'END'
		{"lines": [{"n": "x"}],
		 "data": {"old": [{"n": "a", "line": "nope"}, {"n": "b", "line": "x"}, {"n": "c", "line": "none"}], "new": [{"n": "d", "line": "nil"}]},
		 "others": [{"n": "e", "line": "no"}, {"n": "f", "line": "x"}]}
	END
	cat >m.yaml <<-'END'
		csm_map: 1
		record:
		  - {type: product_line, rows: lines, set: {name: n}}
		  - {type: product, rows: data.old, set: {name: n, product_line: line}}
		  - {type: product, rows: data.new, set: {name: n, product_line: line}}
		  - {type: product, rows: others, set: {name: n, product_line: line}}
	END
	cp in.json in.yaml
	run_csm import in.json --map m.yaml --on-error=skip --rejects r.json -q
	fails 1
	run_csm import in.yaml --map m.yaml --on-error=skip --rejects r.yaml -q
	fails 1
	run_csm import rejects IMP0000001
	ok
	eq "$err" ""
	cmp "$CSM_OUT" r.json
	eq "$(json 'map_values(if type == "object" then map_values(map(.n)) else map(.n) end) | tojson')" '{"data":{"new":["d"],"old":["a","c"]},"others":["e"]}'
	run_csm import rejects IMP0000002
	ok
	eq "$err" ""
	cmp "$CSM_OUT" r.yaml
}
