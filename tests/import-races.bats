#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Loads in batches beside other processes: what happens to the database between two transactions of a load.
load helpers
load pause

setup_file() { pause_build; }

setup() {
	csm_setup
	csm init -q
}

accounts() {
	for i in $(seq "$1"); do echo "{\"account\": {\"external_id\": \"a$i\", \"name\": \"A$i\", \"customer\": true}}"; done
}

@test "two processes load the same in batches: the first finds that the second goes on with it, and nothing is doubled" {
	accounts 9 >a.ndjson
	paused 2 import a.ndjson --batch 2
	csm import a.ndjson --batch 2 -q
	goes_on
	fails 5 "csm: 1 batch before is stored: import IMP0000001 is not as this load left it: another command goes on with it, or took it back"
	eq "$out" ""
	eq "$(csm account list --fields external_id --no-header | paste -sd' ')" "a1 a2 a3 a4 a5 a6 a7 a8 a9"
	eq "$(csm import list --no-header -o csv --fields number,state,created,changes)" IMP0000001,complete,9,2-6
	csm db check -q
	csm db verify -q
}

@test "a load that is taken back while it runs stores nothing more" {
	accounts 5 >a.ndjson
	paused 3 import a.ndjson --batch 2
	csm import revert IMP0000001 -q
	goes_on
	fails 5 "2 batches before are stored: import IMP0000001 is not as this load left it"
	eq "$(csm account list --count)" 0
	eq "$(csm import list --no-header --fields state)" reverted
	csm import a.ndjson --batch 2 -q
	eq "$(csm account list --count) $(csm import list --no-header --fields state | paste -sd' ')" "5 reverted complete"
}

@test "ids that a first batch lets go of when it is begun anew may be taken by others in between" {
	printf 'account: [{name: A, external_id: a, customer: true}]\n' | csm import -q --from yaml
	cat >c.ndjson <<-'END'
		{"case": {"external_id": "c1", "account": "a", "short_description": "1", "comment": [{"body": "hello"}]}}
		{"case": {"external_id": "c2", "account": "a", "short_description": "2", "parent_case": "c3"}}
		{"case": {"external_id": "c3", "account": "a", "short_description": "3", "parent_case": "nosuch"}}
		{"case": {"external_id": "c4", "account": "a", "short_description": "4"}}
	END
	printf '{"case": {"external_id": "%s", "account": "a", "short_description": "other"}}\n' c4 x >other.ndjson
	paused 2 import c.ndjson --batch 10 --on-error skip --no-header
	csm import -q other.ndjson
	goes_on
	fails 1
	out_is $'case\t4\t1\t1\t0\t0\t2\ncomment\t1\t1\t0\t0\t0\t0'
	eq "$(csm case list --no-header --fields number,external_id,short_description -o csv)" $'CS0000001,c4,4\nCS0000002,x,other\nCS0000003,c1,1'
	csm db check -q
	csm db verify -q
}

@test "a load begins anew before its first batch is stored, and another process has begun the same by then" {
	printf 'account: [{name: A, external_id: a, customer: true}]\n' | csm import -q --from yaml
	for i in 1 2 3 4; do echo "{\"case\": {\"external_id\": \"c$i\", \"account\": \"a\", \"short_description\": \"s$i\"}}"; done |
		sed -e '1s/}}/, "parent_case": "c2"}}/' -e '2s/}}/, "parent_case": "nosuch"}}/' >c.ndjson
	paused 2 import c.ndjson --batch 3 --on-error skip
	killed 2 import c.ndjson --batch 3 --on-error skip	# who opens a database that is in use takes no lock for it
	eq "$(csm case list --no-header --fields external_id)" c3
	goes_on
	fails 5 "csm: import IMP0000002 is not as this load left it: another command goes on with it"
	eq "$(csm import list --no-header --fields state | paste -sd' ')" "complete unfinished"
	run_csm import c.ndjson --batch 3 --on-error skip
	fails 1
	eq "$(csm case list --no-header --fields external_id | paste -sd' ') $(csm import list --no-header --fields state | paste -sd' ')" \
		"c3 c4 complete complete_with_rejects"
	csm db check -q
}

@test "another file of the same name does not end a load; the same content loaded at once does" {
	mkdir other
	accounts 6 >a.ndjson
	sed 's/"a\([0-9]\)/"b\1/' a.ndjson >other/a.ndjson
	paused 3 import a.ndjson --batch 2
	(cd other && csm import a.ndjson --batch 2 -q)
	eq "$(csm import list --no-header --fields state | paste -sd' ')" "superseded complete"
	goes_on
	eq "$status $(csm account list --count) $(csm import list --no-header --fields state | paste -sd' ')" "0 12 complete complete"
	csm import revert IMP0000001 -q
	paused 3 import a.ndjson --batch 2
	csm import a.ndjson -q
	goes_on
	fails 5 "2 batches before are stored: import IMP0000003 is not as this load left it"
	eq "$(csm account list --count)" 12
	csm db check -q
}
