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
