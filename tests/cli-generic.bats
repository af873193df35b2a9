#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The verbs that every type has, on accounts and contacts: new show list edit delete log, and undo.
load helpers

setup() {
	csm_setup
	csm init
}

three() {
	csm account new --name Alpha --city Bonn --rank-tier valued >/dev/null
	csm account new --name Beta --city Kassel >/dev/null
	csm account new --name Gamma --city Bonn --partner true >/dev/null
}

@test "new prints the key and nothing else; with -o json the record" {
	run_csm account new --name 'Boxeo GmbH' --city Bonn
	ok
	out_is ACCT0000001
	run_csm account new --name 'Other Ltd' -o json
	ok
	eq "$(json '.number + " " + .name + " " + .created_at')" "ACCT0000002 Other Ltd 2024-03-01T09:00:00Z"
}

@test "a value comes from an argument, a file, or standard input" {
	printf 'first\nsecond\n' >notes.txt
	csm account new --name a --notes @notes.txt >/dev/null
	printf 'from a pipe\n' | csm account new --name b --notes - >/dev/null
	csm account new --name c --notes '@@home' >/dev/null
	csm account new --name d --notes= >/dev/null
	run_csm account list --fields notes -o json --sort name
	ok
	eq "$(json '.[0].notes')" "$(printf 'first\nsecond')"
	eq "$(json '.[1].notes')" "from a pipe"
	eq "$(json '.[2].notes')" "@home"
	eq "$(json '.[3].notes')" null
	run_csm account new --name - --notes -
	fails 2 "once only"
	printf 'a\001b' >bad.txt
	run_csm account new --name x --notes @bad.txt
	fails 65 "control character"
}

@test "a field set by verbs or by csm is no option of new and edit" {
	run_csm account new --name x --number ACCT0000007
	fails 2 "unknown option '--number'"
	run_csm case new --state closed
	fails 2 "unknown option '--state'"
	csm account new --name x >/dev/null
	run_csm account edit ACCT0000001 --created-by me
	fails 2 "unknown option"
}

@test "references are given by any key" {
	csm account new --name Boxeo --external-id CRM-1 >/dev/null
	csm contact new --first-name Geneva --last-name Roth --email geneva@boxeo.example --account CRM-1 >/dev/null
	run_csm contact show geneva@boxeo.example --fields number,account,account.name --no-header
	ok
	out_is "CNT0000001	ACCT0000001	Boxeo"
	run_csm contact new --first-name A --last-name B --account Nobody
	fails 3 Nobody
}

@test "show is a page for people: title, fields with labels, references with names, who refers to it" {
	csm account new --name Boxeo --rank-tier valued >/dev/null
	csm contact new --first-name Geneva --last-name Roth --account ACCT0000001 >/dev/null
	run_csm account show ACCT0000001
	ok
	out_has "Account ACCT0000001  Boxeo"
	out_has "Contacts (Account): 1  CNT0000001"
	out_has "version 1, created 2024-03-01T09:00:00Z by tester"
	out_lacks "Website"
	run_csm contact show CNT0000001
	out_has "ACCT0000001 Boxeo"
	out_has "Geneva Roth"
}

@test "show of owned records: a table in the page, a list in the document" {
	csm user new --user-name anna --name "Anna A" >/dev/null
	csm user new --user-name bert --name "Bert B" >/dev/null
	csm group new --name Support >/dev/null
	csm group-member new --user-group Support --member anna >/dev/null
	csm group-member new --user-group Support --member bert >/dev/null
	run_csm group show Support
	ok
	out_has "Group members (2)"
	out_has "anna"
	run_csm group show Support -o json
	ok
	eq "$(json '[.. | objects | .member | strings] | join(",")')" "anna,bert"
}

@test "a page keeps what customers wrote from moving the cursor" {
	csm account new --name "$(printf 'evil \342\200\256name')" --notes "$(printf 'one\ntwo')" >/dev/null
	run_csm account show ACCT0000001
	ok
	out_lacks "$(printf '\342\200\256')"
	out_has '\u{202E}name'
	out_has "  one"
}

@test "show --related tells machines who refers to a record" {
	csm account new --name Boxeo >/dev/null
	csm contact new --first-name Geneva --last-name Roth --account ACCT0000001 >/dev/null
	csm contact new --first-name Anna --last-name Roth --account ACCT0000001 >/dev/null
	run_csm account show ACCT0000001 --related -o json
	ok
	eq "$(json '.[] | select(.type == "contact") | [.field, (.count | tostring), .first] | join(" ")')" "account 2 CNT0000001,CNT0000002"
	run_csm contact show CNT0000002 --related --count
	out_is 0
	csm schedule new --name Day >/dev/null
	csm schedule new --name Both --include Day >/dev/null
	eq "$(csm schedule show Day --related --fields field,first --no-header)" "include	Both"
}

@test "show takes many keys, of any kind, also from standard input; one is an object, several a list" {
	three
	run_csm account show ACCT0000001 -o json
	eq "$(json .name)" Alpha
	run_csm account show ACCT0000002 ACCT0000001 -o json
	eq "$(json 'map(.name) | join(" ")')" "Beta Alpha"
	printf 'ACCT0000003\n\nACCT0000001\trest of a row\n' >ids
	run_csm account show - -o ndjson <ids
	ok
	eq "$(json .name | tr '\n' ' ')" "Gamma Alpha "
	printf 'ACCT0000003\0ACCT0000001\0' >ids
	run_csm account show -z - --fields name --no-header <ids
	ok
	eq "$(tr '\0' ' ' <"$CSM_OUT")" "Gamma Alpha "
	run_csm account show --where 'city = Bonn' -o json
	eq "$(json 'map(.name) | join(" ")')" "Alpha Gamma"
}

@test "show without a noun finds records by number, and changes" {
	three
	csm user new --user-name anna --name "Anna A" >/dev/null
	run_csm show ACCT0000002
	ok
	out_has "Account ACCT0000002  Beta"
	run_csm show acct2 -o json
	ok
	eq "$(json .account.name)" Beta
	run_csm show 3
	ok
	out_has "Change 3  2024-03-01T09:00:00Z by tester"
	out_has "csm account new --name Beta --city Kassel"
	out_has "create account ACCT0000002"
}

@test "list: filters by field, any of several, by expression; sort; limit with a note" {
	three
	run_csm account list --city Bonn --fields name --no-header
	out_is "$(printf 'Alpha\nGamma')"
	run_csm account list --name Alpha --name Beta --fields name --no-header
	out_is "$(printf 'Alpha\nBeta')"
	run_csm account list --city Bonn --partner true --fields name --no-header
	out_is Gamma
	run_csm account list --city Bonn --where 'name ~ "g*"' --fields name --no-header
	out_is Gamma
	run_csm account list --rank-tier= --fields name --no-header
	out_is "$(printf 'Beta\nGamma')"
	run_csm account list --sort city,-name --fields name --no-header
	out_is "$(printf 'Gamma\nAlpha\nBeta')"
	run_csm account list --limit 2 --sort name --fields name --no-header
	out_is "$(printf 'Alpha\nBeta')"
	err_has "more than the 2 of --limit"
	run_csm account list --limit 3
	ok
	run_csm account list --where 'city = Bonn' --count
	ok
	out_is 2
	run_csm account list ACCT0000003 ACCT0000001 --fields name --no-header
	out_is "$(printf 'Gamma\nAlpha')"
}

@test "list of nothing is done, with the header only" {
	run_csm account list --city Nowhere
	ok
	eq "$(printf '%s\n' "$out" | wc -l)" 1
	run_csm account list --city Nowhere -o json
	ok
	eq "$(json length)" 0
}

@test "edit changes many and answers for each; unset clears; nothing changed makes no change" {
	three
	run_csm account edit ACCT0000001 ACCT0000002 --city Ulm --no-header
	[ "$status" -eq 2 ]
	run_csm account edit ACCT0000001 ACCT0000002 --city Ulm
	ok
	out_is "$(printf 'key\tdone\nACCT0000001\tchanged\nACCT0000002\tchanged')"
	run_csm account edit ACCT0000001 --unset city --unset rank_tier
	ok
	run_csm account show ACCT0000001 -o json
	eq "$(json '[.city, .rank_tier, .version] | map(tostring) | join(" ")')" "null null 3"
	csm log --count >before
	run_csm account edit ACCT0000002 --city Ulm
	ok
	out_has unchanged
	eq "$(csm log --count)" "$(cat before)"
	run_csm account edit ACCT0000002 --unset citty
	fails 2 "did you mean 'city'?"
	run_csm account edit ACCT0000002 --unset name
	fails 65 name
}

@test "edit by filter, by standard input, and of all" {
	three
	csm account list --city Bonn --no-header >rows
	run_csm account edit - --website bonn.example <rows
	ok
	run_csm account edit --where 'website is not null' --department x
	fails 2 "unknown option"
	run_csm account edit --where 'website is not null' --country DE
	ok
	run_csm account list --country DE --count
	out_is 2
	run_csm account edit --all --country FR -q
	ok
	out_is ""
	run_csm account list --country FR --count
	out_is 3
}

@test "edit with -o json prints the records as they are now" {
	three
	run_csm account edit ACCT0000001 --city Ulm -o json
	ok
	eq "$(json '.[0].city')" Ulm
}

@test "edit without a field and without a terminal is wrong use" {
	three
	run_csm account edit ACCT0000001
	fails 2 "no terminal for an editor"
}

@test "--if-version stops who comes late" {
	three
	run_csm account edit ACCT0000001 --city Ulm --if-version 1
	ok
	run_csm account edit ACCT0000001 --city Rom --if-version 1
	fails 5
	run_csm account delete ACCT0000001 --if-version 1
	fails 5
	run_csm account delete ACCT0000001 --if-version 2
	ok
}

@test "--dry-run does everything and stores nothing" {
	three
	run_csm account edit --all --city Rom --dry-run
	[ "$status" -eq 0 ]
	err_has "dry run: nothing was stored"
	out_has "ACCT0000002	changed"
	run_csm account list --city Rom --count
	out_is 0
	run_csm account new --name x -n
	out_is ACCT0000004
	run_csm account edit ACCT0000001 --rank-tier nonsense -n
	fails 65
	run_csm account list --count
	out_is 3
}

@test "delete: refused while others refer to it, with who; asks nobody in a pipe" {
	three
	csm contact new --first-name A --last-name B --account ACCT0000001 >/dev/null
	run_csm account delete ACCT0000001
	fails 4 CNT0000001
	run_csm account delete ACCT0000001 ACCT0000002
	fails 4
	run_csm account list --count
	out_is 3
	run_csm account delete ACCT0000002
	ok
	out_has "ACCT0000002	deleted"
	run_csm account show ACCT0000002
	fails 3
	run_csm account new --name again
	out_is ACCT0000004
}

@test "log tells who changed what, from what to what" {
	three
	CSM_NOW=2024-03-02T10:00:00Z csm account edit ACCT0000001 --city Ulm >/dev/null
	run_csm account log ACCT0000001 --no-header
	ok
	out_is "$(printf '5\t2024-03-02T10:00:00Z\ttester\tupdate\tcity\tBonn\tUlm\n2\t2024-03-01T09:00:00Z\ttester\tcreate\t\t\t')"
	run_csm log ACCT0000001 --count
	out_is 2
	run_csm log --fields change,command --no-header
	out_has "5	csm account edit ACCT0000001 --city Ulm"
	run_csm log --limit 1 -o json
	eq "$(json '.[0].change')" 5
	run_csm show 5 -o json
	eq "$(json '.records[0].fields.city | join(">")')" "Bonn>Ulm"
}

@test "undo takes the own last change back, a given one, and refuses conflicts" {
	three
	csm account edit ACCT0000001 --city Ulm >/dev/null
	run_csm undo
	ok
	out_is "$(printf 'change\ttype\tkey\tdone\tfield\told\tnew\twhy\n5\taccount\tACCT0000001\tchanged\tcity\tUlm\tBonn\t')"
	run_csm account list ACCT0000001 --fields city --no-header
	out_is Bonn
	csm account edit ACCT0000002 --city Ulm >/dev/null
	csm account edit ACCT0000002 --city Rom >/dev/null
	run_csm undo 7
	fails 5 city
	run_csm undo 4 --no-header
	ok
	out_has "account	ACCT0000003	deleted"
	run_csm account show ACCT0000003
	fails 3
	run_csm undo 99
	fails 3
}

@test "the command in the change is the command line, quoted" {
	csm account new --name "it's a name" >/dev/null
	run_csm log --limit 1 --format '%(command)'
	out_is "csm account new --name 'it'\\''s a name'"
}

@test "show -o says who refers to the record, under a key that an import passes over" {
	csm account new --name Zenith >/dev/null
	key=$(csm account list --where "name = Zenith" --fields number --no-header -o tsv)
	csm case new --account Zenith --short-description x >/dev/null
	run_csm account show "$key" -o json
	ok
	eq "$(json '._csm_related | map("\(.type).\(.field) \(.count) \(.first | join(","))") | join(";")')" "case.account 1 $(csm case list --where "account.name = Zenith" --fields number --no-header -o tsv)"
	printf '%s' "$out" >acme.json
	run_csm account import acme.json --no-header -o tsv
	ok
	out_is "account	1	0	0	1	0	0"
}
