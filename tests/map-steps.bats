#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Mappings, the further steps: tables and lookups, conditions, the first of several values, arithmetic of moments, lists inside rows, where the rows
# of a document stand, what is left out and said, rows that are skipped, and mappings by name.
load helpers

setup() {
	csm_setup
	csm init
}

# mapping LINE...: the file m.yaml
mapping() {
	printf '%s\n' 'csm_map: 1' "$@" >m.yaml
}

# cities MAPPING-LINE...: locations made of in.csv by "name: id" and the steps of city, as lines "name city"
cities() {
	local steps=$1

	shift
	mapping "$@" 'record:' '  - {type: location, set: {name: id, city: '"$steps"'}}'
	"$CSM_BIN" import in.csv --map m.yaml -q >/dev/null 2>err || { cat err; return; }
	csm location list --sort number --fields name,city --no-header -o tsv | tr '\t' ' '
	csm undo -q >/dev/null 2>&1
}

# wrong TEXT LINE...: refused with TEXT and a line of m.yaml, before the first row, which is wrong too
wrong_map() {
	local text=$1

	shift
	mapping "$@"
	printf 'id,a\n,x\n' >in.csv
	run_csm import in.csv --map m.yaml --on-error=skip
	fails 65 "$text"
	[[ $err =~ (m\.yaml|words\.csv):[0-9]+ ]] || wrong "no line"
}

@test "tables: under a name, from a CSV, from NDJSON and YAML, relative to the mapping" {
	printf 'id,a\none,N\ntwo,B\nthree,\n' >in.csv
	eq "$(cities '{column: a, choice: towns}' 'tables: {towns: {N: Narvik, B: null}}')" $'one Narvik\ntwo \nthree '
	mkdir -p words
	printf 'code,long,other\nN,Narvik,x\nB,"Bergen, the rainy",y\n' >words/t.csv
	eq "$(cities '{column: a, choice: towns}' 'tables: {towns: {file: words/t.csv, key: code, value: long}}')" $'one Narvik\ntwo Bergen, the rainy\nthree '
	printf '%s\n' '{"code": "N", "long": "Nome"}' '{"code": "B", "long": null}' >words/t.ndjson
	eq "$(cities '{column: a, choice: towns}' 'tables: {towns: {file: words/t.ndjson, key: code, value: long}}')" $'one Nome\ntwo \nthree '
	printf '%s\n' '- {code: N, long: no}' '- {code: B, long: "yes"}' >words/t.yaml
	mapping 'tables: {towns: {file: t.yaml, key: code, value: long}}' 'record:' '  - {type: location, set: {name: id, city: {column: a, choice: towns}}}'
	mv m.yaml words/m.yaml
	csm import in.csv --map words/m.yaml -q >/dev/null
	eq "$(csm location list --sort number --fields city --no-header -o tsv)" $'no\nyes'
	csm undo -q >/dev/null 2>&1
	# a word that the table lacks is a row's fault, and names the table
	printf 'id,a\none,X\n' >in.csv
	eq "$(cities '{column: a, choice: towns}' 'tables: {towns: {N: Narvik}}')" \
		"csm: in.csv:2:5: location: city: column 'a': 'X' is not in the table towns of the mapping
csm: 1 error, nothing was stored"
	eq "$(cities '{column: a, choice: towns, default: elsewhere}' 'tables: {towns: {N: Narvik}}')" "one elsewhere"
}

@test "tables that are wrong" {
	local record='record: [{type: case, set: {short_description: id, state: {column: a, choice: states}}}]'

	wrong_map "choice: there is no table 'states'" 'tables: {others: {N: x}}' "$record"
	wrong_map "tables: expected NAME: {word: value}" 'tables: [states]' "$record"
	wrong_map "states: expected a map of words" 'tables: {states: open}' "$record"
	wrong_map "opne" 'tables: {states: {N: opne}}' "$record"
	printf 'word,state\nN,open\nO,opne\n' >words.csv
	wrong_map "words.csv:3" 'tables: {states: {file: words.csv, key: word, value: state}}' "$record"
	wrong_map "the table has no column 'stat'" 'tables: {states: {file: words.csv, key: word, value: stat}}' "$record"
	printf 'word,state\nN,open\nN,new\n' >words.csv
	wrong_map "'N' stands in the table twice" 'tables: {states: {file: words.csv, key: word, value: state}}' "$record"
	wrong_map "file: expected a name that ends in .csv" 'tables: {states: {file: words, key: word, value: state}}' "$record"
	mapping 'tables: {states: {file: gone.csv, key: word, value: state}}' "$record"
	run_csm import in.csv --map m.yaml
	fails 66 "m.yaml:2:25: gone.csv: No such file"
}

@test "lookup: a field of a stored record that the column names" {
	csm account new --name Boxeo --external-id B1 --country Norway --city Hamar -q >/dev/null
	csm account new --name Twin -q >/dev/null
	csm account new --name Twin -q >/dev/null
	printf 'id,a\none,B1\n' >in.csv
	eq "$(cities '{column: a, lookup: {type: account, take: city}}')" "one Hamar"
	eq "$(cities '{column: a, prefix: "in ", lookup: {type: account, take: country}}')" "one in Norway"
	eq "$(cities '{column: a, lookup: {type: account, take: zip}, default: none}')" "one none"
	printf 'id,a\none,B2\n' >in.csv
	eq "$(cities '{column: a, lookup: {type: account, take: city}, default: nowhere}')" "one nowhere"
	cities '{column: a, lookup: {type: account, take: city}}' | grep -q "in.csv:2:.: location: city: column 'a': lookup of 'B2': there is no account 'B2'"
	printf 'id,a\none,Twin\n' >in.csv
	cities '{column: a, lookup: {type: account, take: city}, default: nowhere}' | grep -q "in.csv:2:.: location: city: column 'a': lookup of 'Twin': "
	wrong_map "lookup: expected {type: TYPE, take: FIELD}" 'record: [{type: location, set: {name: {column: a, lookup: account}}}]'
	wrong_map "type: 'planet' is no record type (csm dict lists them)" 'record: [{type: location, set: {name: {column: a, lookup: {type: planet, take: name}}}}]'
	wrong_map "lookup: 'nane' is no field of account" 'record: [{type: location, set: {name: {column: a, lookup: {type: account, take: nane}}}}]'
	wrong_map "lookup: 'password' is no field of contact that can be read" \
		'record: [{type: location, set: {name: {column: a, lookup: {type: contact, take: password}}}}]'
}

@test "first: the first value that is there, each with its own steps" {
	printf 'id,a,b\none,x,y\ntwo,,y\nthree,,\n' >in.csv
	eq "$(cities '{first: [a, {column: b, prefix: "second "}, {constant: none}]}')" $'one x\ntwo second y\nthree none'
	eq "$(cities '{first: [a, {constant: never, when: {b: z}}], default: nothing, prefix: "- "}')" $'one - x\ntwo nothing\nthree nothing'
	wrong_map "first: expected a list of values" 'record: [{type: location, set: {name: {first: a}}}]'
	wrong_map "name: only one of column, columns, first, ref and list" 'record: [{type: location, set: {name: {column: a, first: [a]}}}]'
	wrong_map "first: expected values, not records" 'record: [{type: contact, set: {account: {first: [{ref: {name: a}}]}}}]'
	wrong_map "opened_at: time and plus belong into the values of first" 'record: [{type: case, set: {opened_at: {first: [a], time: "%F"}}}]'
	wrong_map "first: more than 8 inside each other" "record: [{type: location, set: {name: $(printf '{first: [%.0s' {1..9})a$(printf ']}%.0s' {1..9})}}]"
}

@test "conditions: a value, one of several words, none; of rows, records and values" {
	printf 'id,a,b\none,x,\ntwo,y,1\nthree,,\n' >in.csv
	eq "$(cities '{column: a, when: {a: [x, z]}}')" $'one x\ntwo \nthree '
	eq "$(cities '{column: id, when: {a: null}}')" $'one \ntwo \nthree three'
	eq "$(cities '{column: id, unless: {a: [x, null]}}')" $'one \ntwo two\nthree '
	eq "$(cities '{constant: here, unless: b}')" $'one here\ntwo \nthree here'
	eq "$(cities '{constant: here, when: [a, b]}')" $'one \ntwo here\nthree '
	eq "$(cities '{constant: here, when: {a: y, b: "1"}, default: not this}')" $'one \ntwo here\nthree '
	mapping 'unless: {a: y}' 'when: id' 'ignore: [b]' 'record:' '  - {type: location, unless: {a: x}, set: {name: id}}'
	run_csm import in.csv --map m.yaml -o tsv --no-header
	[ "$status" -eq 0 ]
	out_is $'location\t1\t1\t0\t0\t0\t0'
	eq "$err" "csm: 2 of 3 rows made no record: the conditions of the mapping did not hold
csm: 3 records of the input, none rejected"
	wrong_map "a: expected a word or a list of words" 'when: {a: {b: c}}' 'record: []'
	wrong_map "a: expected a word or a list of words" 'when: {a: [[b]]}' 'record: []'
	wrong_map "at most 8 conditions" 'when: {a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1}' 'record: []'
	mapping 'when: {c: 1}' 'record:' '  - {type: location, set: {name: id}}'
	run_csm import in.csv --map m.yaml
	fails 65 "m.yaml:2: in.csv has no column 'c' (when)"
}

# moments STEPS: opened_at of cases made of in.csv
moments() {
	mapping 'time_zone: Europe/Oslo' 'ignore: ["*"]' 'record:' '  - {type: account, repeat: first, set: {external_id: {constant: One}, name: {constant: One}}}' \
		"  - {type: case, set: {short_description: {constant: x}, account: {constant: One}, opened_at: $1}}"
	"$CSM_BIN" import in.csv --map m.yaml -q >/dev/null 2>err || { cat err; return; }
	csm case list --sort number --fields opened_at --no-header -o tsv
	csm undo -q >/dev/null 2>&1
}

@test "moments: several patterns, fractions, the epoch, AM and PM, so many hours later" {
	printf 'a,h\n06/26/2018 12:58:54 PM,1.5\n07/26/2018 12:00:00 AM,0\n' >in.csv
	eq "$(moments '{column: a, time: "%m/%d/%Y %I:%M:%S %p"}')" $'2018-06-26T10:58:54Z\n2018-07-25T22:00:00Z'
	eq "$(moments '{column: a, time: "%m/%d/%Y %I:%M:%S %p", plus: {column: h, unit: hours}}')" $'2018-06-26T12:28:54Z\n2018-07-25T22:00:00Z'
	eq "$(moments '{column: a, time: "%m/%d/%Y %I:%M:%S %p", plus: {column: h, unit: days}}')" $'2018-06-27T22:58:54Z\n2018-07-25T22:00:00Z'
	printf 'a,h\n2020-01-01 00:00:00,-.5\n2020-01-01 00:00:00.250,0.3333\n1577836800,\n' >in.csv
	eq "$(moments '{column: a, time: ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%s"], time_zone: UTC}')" \
		$'2020-01-01T00:00:00Z\n2020-01-01T00:00:00Z\n2020-01-01T00:00:00Z'
	eq "$(moments '{column: a, time: ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%s"], time_zone: UTC, plus: {column: h, unit: minutes}, default: 2000-01-01T00:00:00Z}')" \
		$'2019-12-31T23:59:30Z\n2020-01-01T00:00:20Z\n2000-01-01T00:00:00Z'
	printf 'a,h\n2020-01-01 00:00:00,soon\n' >in.csv
	moments '{column: a, time: "%Y-%m-%d %H:%M:%S", plus: {column: h, unit: hours}}' | grep -q "in.csv:2:.: case: opened_at: column 'a': 'soon' in column 'h' is no decimal number"
	printf 'a,h\n9999-12-31 00:00:00,48\n' >in.csv
	moments '{column: a, time: "%Y-%m-%d %H:%M:%S", plus: {column: h, unit: hours}}' | grep -q "'9999-12-31 00:00:00' is outside the years 1 to 9999"
	wrong_map "pattern '%q': %q is not known" 'time: "%q"' 'record: [{type: location, set: {name: a}}]'
	wrong_map "pattern '%H:%M' gives no whole date" 'record: [{type: case, set: {opened_at: {column: a, time: "%H:%M"}}}]'
	wrong_map "plus: expected {column: COLUMN, unit: seconds, minutes, hours or days}" 'record: [{type: case, set: {opened_at: {column: a, plus: {column: b, unit: years}}}}]'
	wrong_map "opened_at: plus needs the pattern of a time" 'record: [{type: case, set: {opened_at: {column: a, plus: {column: a, unit: hours}}}}]'
}

@test "each: elements of a list become owned records, or records of their own; / is the row, . the element" {
	mapping 'record:' '  - {type: account, repeat: first, set: {external_id: company, name: company}}' \
		'  - {type: contact, each: people, repeat: first, when: mail, set: {account: /company, name: who.name, email: mail}}' \
		'  - type: case' '    set:' '      short_description: subject' '      account: company' '      comment:' '        list:' \
		'          - {each: said, unless: {kind: hidden}, body: text, posted_at: at}' '          - {each: {column: tags, at: ";"}, body: {column: ., prefix: "tag "}, posted_at: /opened}' \
		'          - {each: marks, body: {column: ., prefix: "mark "}, posted_at: /opened}' '      opened_at: opened'
	cat >in.ndjson <<-'EOF'
		{"company": "Boxeo", "subject": "First", "opened": "2024-01-01T00:00:00Z", "people": [{"who": {"name": "Ann Lee"}, "mail": "ann@boxeo.example"}, {"who": {"name": "Nobody"}}],
	EOF
	tr -d '\n' <in.ndjson >one
	printf '%s\n' ' "said": [{"text": "hello", "at": "2024-01-02T00:00:00Z", "kind": "open"}, {"text": "psst", "at": "2024-01-02T00:00:00Z", "kind": "hidden"}], "tags": "a; b;;c", "marks": ["x", "y"]}' >>one
	printf '%s\n' '{"company": "Boxeo", "subject": "Second", "opened": "2024-01-03T00:00:00Z", "people": {"who": {"name": "Bob Ray"}, "mail": "bob@boxeo.example"}, "said": [], "tags": null, "marks": "z"}' >>one
	mv one in.ndjson
	run_csm import in.ndjson --map m.yaml -o tsv --no-header
	ok
	eq "$(cut -f 1,3 <<<"$out")" $'account\t1\ncontact\t2\ncase\t2\ncomment\t7'
	eq "$(csm contact list --sort number --fields name,account.name -o tsv --no-header)" $'Ann Lee\tBoxeo\nBob Ray\tBoxeo'
	eq "$(csm export case -o json | jq -r '.case[].comment[].body' | paste -sd,)" "hello,tag a,tag b,tag c,mark x,mark y,mark z"
	wrong_map "each: expected a column, or {column: COLUMN, at: TEXT}" 'record: [{type: location, each: [a], set: {name: .}}]'
	wrong_map "at: expected the text between the parts" 'record: [{type: location, each: {column: a, at: ""}, set: {name: .}}]'
	wrong_map "each: an element can't be taken apart again" 'record: [{type: case, each: a, set: {comment: {list: [{each: b, body: .}]}}}]'
	# in a table a cell is a text: its elements have no keys
	mapping 'record: [{type: location, each: {column: a, at: " "}, set: {name: ., city: b}}]'
	run_csm import in.csv --map m.yaml
	fails 65 "in.csv has no column 'a[].b'"
	printf 'a\none two\n' >in.csv
	mapping 'record: [{type: location, each: {column: a, at: " "}, set: {name: .}}]'
	csm import in.csv --map m.yaml -q >/dev/null
	eq "$(csm location list --sort number --fields name -o tsv --no-header)" $'one\ntwo'
}

@test "an element that is wrong rejects its record only; a list where a text is meant is said" {
	mapping 'record:' '  - {type: location, each: all, set: {name: n, city: {column: c, choice: {x: X}}}}'
	printf '%s\n' '{"all": [{"n": "one", "c": "x"}, {"n": "two", "c": "y"}, {"n": {"deep": 1}, "c": "x"}, {"n": ["a", "b"], "c": "x"}]}' >in.ndjson
	run_csm import in.ndjson --map m.yaml --on-error=skip -o tsv --no-header
	[ "$status" -eq 1 ]
	out_is $'location\t4\t2\t0\t0\t0\t2'
	eq "$err" "csm: in.ndjson:1:52: location: city: column 'all[].c': 'y' is not in the choice table of the mapping (line 3)
csm: in.ndjson:1:59: location: name: column 'all[].n': is a map, expected a text or a list of texts
csm: 1 of 1 records of the input were rejected, whole or in part"
	eq "$(csm location list --sort number --fields name -o tsv --no-header)" $'one\na b'
}

@test "rows: where they stand in a document, one place or several" {
	mapping 'rows: data.items' 'ignore: [next]' 'record: [{type: location, set: {name: n}}]'
	printf '%s\n' '{"total": 2, "next": null, "data": {"items": [{"n": "one"}, {"n": "two"}], "more": false}}' >in.json
	run_csm import in.json --map m.yaml -o tsv --no-header
	[ "$status" -eq 0 ]
	out_is $'location\t2\t2\t0\t0\t0\t0'
	eq "$err" "csm: columns that the mapping leaves out: total, data.more
csm: 2 records of the input, none rejected"
	csm undo -q >/dev/null 2>&1
	# the same rows without the document around them
	printf '[{"n": "one"}, {"n": "two"}]\n' >in.json
	run_csm import in.json --map m.yaml -q
	ok
	csm undo -q >/dev/null 2>&1
	printf 'n\none\ntwo\n' >in.csv
	run_csm import in.csv --map m.yaml -q
	ok
	csm undo -q >/dev/null 2>&1
	printf '{"items": [{"n": "one"}]}\n' >in.json
	run_csm import in.json --map m.yaml
	fails 65 "in.json:1:1: the document has no key 'data.items', where the mapping expects rows"
	printf '{"data": {"items": 5}}\n' >in.json
	run_csm import in.json --map m.yaml
	fails 65 "data.items: expected a list of rows"

	mapping 'record:' '  - {type: product_line, rows: lines, set: {name: n}}' '  - {type: product, rows: products, set: {name: n, product_line: line}}'
	printf '%s\n' 'products:' '  - {n: Lamp, line: Light, w: 5}' 'lines:' '  - {n: Light, w: 1}' 'other: {a: [1, {b: 2}]}' >in.yaml
	run_csm import in.yaml --map m.yaml -o tsv --no-header
	[ "$status" -eq 0 ]
	out_is $'product_line\t1\t1\t0\t0\t0\t0\nproduct\t1\t1\t0\t0\t0\t0'
	eq "$err" "csm: columns that the mapping leaves out: products.w, lines.w, other
csm: 2 records of the input, none rejected"
	run_csm import in.csv --map m.yaml
	fails 65 "in.csv: the mapping takes rows from several places of one document (rows)"
	printf '{"n": "one"}\n' >in.ndjson
	run_csm import in.ndjson --map m.yaml
	fails 65 "in.ndjson: the mapping takes rows from several places of one document (rows)"
	wrong_map "rows: this record does not say where its rows stand, others do" 'record: [{type: location, rows: a, set: {name: n}}, {type: location, set: {name: n}}]'
}

@test "columns: what the mapping leaves out is said once; ignored, optional, or an error" {
	printf 'id,a,b,c_1,c_2\none,1,2,3,4\ntwo,1,2,3,4\n' >in.csv
	mapping 'ignore: [b]' 'record: [{type: location, set: {name: id}}]'
	run_csm import in.csv --map m.yaml -n -o tsv --no-header
	[ "$status" -eq 0 ]
	eq "$(head -n 1 <<<"$err")" "csm: columns that the mapping leaves out: a, c_1, c_2"
	eq "$(grep -c 'leaves out' <<<"$err")" 1
	# with -o json the same facts are objects; keys of csm's own remarks are nobody's columns
	printf '%s\n' '{"id": "x0", "a": 1, "_csm_message": "mend me"}' '{"id": null}' >in.ndjson
	mapping 'optional: [b]' 'record: [{type: location, when: id, set: {name: id, city: b, zip: c}}]'
	run_csm import in.ndjson --map m.yaml -n -o json
	[ "$status" -eq 0 ]
	eq "$(jq -c '[.warning, .field, .message]' <<<"$err")" '["ok","a","the mapping leaves this column out"]
["ok","c","the mapping names this column and no row had it"]
["ok",null,"1 of 2 rows made no record: the conditions of the mapping did not hold"]'
	mapping 'others: error' 'ignore: [a, b, "c_*"]' 'record: [{type: location, set: {name: id}}]'
	sed '1s/$/,_csm_code/; 2,$s/$/,x/' in.csv >mended.csv
	run_csm import mended.csv --map m.yaml -q
	ok
	csm undo -q >/dev/null 2>&1
	mapping 'others: error' 'ignore: [a, "c_*"]' 'record: [{type: location, set: {name: id}}]'
	run_csm import in.csv --map m.yaml --on-error=skip
	fails 65 "in.csv:1:6: column 'b' is neither used nor ignored by the mapping (others: error)"
	mapping 'optional: [zip, "x*"]' 'ignore: ["*"]' 'record: [{type: location, when: {xx: null}, set: {name: id, zip: zip, city: cit}}]'
	run_csm import in.csv --map m.yaml
	fails 65 "m.yaml:4: in.csv has no column 'cit'"
	sed -i 's/, city: cit//' m.yaml
	run_csm import in.csv --map m.yaml -q
	ok
	mapping 'record: [{type: location, set: {name: id, city: c_3}}]'
	run_csm import in.csv --map m.yaml
	fails 65 "in.csv has no column 'c_3'; did you mean 'c_1'?"
	# only the header: wrong all the same
	printf 'id,a\n' >in.csv
	run_csm import in.csv --map m.yaml
	fails 65 "in.csv has no column 'c_3'"
	# rows of JSON may lack any column, but not all of them the same
	mapping 'record: [{type: location, set: {name: id, city: where.city, zip: where.zip}}]'
	printf '%s\n' '{"id": "x1", "where": {"city": "Oslo", "lat": 1}, "more": {"a": 1}}' '{"id": "x2", "where": null, "tags": [1]}' '{"id": "x3", "where": "here"}' >in.ndjson
	run_csm import in.ndjson --map m.yaml -n
	[ "$status" -eq 0 ]
	eq "$(head -n 2 <<<"$err")" $'csm: columns that the mapping leaves out: where.lat, more, tags, where\ncsm: columns that the mapping names and no row had: where.zip'
	mapping 'others: error' 'record: [{type: location, set: {name: id}}]'
	printf '%s\n' '{"id": "x1"}' '{"id": "x2", "b": 1}' >in.ndjson
	run_csm import in.ndjson --map m.yaml --on-error=skip -o tsv --no-header
	[ "$status" -eq 1 ]
	err_has "in.ndjson:2:1: column 'b' is neither used nor ignored"
	eq "$(csm location list --sort number --fields name -o tsv --no-header)" $'one\ntwo\nx1'
	wrong_map "others: expected note or error, not 'maybe'" 'others: maybe' 'record: []'
	wrong_map "ignore: expected a list of words" 'ignore: a' 'record: []'
	wrong_map "optional: expected words" 'optional: [null]' 'record: []'
}

@test "empty: a row without a value leaves the field, or clears it; for all fields or one" {
	csm account new --name Boxeo --external-id B1 -q >/dev/null
	csm user new --user-name bob --name 'Bob Ray' -q >/dev/null
	csm location new --name One --external-id L1 --city Oslo --zip 0150 --phone 123456 --notes old -q >/dev/null
	fields() {
		csm location list --fields name,city,zip,phone,notes --no-header -o tsv | tr '\t' ' '
	}
	printf 'id,a,b\nL1,,\n' >in.csv
	mapping 'record:' '  - {type: location, set: {external_id: id, city: a, zip: b}}'
	run_csm import in.csv --map m.yaml -q
	ok
	eq "$(fields)" "One Oslo 0150 123456 old"
	mapping 'record:' '  - {type: location, set: {external_id: id, city: {column: a, empty: clear}, zip: b}}'
	run_csm import in.csv --map m.yaml -q
	ok
	eq "$(fields)" "One  0150 123456 old"
	mapping 'empty: clear' 'record:' \
		'  - {type: location, set: {external_id: id, zip: {column: b, empty: leave}, phone: {column: a, default: "99999"}, notes: {column: a, when: b}}}'
	run_csm import in.csv --map m.yaml -q
	ok
	eq "$(fields)" "One  0150 99999 old"
	# a reference too; a field that must have a value keeps it; and what is only cleared makes no record
	csm case new --account B1 --short-description x --external-id L1 --priority 2 --assigned-to bob -q >/dev/null
	mapping 'empty: clear' 'record:' '  - {type: case, set: {external_id: id, priority: a, assigned_to: {ref: {user_name: b}}}}' \
		'  - {type: location, set: {name: a, city: b, notes: {constant: x}}}'
	run_csm import in.csv --map m.yaml -q
	ok
	eq "$(csm case list --fields external_id,priority,assigned_to.user_name --no-header -o tsv)" $'L1\t2\t'
	eq "$(csm location list --count)" 1
	wrong_map "empty: expected leave or clear, not 'null'" 'empty: "null"' 'record: []'
	wrong_map "empty: expected leave or clear, not 'keep'" 'record: [{type: location, set: {name: {column: a, empty: keep}}}]'
}

@test "a mapping that makes SLA records states them all: none is derived" {
	csm account new --name Boxeo --external-id B1 -q >/dev/null
	csm sla-definition new --name Answer --duration 8h --start-condition 'state = new' --stop-condition 'state = closed' -q >/dev/null
	printf 'n,due\n1,2024-01-01T09:00:00Z\n2,\n' >in.csv
	mapping 'record:' '  - {type: case, set: {external_id: n, short_description: {constant: x}, account: {constant: B1}, opened_at: {constant: "2024-01-01T00:00:00Z"}}}'
	sed -i 's/^record:/ignore: [due]\nrecord:/' m.yaml
	csm import in.csv --map m.yaml -q >/dev/null
	eq "$(csm sla list --count)" 2
	csm undo -q >/dev/null 2>&1
	mapping 'record:' '  - {type: case, set: {external_id: n, short_description: {constant: x}, account: {constant: B1}, opened_at: {constant: "2024-01-01T00:00:00Z"}}}' \
		'  - {type: sla, when: due, set: {parent_case: n, sla_definition: {constant: Answer}, stage: {constant: in_progress}, start_at: {constant: "2024-01-01T00:00:00Z"}, planned_end_at: due}}'
	csm import in.csv --map m.yaml -q >/dev/null
	eq "$(csm sla list --fields parent_case.external_id,planned_end_at --no-header -o tsv)" $'1\t2024-01-01T09:00:00Z'
}

@test "references by several fields, with dots; a key of a reference that is none" {
	csm account new --name Boxeo --external-id B1 -q >/dev/null
	csm contact new --account B1 --name 'Ann Lee' -q >/dev/null
	printf 'who,where,what\nAnn Lee,Boxeo,Help\n' >in.csv
	mapping 'record: [{type: case, set: {short_description: what, account.name: where, contact: {ref: {name: who, account.name: where}}}}]'
	csm import in.csv --map m.yaml -q >/dev/null
	eq "$(csm case list --fields short_description,account.external_id,contact.name --no-header -o tsv)" $'Help\tB1\tAnn Lee'
	wrong_map "contact: account.nane: is no field of contact" 'record: [{type: case, set: {contact: {ref: {account.nane: a}}}}]'
	wrong_map "nane: is no field of location; did you mean 'name'?" 'record: [{type: location, set: {nane: a}}]'
}

@test "--skip-rows and --limit-rows: of a table, lines, documents; counted over all inputs, the rest is not read" {
	printf 'name\na\nb\nc\nd\n' >in.csv
	printf '%s\n' '{"location": {"name": "e"}}' '{"location": {"name": "f"}}' 'no json' >in.ndjson
	printf '%s\n' 'location:' '  - name: g' '  - name: h' '  - name: i' >in.yaml
	printf '{"location": [{"name": "j"}, {"name": "k"}, "broken' >in.json
	run_csm location import in.csv in.ndjson --skip-rows=2 --limit-rows=3 -o tsv --no-header
	ok
	out_is $'location\t3\t3\t0\t0\t0\t0'
	eq "$(csm location list --sort number --fields name --no-header -o tsv | paste -sd,)" c,d,e
	run_csm import in.yaml --skip-rows=1 --limit-rows=1 -q
	ok
	run_csm import in.json --limit-rows=2 -q
	ok
	eq "$(csm location list --sort number --fields name --no-header -o tsv | paste -sd,)" c,d,e,h,j,k
	run_csm import in.ndjson --skip-rows=3 -o tsv --no-header
	ok
	out_is ""
	run_csm import in.ndjson --skip-rows=2 --on-error=skip
	[ "$status" -eq 1 ]
	err_has "1 of 1 records of the input were rejected"
	run_csm location import in.csv --limit-rows=0
	fails 2 "--limit-rows: expected 1 or more"
	run_csm location import in.csv --skip-rows=-1
	fails 2 "--skip-rows"
	mapping 'rows: x' 'record: [{type: location, set: {name: n}}]'
	printf '{"x": [{"n": "l"}, {"n": "m"}, {"n": "n"}]}' >in.json
	run_csm import in.json --map m.yaml --skip-rows=1 --limit-rows=1 -q
	ok
	eq "$(csm location list --sort number --fields name --no-header -o tsv | tail -n 1)" m
	# a dry run takes the same rows
	run_csm location import in.csv --skip-rows=3 --limit-rows=5 -n -o tsv --no-header
	out_is $'location\t1\t0\t0\t1\t0\t0' || out_is $'location\t1\t1\t0\t0\t0\t0'
}

@test "where the command names a type, a mapping of another one is refused" {
	printf 'n\nx\n' >in.csv
	mapping 'record: [{type: location, set: {name: n}}, {type: account, set: {name: n, customer: {constant: "true"}}}]'
	run_csm location import in.csv --map m.yaml
	fails 2 "--map: m.yaml makes records of type account; use 'csm import', or a mapping of location only"
	mapping 'record: [{type: location, set: {name: n}}]'
	run_csm location import in.csv --map m.yaml -q
	ok
	eq "$(csm location list --count)" 1
}

@test "mappings by name: those that come with csm; a file of that name comes first" {
	run_csm help mappings
	ok
	out_has "northwind-customers"
	printf 'productLine,textDescription,htmlDescription,image\nCars,Fast ones,,\n' >in.csv
	run_csm import in.csv --map classicmodels-productlines -o tsv --no-header
	ok
	out_is $'product_line\t1\t1\t0\t0\t0\t0'
	run_csm import in.csv --map classicmodels-productline
	fails 66 "--map: 'classicmodels-productline' is no file and no mapping that comes with csm; did you mean 'classicmodels-productlines'?"
	run_csm import in.csv --map ./classicmodels-productlines
	fails 66 "./classicmodels-productlines: No such file"
	mapping 'ignore: ["*"]' 'record: [{type: location, set: {name: productLine}}]'
	mv m.yaml classicmodels-productlines
	run_csm import in.csv --map classicmodels-productlines -o tsv --no-header
	eq "$status" 0
	out_is $'location\t1\t1\t0\t0\t0\t0'
	eq "$(csm __complete import --map northwind-cu)" northwind-customers
	eq "$(csm __complete import --map ./m)" :file
	CSM_SHARE=$PWD/none run_csm import in.csv --map northwind-customers
	fails 66 "(csm help mappings lists them)"
	CSM_SHARE=$PWD/none run_csm help mappings
	out_has "None is found; set CSM_SHARE"
}

@test "what is wrong inside a value that the mapping leaves out is nobody's business; inside a row it rejects the row" {
	mapping 'record: [{type: location, rows: data, set: {name: n}}]'
	printf '{"meta": "bad\xff", "more": {"a": ["x\xfe", {"b": 1}]}, "data": [{"n": "Oslo"}, {"n": "Bad\xff"}, {"n": "Bonn"}], "z": "\xff"}' >d.json
	run_csm import d.json --map m.yaml --on-error skip -o tsv --no-header
	fails 1 "csm: d.json:1:"
	out_is $'location\t2\t2\t0\t0\t0\t0'
	printf 'meta: "bad \\0 x"\nmore: {a: ["x\\0", 1]}\ndata:\n  - {n: Rome}\n' >d.yaml
	run_csm import d.yaml --map m.yaml -o tsv --no-header
	eq "$status" 0
	out_is $'location\t1\t1\t0\t0\t0\t0'
}
