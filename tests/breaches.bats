#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# sla breaches: which SLAs are told of, in every format, each once; what a failing output leaves behind.

load helpers

at() { export CSM_NOW=$1; }

# One SLA of each fate at 12:00: 1 and 2 breached, 3 paused after its breach, 4 completed late, 5 due soon, 6 due later, 7 kept,
# 8 cancelled after its breach, and a task that is late.
setup() {
	csm_setup
	at 2024-03-01T08:00:00Z
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		user: [{user_name: ann, first_name: Ann, last_name: A}, {user_name: bob, first_name: Bob, last_name: B}]
		group: [{name: First, member: [{member: ann}, {member: bob}]}, {name: Second, member: [{member: bob}]}]
		account: [{name: Beta}, {name: Acme}]
		consumer: [{first_name: Cleo, last_name: Carter, email: cleo@example.com}]
		sla_definition:
		  - {name: Fix, duration: 2h, start_condition: "priority <= 3 and escalation = 0", stop_condition: "state in (resolved, closed)",
		     pause_condition: "impact = 1"}
		  - {name: Slow, duration: 5h, start_condition: priority = 4, stop_condition: state = closed}
		  - {name: Do, target_type: case_task, duration: 1h, start_condition: "priority <= 4", stop_condition: state = closed}
	EOF
	csm import world.yaml >/dev/null
	csm case new --account Acme --priority 1 --short-description 'one' --assignment-group First --assigned-to ann >/dev/null
	csm case new --consumer cleo@example.com --priority 2 --short-description 'two' >/dev/null
	csm case new --account Beta --priority 3 --short-description 'three' --assignment-group Second --assigned-to bob >/dev/null
	csm case new --account Acme --priority 1 --short-description 'four' --assignment-group First --assigned-to bob >/dev/null
	csm case new --account Acme --priority 3 --short-description 'eight' --assignment-group Second >/dev/null
	csm case new --account Beta --priority 4 --short-description 'five' --assignment-group First >/dev/null
	at 2024-03-01T09:00:00Z
	csm case new --account Acme --priority 4 --short-description 'six' --assignment-group First >/dev/null
	csm case new --account Beta --priority 2 --short-description 'seven' >/dev/null
	csm case-task new --parent-case CS0000007 --short-description 'task' --assignment-group Second --priority 2 >/dev/null
	csm case close CS0000008 --resolution-code solved_guidance --close-notes x >/dev/null
	at 2024-03-01T10:30:00Z
	csm case edit CS0000003 --impact 1 >/dev/null
	csm case edit CS0000005 --escalation 1 >/dev/null
	at 2024-03-01T11:00:00Z
	csm case close CS0000004 --resolution-code solved_guidance --close-notes x >/dev/null
	csm case-task close CSTASK0000001 >/dev/null
	at 2024-03-01T12:00:00Z
}

# The rows without the columns that are the same in all.
breaches() {
	run_csm sla breaches --fields status,case,sla,due,left,stage --no-header -o csv "$@"
}

ALL="breached,CS0000001,Fix,2024-03-01T10:00:00Z,-2h,in_progress
breached,CS0000002,Fix,2024-03-01T10:00:00Z,-2h,in_progress
breached,CS0000003,Fix,2024-03-01T10:00:00Z,-30m,paused
late,CS0000004,Fix,2024-03-01T10:00:00Z,-1h,completed
late,CSTASK0000001,Do,2024-03-01T10:00:00Z,-1h,completed
soon,CS0000006,Slow,2024-03-01T13:00:00Z,1h,in_progress"

@test "breached, late, soon: in this order, with the moment that passed and how late; not what was kept or cancelled" {
	breaches
	ok
	out_is "$ALL
soon,CS0000007,Slow,2024-03-01T14:00:00Z,2h,in_progress"
	breaches --within 1h
	ok
	out_is "$ALL"
	breaches --within 59m59s
	out_is "$(echo "$ALL" | sed \$d)"
	eq "$(csm sla list --where 'stage = cancelled' --fields parent_case,has_breached --no-header -o csv)" CS0000005,true
}

@test "due this very moment is soon, not breached; a second later it is breached; --within 0 leaves what is due out" {
	at 2024-03-01T13:00:00Z
	breaches --within 1s --where 'parent_case = CS0000006'
	out_is "soon,CS0000006,Slow,2024-03-01T13:00:00Z,0s,in_progress"
	breaches --within 0 --where 'parent_case = CS0000006'
	ok
	out_is ""
	at 2024-03-01T13:00:01Z
	breaches --within 0 --where 'parent_case = CS0000006'
	out_is "breached,CS0000006,Slow,2024-03-01T13:00:00Z,-1s,in_progress"
}

@test "late ones are told for a day, or since --since; the setting sla.late says how long when it is unsaid" {
	at 2024-03-02T11:00:00Z
	run_csm sla breaches --where 'has_breached = true and stage = completed' --count
	out_is 2
	at 2024-03-02T11:00:01Z
	run_csm sla breaches --where 'stage = completed' --count
	out_is 0
	run_csm sla breaches --where 'stage = completed' --count --since 2024-03-01T11:00:00Z
	out_is 2
	run_csm sla breaches --where 'stage = completed' --count --since -1d1s
	out_is 2
	run_csm sla breaches --where 'stage = completed' --count --since 2024-03-01T11:00:01Z
	out_is 0
	run_csm -c sla.late=2d sla breaches --where 'stage = completed' --count
	out_is 2
	run_csm sla breaches --since yesterday --tz Pacific/Auckland --where 'stage = completed' --count
	out_is 2
	run_csm sla breaches --since today --tz Pacific/Auckland --where 'stage = completed' --count
	out_is 0
}

@test "--new: each once as soon, and once as breached or late, in whatever order that comes" {
	breaches --new --within 1h
	ok
	out_is "$ALL"
	breaches --new --within 1h
	ok
	out_is ""
	breaches --within 1h
	out_is "$ALL"
	eq "$(csm sla list --fields breach_reported_at,soon_reported_at --where 'parent_case in (CS0000001, CS0000004, CS0000005, CS0000006)' \
		--no-header -o csv --sort parent_case)" "2024-03-01T12:00:00Z,
2024-03-01T12:00:00Z,
,
,2024-03-01T12:00:00Z"
	# what was told as soon is told as breached, what was told as breached is not told as late
	at 2024-03-01T13:30:00Z
	csm case close CS0000001 --resolution-code solved_guidance --close-notes x >/dev/null
	breaches --new --within 10m
	out_is "breached,CS0000006,Slow,2024-03-01T13:00:00Z,-30m,in_progress"
	# what was never told while it ran is told when it ended, however long ago that was
	at 2024-03-01T14:30:00Z
	csm case close CS0000007 --resolution-code solved_guidance --close-notes x >/dev/null
	at 2024-05-01T14:30:00Z
	breaches --new
	ok
	out_is "late,CS0000007,Slow,2024-03-01T14:00:00Z,-30m,completed"
	breaches --new
	out_is ""
	breaches --new --since 2024-01-01
	out_is ""
}

@test "--new is one change, with --dry-run none, without anything to tell none; undo has it told again" {
	changes=$(csm log --count)
	breaches --new --within 1h --dry-run
	out_is "$ALL"
	[ "$err" = "csm: dry run: nothing was stored" ]
	eq "$(csm log --count)" "$changes"
	csm sla breaches --new --within 1h >/dev/null
	eq "$(csm log --count)" $((changes + 1))
	csm sla breaches --new --within 1h >/dev/null
	eq "$(csm log --count)" $((changes + 1))
	csm undo >/dev/null
	breaches --new --within 1h
	out_is "$ALL"
	csm db verify
}

@test "--new where the output is lost: nothing is marked, all is told again" {
	for format in csv json table mail; do
		for full in "" "--where active"; do
			status=0
			# shellcheck disable=SC2086
			"$CSM_BIN" sla breaches --new --within 1h -o $format $full >/dev/full 2>err || status=$?
			[ "$status" -eq 74 ]
			grep -q "standard output: No space left on device" err
		done
		# the reader has gone before anything is written: one of a pipeline might not yet
		exec 8> >(:)
		wait $!
		status=0
		(trap '' PIPE && exec "$CSM_BIN" sla breaches --new --within 1h -o $format) >&8 2>err || status=$?
		exec 8>&-
		eq "$status$(cat err)" 0
		"$CSM_BIN" sla breaches --new --within 1h -o $format >&- 2>err && false
		grep -q "standard output" err
	done
	eq "$(csm sla list --where 'breach_reported_at is not null or soon_reported_at is not null' --count)" 0
	breaches --new --within 1h
	out_is "$ALL"
}

@test "--new goes with what prints each of them" {
	run_csm sla breaches --new --count
	fails 2 "--new marks what it prints, and --count prints nothing of it"
	run_csm sla breaches --new --by sla
	fails 2 "--new marks what it prints, and --by prints counts"
	run_csm sla breaches --new --as-of 2024-03-01T11:00:00Z
	fails 2 "--new marks what it prints, and the past is marked already"
	run_csm sla breaches --new -o openmetrics
	fails 2 "--new marks what it prints, and -o openmetrics prints counts"
	out_is ""
	run_csm sla breaches --new --monitor
	[ "$status" -eq 2 ]
	out_is "SLA CRITICAL - 3 breached, 2 due within 2h | breached=3;;0;0 soon=2;0;;0"
	eq "$(csm sla list --where 'breach_reported_at is not null' --count)" 0
}

@test "--by: counts of each kind and the earliest due moment, by name, none last; a table has a line of all" {
	run_csm sla breaches --by group -o csv
	ok
	out_is "group,breached,late,soon,total,oldest_due,as_of,time_zone,tzdata
First,1,1,2,4,2024-03-01T10:00:00Z,2024-03-01T12:00:00Z,UTC,$(csm sla breaches -o csv --no-header --fields tzdata | sed 1q)
Second,1,1,0,2,2024-03-01T10:00:00Z,2024-03-01T12:00:00Z,UTC,$(csm sla breaches -o csv --no-header --fields tzdata | sed 1q)
,1,0,0,1,2024-03-01T10:00:00Z,2024-03-01T12:00:00Z,UTC,$(csm sla breaches -o csv --no-header --fields tzdata | sed 1q)"
	run_csm sla breaches --by account -o table
	ok
	eq "$(sed 1d <<<"$out")" "Account      Name  Breached  Late  Soon  Total  Oldest due
ACCT0000002  Acme         1     2     1      4  2024-03-01T10:00:00Z
ACCT0000001  Beta         1     0     1      2  2024-03-01T10:00:00Z
(none)                    1     0     0      1  2024-03-01T10:00:00Z
all                       3     2     2      7  2024-03-01T10:00:00Z"
	run_csm sla breaches --by priority -o json --fields priority,total
	out_is '[
  {
    "priority": 1,
    "total": 2
  },
  {
    "priority": 2,
    "total": 2
  },
  {
    "priority": 3,
    "total": 1
  },
  {
    "priority": 4,
    "total": 2
  }
]'
	run_csm sla breaches --by sla -o csv --no-header --fields sla,breached,late,soon
	out_is $'Do,0,1,0\nFix,3,1,0\nSlow,0,0,2'
	run_csm sla breaches --by assignee --count
	out_is 3
	run_csm sla breaches --by assignee -o csv --no-header --fields assignee,total --where 'parent_case is not null'
	out_is $'ann,1\nbob,2\n,3'
	run_csm sla breaches --by month
	fails 2 "'month' is none of account,group,priority,sla,assignee"
	run_csm sla breaches --by group --monitor
	[ "$status" -eq 3 ]
	out_is "SLA UNKNOWN - --monitor prints one line, and --by several"
}

@test "the head: as of when, in which zone, with which tzdata; above a table, in each row of data" {
	mkdir -p zones/Europe
	cp /usr/share/zoneinfo/Europe/Berlin zones/Europe/
	echo "# version 1999z" >zones/tzdata.zi
	export CSM_TZDIR=$PWD/zones
	run_csm sla breaches --within 1h -o table --fields status,case,due --tz Europe/Berlin
	ok
	out_is "SLA breaches as of 2024-03-01T13:00:00+01:00, times in Europe/Berlin, tzdata 1999z
Status    Case           Due
breached  CS0000001      2024-03-01T11:00:00+01:00
breached  CS0000002      2024-03-01T11:00:00+01:00
breached  CS0000003      2024-03-01T11:00:00+01:00
late      CS0000004      2024-03-01T11:00:00+01:00
late      CSTASK0000001  2024-03-01T11:00:00+01:00
soon      CS0000006      2024-03-01T14:00:00+01:00"
	run_csm sla breaches --within 1h -o table --fields status --no-header
	out_lacks "SLA breaches"
	run_csm sla breaches --within 1h -o ndjson --where 'parent_case = CS0000001' --tz Europe/Berlin
	ok
	out_is '{"status":"breached","case":"CS0000001","priority":1,"sla":"Fix","due":"2024-03-01T11:00:00+01:00","left":"-2h","customer":"Acme","assigned_to":"ann","short_description":"one","assignment_group":"First","account":"ACCT0000002","number":"SLA0000001","stage":"in_progress","as_of":"2024-03-01T13:00:00+01:00","time_zone":"Europe/Berlin","tzdata":"1999z"}'
	run_csm sla breaches --format '%(as_of) %(tzdata) %(case)' --where 'parent_case = CS0000001'
	out_is "2024-03-01T12:00:00Z 1999z CS0000001"
	rm zones/tzdata.zi
	run_csm sla breaches -o csv --no-header --fields tzdata --where 'parent_case = CS0000001'
	out_is unknown
	run_csm sla breaches --tz Nowhere/Land
	fails 65 "Nowhere/Land"
}

@test "-o mail: a subject, the head, each case for whoever is woken by it; nothing when there is nothing" {
	csm case edit CS0000002 --short-description "$(printf 'wörter %.0s' $(seq 22))" >/dev/null
	CSM_TZDIR=$PWD run_csm sla breaches --within 1h -o mail
	ok
	out_is "SLAs: 3 breached, 2 completed late, 1 due within 1h

as of 2024-03-01T12:00:00Z, times in UTC, tzdata unknown

BREACHED (3)

CS0000001, priority 1, Acme
  Fix: due Fri 2024-03-01 10:00, 2h ago
  assigned to ann (First)
  one

CS0000002, priority 2, Cleo Carter
  Fix: due Fri 2024-03-01 10:00, 2h ago
  assigned to nobody
  wörter wörter wörter wörter wörter wörter wörter wörter wörter wörter
    wörter wörter wörter wörter wörter wörter wörter wörter wörter wörter
    wörter wörter

CS0000003, priority 3, Beta
  Fix: due Fri 2024-03-01 10:00, paused 30m late
  assigned to bob (Second)
  three

COMPLETED LATE (2)

CS0000004, priority 1, Acme
  Fix: due Fri 2024-03-01 10:00, completed 1h late
  assigned to bob (First)
  four

CSTASK0000001, priority 2, Acme
  Do: due Fri 2024-03-01 10:00, completed 1h late
  assigned to nobody (Second)
  task

DUE WITHIN 1h (1)

CS0000006, priority 4, Beta
  Slow: due Fri 2024-03-01 13:00, in 1h
  assigned to nobody (First)
  five"
	csm sla breaches --new --within 1h -o mail >/dev/null
	run_csm sla breaches --new --within 1h -o mail
	ok
	out_is ""
	run_csm sla breaches --by sla -o mail --tz Asia/Kolkata --within 0 --where 'parent_case.state = closed'
	ok
	eq "$(sed '3s/tzdata .*/tzdata X/' <<<"$out")" "SLAs: 1 completed late

as of 2024-03-01T17:30:00+05:30, times in Asia/Kolkata, tzdata X

SLA  Breached  Late  Soon  Total  Oldest due
Fix         0     1     0      1  2024-03-01T15:30:00+05:30
all         0     1     0      1  2024-03-01T15:30:00+05:30"
	run_csm sla breaches --by sla -o mail --where 'parent_case = CS0000008'
	ok
	out_is ""
}

@test "-o mail writes what customers write so that it does no harm" {
	csm case edit CS0000001 --short-description $'.\u202e hidden' >/dev/null
	run_csm sla breaches -o mail --where 'parent_case = CS0000001'
	out_has '  .\u{202E} hidden'
}

@test "-o openmetrics: gauges by the SLA or --by, escaped, without moments, ended" {
	csm account edit Acme --name 'A"c\me' >/dev/null
	CSM_TZDIR=$PWD run_csm sla breaches -o openmetrics
	ok
	out_is '# TYPE csm_sla_breached gauge
# HELP csm_sla_breached SLAs that are past their due moment and not completed.
csm_sla_breached{sla="Do"} 0
csm_sla_breached{sla="Fix"} 3
csm_sla_breached{sla="Slow"} 0
# TYPE csm_sla_late gauge
# HELP csm_sla_late SLAs that were completed late.
csm_sla_late{sla="Do"} 1
csm_sla_late{sla="Fix"} 1
csm_sla_late{sla="Slow"} 0
# TYPE csm_sla_soon gauge
# HELP csm_sla_soon SLAs that are due soon.
csm_sla_soon{sla="Do"} 0
csm_sla_soon{sla="Fix"} 0
csm_sla_soon{sla="Slow"} 2
# TYPE csm_sla_report_as_of_seconds gauge
# UNIT csm_sla_report_as_of_seconds seconds
# HELP csm_sla_report_as_of_seconds Moment that the figures are of, in seconds since 1970.
csm_sla_report_as_of_seconds{time_zone="UTC",tzdata="unknown"} 1709294400
# EOF'
	run_csm sla breaches -o openmetrics --by account
	out_has 'csm_sla_breached{account="ACCT0000002",name="A\"c\\me"} 1
csm_sla_breached{account="ACCT0000001",name="Beta"} 1
csm_sla_breached 1
'
	run_csm sla breaches -o openmetrics --where 'parent_case = CS0000008'
	ok
	out_lacks "csm_sla_breached{"
	out_has "# TYPE csm_sla_breached gauge"
}

@test "mail and openmetrics are for reports, and have no columns" {
	for format in mail openmetrics; do
		run_csm case list -o $format
		fails 2 "-o: '$format' is none of table, json, ndjson, yaml, csv, tsv"
		CSM_OUTPUT=$format run_csm case list
		fails 2 "'$format' is none of table, json, ndjson, yaml, csv, tsv"
		run_csm config set output $format
		fails 65 "'$format' is none of"
		run_csm import --from $format world.yaml
		fails 2 "--from: '$format' is none of json,ndjson"
		for option in --fields=case --count --no-header --format=x -z; do
			run_csm sla breaches -o $format $option
			fails 2 "goes with rows, not with -o $format"
		done
	done
	run_csm sla breaches -o xml
	fails 2 "-o: 'xml' is none of table, json, ndjson, yaml, csv, tsv, mail, openmetrics"
}

@test "--as-of: what was then, whatever happened since; not what is to come" {
	csm sla breaches -o csv >now.csv
	at 2024-03-01T15:00:00Z
	csm account edit Acme --name Other >/dev/null
	csm case close CS0000001 --resolution-code solved_guidance --close-notes x >/dev/null
	csm case delete CS0000003 >/dev/null
	csm sla breaches --new >/dev/null
	run_csm sla breaches --as-of 2024-03-01T12:00:00Z -o csv
	ok
	eq "$out" "$(cat now.csv)"
	run_csm sla breaches --as-of -3h -o csv
	eq "$out" "$(cat now.csv)"
	run_csm sla breaches --as-of 2024-03-01T13:00 --tz Europe/Berlin --fields case --no-header -o csv
	eq "$out" "$(cut -d, -f2 now.csv | sed 1d)"
	run_csm sla breaches --as-of 2024-03-01T10:00:00Z --fields status,case,left --no-header -o csv
	out_is $'soon,CS0000001,0s\nsoon,CS0000002,0s\nsoon,CS0000003,0s\nsoon,CS0000004,0s\nsoon,CS0000005,0s\nsoon,CSTASK0000001,0s'
	run_csm sla breaches --as-of 2023-01-01 --count
	out_is 0
	run_csm sla breaches --as-of 2024-03-01T12:00:00Z --monitor
	out_is "SLA CRITICAL - 3 breached, 2 due within 2h | breached=3;;0;0 soon=2;0;;0"
	run_csm sla breaches --as-of 2024-03-01T15:00:01Z
	fails 2 "--as-of: 2024-03-01T15:00:01Z is not past yet, the clock is 2024-03-01T15:00:00Z"
	run_csm sla breaches --as-of soonish
	fails 2 "--as-of: 'soonish' is no time; expected a time such as"
	# a condition on the past is asked of the past
	run_csm sla breaches --as-of 2024-03-01T12:00:00Z --where 'parent_case.account.name = Acme and parent_case.state != closed' \
		--fields case --no-header -o csv
	out_is $'CS0000001\nCS0000007'
	run_csm sla breaches --where 'parent_case.account.name = Acme' --count
	out_is 0
}

@test "--exit-code: 1 when anything is told, of whatever kind, in whatever format" {
	run_csm sla breaches --exit-code --where 'stage = completed' -o mail
	[ "$status" -eq 1 ]
	[ -z "$err" ]
	run_csm sla breaches --exit-code --by sla
	[ "$status" -eq 1 ]
	run_csm sla breaches --exit-code --new
	[ "$status" -eq 1 ]
	run_csm sla breaches --exit-code --new
	ok
	run_csm sla breaches --exit-code --by sla --where 'parent_case = CS0000008'
	ok
}

@test "--monitor is about what runs: what was completed late is over" {
	run_csm sla breaches --monitor --within 1h --where 'stage = completed'
	ok
	out_is "SLA OK - 0 breached, 0 due within 1h | breached=0;;0;0 soon=0;0;;0"
}

@test "a load that states SLAs: has_breached is a breach whatever the due moment; what is stated as reported is not told" {
	cat >sla.yaml <<-'EOF'
		csm: 1
		sla:
		  - {external_id: A, parent_case: CS0000008, sla_definition: Slow, stage: in_progress, active: true, has_breached: true,
		     start_at: 2024-03-01T09:00:00Z, duration: 8h, planned_end_at: 2024-03-01T17:00:00Z, breached_at: 2024-03-01T11:30:00Z}
		  - {external_id: B, parent_case: CS0000008, sla_definition: Fix, stage: completed, active: false, has_breached: true,
		     start_at: 2024-03-01T09:00:00Z, end_at: 2024-03-01T11:10:00Z, breached_at: 2024-03-01T11:00:00Z,
		     breach_reported_at: 2024-03-01T11:10:00Z}
		  - {external_id: C, parent_case: CS0000008, sla_definition: Fix, stage: completed, active: false, has_breached: true,
		     start_at: 2024-03-01T09:00:00Z, end_at: 2024-03-01T11:20:00Z, breached_at: 2024-03-01T11:00:00Z}
	EOF
	csm import sla.yaml >/dev/null
	breaches --where 'parent_case = CS0000008'
	ok
	out_is "breached,CS0000008,Slow,2024-03-01T11:30:00Z,-30m,in_progress
late,CS0000008,Fix,2024-03-01T11:00:00Z,-10m,completed
late,CS0000008,Fix,2024-03-01T11:00:00Z,-20m,completed"
	breaches --new --where 'parent_case = CS0000008'
	out_is "breached,CS0000008,Slow,2024-03-01T11:30:00Z,-30m,in_progress
late,CS0000008,Fix,2024-03-01T11:00:00Z,-20m,completed"
}

@test "on a terminal: 80 columns leave out the due moment and the text, 200 have room for them" {
	on_tty "$CSM_BIN sla breaches --within 1h --no-color"
	eq "$(sed '1s/tzdata.*/tzdata/' <<<"$out")" "SLA breaches as of 2024-03-01T12:00:00Z, times in UTC, tzdata
Status    Case           Prio  SLA   Left  Customer     Assigned to
breached  CS0000001         1  Fix    -2h  Acme         ann
breached  CS0000002         2  Fix    -2h  Cleo Carter
breached  CS0000003         3  Fix   -30m  Beta         bob
late      CS0000004         1  Fix    -1h  Acme         bob
late      CSTASK0000001     2  Do     -1h  Acme
soon      CS0000006         4  Slow    1h  Beta"
	COLUMNS=200 run_csm sla breaches --within 1h -o table
	out_has "Status    Case           Prio  SLA   Due                   Left  Customer     Assigned to  Short description
breached  CS0000001         1  Fix   2024-03-01T10:00:00Z   -2h  Acme         ann          one"
	run_csm sla breaches -o table --where 'parent_case = CS0000008'
	ok
	eq "$(sed 1d <<<"$out")" "Status  Case  Prio  SLA  Due  Left  Customer  Assigned to  Short description"
}

@test "what can't be: a moment, a time, a condition, a word too many" {
	run_csm sla breaches --since whenever
	fails 2 "--since: 'whenever' is no time; expected a time such as"
	run_csm sla breaches --within -1h
	fails 2 "--within"
	run_csm sla breaches --where 'colour = 1'
	fails 2 "'colour'"
	run_csm sla breaches CS0000001
	fails 2 "one word too many"
	run_csm sla breaches --fields colour
	fails 2 "there is no column 'colour'; the columns are status, case, priority"
	CSM_DB=$PWD/none.db run_csm sla breaches
	fails 66
}
