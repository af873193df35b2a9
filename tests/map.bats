#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Mappings of foreign columns: what each step does, and what a wrong mapping is told.
load helpers

setup() {
	csm_setup
	csm init
}

# mapping LINE...: the file m.yaml; records follow with LINE as they stand
mapping() {
	printf '%s\n' 'csm_map: 1' "$@" >m.yaml
}

# value STEPS CELL: what the steps make of a cell, as the city of a location
value() {
	mapping 'nulls: ["NULL", "n/a"]' 'record:' '  - type: location' '    set:' '      name: id' "      city: $1"
	printf 'id,a,b\nplace,%s,second\n' "$2" >in.csv
	"$CSM_BIN" import in.csv --map m.yaml -q -n >/dev/null 2>err || { cat err; return; }
	csm import in.csv --map m.yaml -q >/dev/null
	csm location list --fields city --no-header -o tsv
	csm undo -q >/dev/null 2>&1
}

# wrong TEXT LINE...: the mapping is refused with TEXT, at a line of it, before the first row
wrong_map() {
	local text=$1

	shift
	mapping "$@"
	printf 'id,a\n1,x\n' >in.csv
	run_csm import in.csv --map m.yaml --on-error=skip
	fails 65 "$text"
	err_has "m.yaml:"
}

@test "a column, several columns, a constant, a default" {
	eq "$(value a Oslo)" Oslo
	eq "$(value a '  Oslo ')" Oslo
	eq "$(value '{column: a}' Oslo)" Oslo
	eq "$(value '{columns: [a, b]}' first)" "first second"
	eq "$(value '{columns: [a, b], join: ", "}' first)" "first, second"
	eq "$(value '{columns: [a, b], join: ", "}' '')" second
	eq "$(value '{constant: here}' x)" here
	eq "$(value '{column: a, default: nowhere}' '')" nowhere
	eq "$(value '{column: a, default: nowhere}' there)" there
	eq "$(value '{column: a, default: ""}' '')" ""
}

@test "words that mean null are nothing, in each column" {
	eq "$(value a NULL)" ""
	eq "$(value a n/a)" ""
	eq "$(value a null)" null
	eq "$(value '{columns: [a, b]}' NULL)" second
}

@test "split: first, last, rest, a number" {
	eq "$(value '{column: a, split: {at: " ", part: first}}' 'one two three')" one
	eq "$(value '{column: a, split: {at: " ", part: last}}' 'one two three')" three
	eq "$(value '{column: a, split: {at: " ", part: rest}}' 'one two three')" "two three"
	eq "$(value '{column: a, split: {at: " ", part: 2}}' 'one two three')" two
	eq "$(value '{column: a, split: {at: " ", part: 4}}' 'one two three')" ""
	eq "$(value '{column: a, split: {at: "--", part: last}}' 'one')" one
	eq "$(value '{column: a, split: {at: "--", part: rest}}' 'one')" ""
}

@test "choice, lower, prefix, suffix, cut" {
	eq "$(value '{column: a, choice: {O: Oslo, B: Bergen}}' B)" Bergen
	eq "$(value '{column: a, choice: {O: null}}' O)" ""
	eq "$(value '{column: a, choice: {O: Oslo}, default: other}' X)" other
	eq "$(value '{column: a, choice: {O: Oslo}, default: ""}' X)" ""
	eq "$(value '{column: a, lower: true}' 'ØSLO Straße')" "øslo strasse"
	eq "$(value '{column: a, prefix: "<", suffix: ">"}' x)" "<x>"
	eq "$(value '{column: a, prefix: "<", suffix: ">"}' '')" ""
	eq "$(value '{column: a, cut: 3}' 'Ålesund')" Åle
	value '{column: a, choice: {O: Oslo}}' X | grep -q "in.csv:2:.* location: city: column 'a': 'X' is not in the choice table of the mapping (line 7)"
}

# moment STEPS CELL: what becomes of a moment, as one of a case
moment() {
	mapping "time_zone: Europe/Oslo" 'record:' '  - type: account' '    repeat: first' '    set: {external_id: {constant: One}, name: {constant: One}}' '  - type: case' '    set:' \
		'      short_description: id' '      account: {constant: One}' "      opened_at: $1"
	printf 'id,a\nplace,%s\n' "$2" >in.csv
	"$CSM_BIN" import in.csv --map m.yaml -q -n >/dev/null 2>err || { cat err; return; }
	csm import in.csv --map m.yaml -q >/dev/null
	csm case list --fields opened_at --no-header -o tsv
	csm undo -q >/dev/null 2>&1
}

@test "moments: by a pattern, in a zone, with their own offset" {
	eq "$(moment '{column: a, time: "%Y-%m-%d %H:%M"}' '2024-01-15 9:05')" 2024-01-15T08:05:00Z
	eq "$(moment '{column: a, time: "%Y-%m-%d %H:%M"}' '2024-07-15 09:05')" 2024-07-15T07:05:00Z
	eq "$(moment '{column: a, time: "%d.%m.%Y %H:%M", time_zone: America/New_York}' '15.07.2024 09:05')" 2024-07-15T13:05:00Z
	eq "$(moment '{column: a, time: "%Y-%m-%dT%H:%M:%S%z"}' '2024-07-15T09:05:00+0530')" 2024-07-15T03:35:00Z
	eq "$(moment a 2024-07-15T09:05:00Z)" 2024-07-15T09:05:00Z
	eq "$(moment '{column: a, time: "%Y-%m-%d %H:%M", default: "2020-01-01T00:00:00Z"}' '')" 2020-01-01T00:00:00Z
	moment '{column: a, time: "%Y-%m-%d %H:%M"}' '15.7.2024' | grep -q "in.csv:2:.* case: opened_at: "
}

@test "dates: the day that the cell states, whatever the zone" {
	mapping 'time: "%m/%d/%Y"' 'time_zone: Pacific/Auckland' 'record:' '  - type: schedule' '    set:' '      name: id' '      valid_from: a'
	printf 'id,a\none,12/31/2023\n' >in.csv
	csm import in.csv --map m.yaml -q >/dev/null
	eq "$(csm schedule list --fields valid_from --no-header -o tsv)" 2023-12-31
}

@test "several records of a row: when a column has a value, the first of the same key, references among them, lists" {
	mapping 'record:' '  - type: account' '    repeat: first' '    set:' '      external_id: {column: company, lower: true}' '      name: company' \
		'  - type: contact' '    when: [person, mail]' '    set:' '      account: {ref: {external_id: {column: company, lower: true}}}' \
		'      name: person' '      email: mail' '  - type: case' '    set:' '      short_description: subject' \
		'      account: {ref: {name: company}}' '      contact: {ref: {when: person, email: mail}}' '      comment:' '        list:' \
		'          - {when: said, body: said, posted_at: {constant: "2024-01-01T00:00:00Z"}}' '          - {when: more, body: more}'
	cat >in.csv <<-'EOF'
		company,person,mail,subject,said,more
		Boxeo,Ann Lee,ann@boxeo.example,First,hello,again
		Boxeo,,,Second,,
		BOXEO,Bob Ray,bob@boxeo.example,Third,,only this
	EOF
	run_csm import in.csv --map m.yaml -o tsv --no-header
	[ "$status" -eq 65 ]	# BOXEO has the key of Boxeo, but not its name
	err_has "in.csv:4:"
	sed -i 's/BOXEO/Boxeo/' in.csv
	run_csm import in.csv --map m.yaml -o tsv --no-header
	ok
	eq "$(awk -F '\t' '{ print $1, $3 }' <<<"$out")" $'account 1\ncontact 2\ncase 3\ncomment 3'
	eq "$(csm case list --sort number --fields short_description,contact.name -o tsv --no-header)" $'First\tAnn Lee\nSecond\t\nThird\tBob Ray'
}

@test "a record of constants only is made; constants beside empty columns make none" {
	mapping 'record:' '  - type: product_line' '    repeat: first' '    set: {name: {constant: All}}' '  - type: location' \
		'    set: {name: a, city: {constant: Oslo}}'
	printf 'a\nx\n""\ny\n' >in.csv
	run_csm import in.csv --map m.yaml -o tsv --no-header
	ok
	eq "$(awk -F '\t' '{ print $1, $2, $3 }' <<<"$out")" $'location 2 2\nproduct_line 1 1'
}

@test "rows of JSON: nested names with dots, numbers and words as they stand" {
	mapping 'record:' '  - type: location' '    set:' '      name: where.at.name' '      zip: where.zip' '      city: a.b' '      notes: yes'
	printf '%s\n' '{"where": {"at": {"name": "Site"}, "zip": 1234}, "a.b": "Oslo", "yes": true}' '{"where": {"at": {"name": "Bare"}}, "a": {"b": null}}' >in.ndjson
	run_csm import in.ndjson --map m.yaml -q
	ok
	eq "$(csm location list --sort number --fields name,zip,city,notes -o tsv --no-header)" $'Site\t1234\tOslo\ttrue\nBare\t\t\t'
}

@test "a column that the table lacks ends the load, in each of several files; rows of JSON may lack any" {
	mapping 'record:' '  - {type: location, when: b, set: {name: a}}'
	printf 'a,b\nx,1\n' >in.csv
	printf 'a,c\nx,1\n' >other.csv
	run_csm import in.csv other.csv --map m.yaml --on-error=skip
	fails 65 "other.csv has no column 'b' (when)"
	eq "$(csm location list --count)" 0
	run_csm import - --from csv --map m.yaml --on-error=skip <other.csv
	fails 65 "standard input has no column 'b'"
	mapping 'record:' '  - {type: contact, set: {name: a, account: {ref: {name: d}}}}'
	run_csm import in.csv --map m.yaml
	fails 65 "has no column 'd'"
	mapping 'record:' '  - {type: case, set: {short_description: a, comment: {list: [{body: e}]}}}'
	run_csm import in.csv --map m.yaml
	fails 65 "has no column 'e'"
	# all that are missing, each once
	mapping 'record:' '  - {type: location, when: c, set: {name: a, city: {columns: [c, d]}}}' '  - {type: location, set: {name: e}}'
	run_csm import in.csv --map m.yaml --on-error limit=1
	fails 65
	eq "$err" "csm: m.yaml:3: in.csv has no column 'c' (when)
csm: m.yaml:3: in.csv has no column 'd'
csm: m.yaml:4: in.csv has no column 'e'
csm: 3 errors, nothing was stored"
	mapping 'record:' '  - {type: location, when: b, set: {name: a}}'
	printf '%s\n' '{"a": "no b"}' '{"a": "both", "b": 1}' >in.ndjson
	csm import in.ndjson --map m.yaml -q >/dev/null
	eq "$(csm location list --fields name -o tsv --no-header)" both
}

@test "a wrong mapping is refused before the first row, with its line" {
	printf 'id\n1\n' >in.csv
	while IFS='|' read -r line text; do
		printf '%s\n' "$line" >m.yaml
		run_csm import in.csv --map m.yaml
		fails 65 "csm: m.yaml:$text"
	done <<-'END'
		record: none|1:1: csm_map is missing: a mapping is a map with csm_map: 1 and a list record
		csm_map: 2|1:10: csm_map: mapping format '2' is not known, this program reads format 1
		csm_map: {}|1:1: csm_map: mapping format '' is not known
		- csm_map: 1|1:1: csm_map is missing
		|1:1: csm_map is missing
	END
	wrong_map "'recrod' is no key of a mapping; did you mean 'record'?" 'recrod: []' 'record: []'
	wrong_map "m.yaml:2:1: 'zzz' is no key of a mapping; expected one of csm_map, rows, nulls, empty, time" 'zzz: []'
	wrong_map "m.yaml:1:1: record is missing: the list of what is made of a row"
	wrong_map "m.yaml:2:1: record: expected a list of records" 'record: {type: location, set: {name: a}}'
	wrong_map "record: expected a list of records" 'record: []'
	wrong_map "m.yaml:2:17: type: 'planet' is no record type (csm dict lists them)" 'record: [{type: planet, set: {name: a}}]'
	wrong_map "type: 'cases' is no record type; did you mean 'case'?" 'record: [{type: cases, set: {name: a}}]'
	wrong_map "m.yaml:2:10: type is missing: a record is {type: TYPE, set: {FIELD: value}}" 'record: [{set: {name: a}}]'
	wrong_map "set is missing: a record is" 'record: [{type: location}]'
	wrong_map "expected a record" 'record: [word]'
	wrong_map "'sets' is no key of a record; did you mean 'set'?" 'record: [{type: location, sets: 1, set: {name: a}}]'
	wrong_map "repeat: expected first or error, not 'last'" 'record: [{type: location, repeat: last, set: {name: a}}]'
	wrong_map "repeat: first needs a key of account in set: number, external_id, account_code, registration_code" \
		'record: [{type: account, repeat: first, set: {name: a}}]'
	wrong_map "set: expected a map of fields of location" 'record: [{type: location, set: [a]}]'
	wrong_map "set: expected a map of fields of location" 'record: [{type: location, set: {}}]'
	wrong_map "case: account.nme: is no field of case; did you mean 'account.name'?" 'record: [{type: case, set: {account.nme: a}}]'
	wrong_map "'trim' is no step of a mapping; expected one of column, columns, constant" 'record: [{type: location, set: {name: {column: a, trim: x}}}]'
	wrong_map "name: expected a column or a map, no list; several columns are {columns: [A, B]}" 'record: [{type: location, set: {name: [a, b]}}]'
	wrong_map "comment: is a list of records inside case; expected {list: [{FIELD: value}]}" 'record: [{type: case, set: {comment: a}}]'
	wrong_map "comment: is a list of records inside case" 'record: [{type: case, set: {comment: {column: a}}}]'
	wrong_map "list: 'account' of case is a field, no list of records" 'record: [{type: case, set: {account: {list: [{name: a}]}}}]'
	wrong_map "'prt' is no key of split; did you mean 'part'?" 'record: [{type: location, set: {name: {column: a, split: {at: x, part: 1, prt: 2}}}}]'
	wrong_map "at: expected the text between the parts" 'record: [{type: location, set: {name: {column: a, split: {at: "", part: last}}}}]'
	wrong_map "choice: there is no table 'town'; did you mean 'towns'?" 'tables: {towns: {O: Oslo}}' 'record: [{type: location, set: {name: {column: a, choice: town}}}]'
	wrong_map "type: 'acount' is no record type; did you mean 'account'?" 'record: [{type: location, set: {name: {column: a, lookup: {type: acount, take: name}}}}]'
	wrong_map "lookup: 'nme' is no field of account that can be read; did you mean 'name'?" 'record: [{type: location, set: {name: {column: a, lookup: {type: account, take: nme}}}}]'
	wrong_map "m.yaml:2:52: pattern '%Y' gives no whole date" 'record: [{type: case, set: {opened_at: {column: a, time: ["%Y-%m-%d", "%Y"]}}}]'
	wrong_map "nane: is no field of location" 'record: [{type: location, set: {nane: a}}]'
	wrong_map "'colum' is no step of a mapping; did you mean 'column'?" 'record: [{type: location, set: {name: {colum: a}}}]'
	wrong_map "name: expected a column, or a map with column, columns, constant, first, ref or list" 'record: [{type: location, set: {name: {lower: true}}}]'
	wrong_map "name: expected a text" 'record: [{type: location, set: {name: null}}]'
	wrong_map "column: at most 8 of them" 'record: [{type: location, set: {name: {column: [a, a, a, a, a, a, a, a, a]}}}]'
	wrong_map "split: expected {at: TEXT" 'record: [{type: location, set: {name: {column: a, split: " "}}}]'
	for part in 0 -2 2x 1000000; do
		wrong_map "split: part '$part' is none of first, last, rest or a number from 1" \
			"record: [{type: location, set: {name: {column: a, split: {at: x, part: $part}}}}]"
	done
	wrong_map "choice: expected a map of words" 'record: [{type: location, set: {name: {column: a, choice: [x]}}}]'
	wrong_map "choice: expected a word or null for 'x'" 'record: [{type: location, set: {name: {column: a, choice: {x: [y]}}}}]'
	wrong_map "lower: expected true or false, not 'yes'" 'record: [{type: location, set: {name: {column: a, lower: yes}}}]'
	wrong_map "cut: expected a number of characters from 1 to 100000, not 'ten'" 'record: [{type: location, set: {name: {column: a, cut: ten}}}]'
	wrong_map "Mars/North" 'time_zone: Mars/North' 'record: [{type: location, set: {name: a}}]'
	wrong_map "Mars/North" 'record: [{type: case, set: {opened_at: {column: a, time_zone: Mars/North}}}]'
	wrong_map "nulls: expected a list of words" 'nulls: NULL' 'record: [{type: location, set: {name: a}}]'
	wrong_map "nulls: expected words" 'nulls: [NULL]' 'record: [{type: location, set: {name: a}}]'
	wrong_map "ref: this field is no reference to another record" 'record: [{type: location, set: {name: {ref: {name: a}}}}]'
	wrong_map "list: 'name' of location is a field, no list of records" 'record: [{type: location, set: {name: {list: [{name: a}]}}}]'
	wrong_map "list: expected a list of records of 'comment' of case" 'record: [{type: case, set: {comment: {list: {body: a}}}}]'
	wrong_map "bod: is no field of comment" 'record: [{type: case, set: {comment: {list: [{bod: a}]}}}]'
}

@test "words of the mapping must be values of their field" {
	wrong_map "opne" 'record: [{type: case, set: {short_description: a, state: {column: a, choice: {O: open, N: opne}}}}]'
	wrong_map "6" 'record: [{type: case, set: {short_description: a, priority: {column: a, default: 6}}}]'
	wrong_map "maybe" 'record: [{type: account, set: {name: a, partner: {constant: maybe}}}]'
	wrong_map "yesterdayish" 'record: [{type: case, set: {short_description: a, opened_at: {column: a, default: yesterdayish}}}]'
}

@test "the mappings that come with csm load, each one" {
	for map in "$CSM_ROOT"/schema/map/*.yaml; do
		: >empty.ndjson
		run_csm import empty.ndjson --map "$map"
		ok
	done
}
