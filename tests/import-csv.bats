#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# CSV as it is in the wild: line ends, delimiters, rows that do not fit the header, headers that do not fit anything.
load helpers

setup() {
	csm_setup
	csm init -q
}

groups() {
	csm group list --fields name,description --no-header
}

@test "a byte order mark, CR LF and carriage returns alone, quotes with newlines" {
	printf '\357\273\277name,description\r\nA,"one\r\ntwo"\r\nB,""\r\n' >dos.csv
	run_csm group import dos.csv
	ok
	printf 'name,description\rC,"one\rtwo"\rD,x\r' >mac.csv
	run_csm group import mac.csv
	ok
	eq "$(groups)" $'A\tone\\ntwo\nB\t\nC\tone\\ntwo\nD\tx'
}

@test "the delimiter is detected among comma, semicolon, tab and bar, or given" {
	printf 'name;description\nA;1,5\n' >a.csv
	printf 'name\tdescription\nB\t1,5; 2,5\n' >b.csv
	run_csm group import a.csv b.csv
	ok
	printf 'name|description\nC|1,5\n' >c.csv
	run_csm group import c.csv
	eq "$status" 0
	err_has "csm: warning: c.csv: cells are taken to be separated by '|' (--delimiter says otherwise)"
	run_csm -q group import --dry-run c.csv
	ok
	run_csm group import --delimiter '|' c.csv
	ok
	printf 'sep=:\r\nname:description\r\nD:x;y\r\n' >d.csv
	run_csm group import d.csv
	ok
	eq "$(groups)" $'A\t1,5\nB\t1,5; 2,5\nC\t1,5\nD\tx;y'
}

@test "a row that is short or long is refused with its line and what was expected; the others are stored" {
	printf 'name,description,email\nA,x,a@b.example\nB,x\nC,x,c@b.example,more\nD,"open,d@b.example\nE,e,e@b.example\nF,"x"y,\nG,x,' >r.csv
	run_csm group import --on-error skip r.csv
	fails 1
	err_has "csm: r.csv:3: row of 2 cells, expected 3 as in the header"
	err_has "csm: r.csv:4: row of 4 cells, expected 3 as in the header"
	err_has "csm: r.csv:7:4: text behind the closing '\"' of a cell that began on line 5"
	out_has $'group\t'
	eq "$(csm group list --fields name --no-header | tr '\n' ' ')" "A G "
	run_csm group import r.csv
	fails 65 "csm: r.csv:3: row of 2 cells, expected 3 as in the header"
}

@test "delimiters at the end of lines are no cells, and a column without a name has to be empty" {
	printf 'name,description,\nA,x,\nB,y,z\n' >u.csv
	run_csm group import --on-error skip u.csv
	fails 1 "csm: u.csv:3:5: 'z' stands in column 3, which the header does not name"
	printf 'name,description\nC,x,,\nD,y,,z\n' >v.csv
	run_csm group import --on-error skip v.csv
	fails 1 "csm: v.csv:3: row of 4 cells, expected 2 as in the header"
	eq "$(groups)" $'A\tx\nC\tx'
}

@test "names that stand twice are told, all of them; a header without any name is none" {
	printf 'name,email,name,email,active\nA,,B,,true\n' >t.csv
	run_csm group import t.csv
	fails 65 "csm: t.csv:1:12: columns 1 and 3 of the header are both named 'name', 2 and 4 'email'"
	printf ',,\nA,x,\n' >n.csv
	run_csm group import n.csv
	fails 65 "csm: n.csv:1: no column of the header has a name (the first line that is not blank names the columns)"
	: >e.csv
	run_csm group import e.csv
	fails 65 "csm: e.csv: no header line (the input is empty)"
}

@test "a column that is no field is told once, with its place and what is near, and ends the load in every mode" {
	printf 'name,colour,Descripton\nA,red,x\nB,blue,y\n' >x.csv
	run_csm group import x.csv
	fails 65
	eq "$err" "csm: x.csv:1:6: column 'colour' is no field of group
csm: x.csv:1:13: column 'Descripton' is no field of group; did you mean 'description'?
csm: 2 errors, nothing was stored"
	printf 'name\nC\n' >good.csv
	for mode in skip limit=5; do
		run_csm group import good.csv x.csv --on-error $mode
		fails 65 "csm: 2 errors, nothing was stored"
		out_is ""
	done
	run_csm group import x.csv --on-error skip --rejects r.csv
	fails 65 "csm: 2 errors, nothing was stored"
	[ ! -e r.csv ]
	run_csm group import x.csv -o json
	fails 65
	eq "$(jq -c '[.error, .line, .column]' <<<"$err")" '["invalid",1,6]
["invalid",1,13]
["invalid",null,null]'
	run_csm group diff x.csv
	fails 65 "column 'colour' is no field of group"
	eq "$(groups)" ""
	# references by key, part by part; remarks of csm and columns without a name are passed over
	printf '\n\nnumber\taccount.nme\tacount.name\tcontact.account.city.x\tshort_description.x\t_csm_line\n' >c.tsv
	run_csm case import c.tsv
	fails 65
	eq "$err" "csm: c.tsv:3:8: column 'account.nme' is no field of case; did you mean 'account.name'?
csm: c.tsv:3:20: column 'acount.name' is no field of case; did you mean 'account.name'?
csm: c.tsv:3:32: column 'contact.account.city.x' is no field of case; did you mean 'contact.account.city'?
csm: c.tsv:3:55: column 'short_description.x' is no field of case; did you mean 'short_description'?
csm: 4 errors, nothing was stored"
	# twenty are enough
	(seq -s , 101 150 && echo) >many.csv
	run_csm group import many.csv
	fails 65 "csm: at least 20 errors, nothing was stored"
	eq "$(wc -l <<<"$err")" 21
}

@test "export to CSV gives back what a spreadsheet would run; lists guard it, --raw does not" {
	printf 'name,description\nA,"=1+2"\nB,@x\nC,-3+1\nD,"+4 ""q"""\n' >f.csv
	run_csm group import f.csv
	ok
	run_csm group list --fields name,description -o csv
	eq "$out" $'name,description\nA,"\'=1+2"\nB,"\'@x"\nC,"\'-3+1"\nD,"\'+4 ""q"""'
	run_csm group list --fields name,description -o csv --raw
	eq "$out" $'name,description\nA,=1+2\nB,@x\nC,-3+1\nD,"+4 ""q"""'
	csm group export -o csv --no-children >g.csv
	csm --db other.db init -q
	csm --db other.db group import g.csv >/dev/null
	csm --db other.db group export -o csv --no-children >h.csv
	cmp g.csv h.csv
	grep -q '"\{0,1\}=1+2' g.csv
}
