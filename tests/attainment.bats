#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# sla attainment: which SLAs are counted, of which moments, by what; the share and how it is cut.

load helpers

at() { export CSM_NOW=$1; }

setup() {
	csm_setup
	at 2024-01-31T20:00:00Z
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		user: [{user_name: ann, first_name: Ann, last_name: A}]
		group: [{name: First, member: [{member: ann}]}]
		account: [{name: Beta}, {name: Acme}]
		consumer: [{first_name: Cleo, last_name: Carter, email: cleo@example.com}]
		sla_definition:
		  - {name: Fix, duration: 2h, start_condition: "priority <= 3 and escalation = 0", stop_condition: "state in (resolved, closed)",
		     pause_condition: "impact = 1"}
		  - {name: Do, target_type: case_task, duration: 1h, start_condition: "priority <= 4", stop_condition: state = closed}
	EOF
	csm import world.yaml >/dev/null
}

new_case() {
	case $* in *--priority*) ;; *) set -- --priority 1 "$@" ;; esac
	csm case new --short-description x "$@" >/dev/null
}
close_case() { csm case close "$1" --resolution-code solved_guidance --close-notes x >/dev/null; }
# completed MOMENT KEPT-OR-LATE FIELD...: a case that is opened an hour, or three, before the moment and closed at it
completed() {
	local moment=$1 hours=1

	[ "$2" = kept ] || hours=3
	at "$(date -u -d "$moment - $hours hours" +%Y-%m-%dT%H:%M:%SZ)"
	new_case "${@:3}"
	at "$moment"
	close_case "$(csm case list --sort -number --limit 1 --fields number --no-header -o csv)"
}
attainment() {
	run_csm sla attainment --no-header -o csv "$@"
}
COUNTS=met,missed,total,attainment,imported

@test "met are those completed without breach; running, paused and cancelled ones are none" {
	completed 2024-02-01T10:00:00Z kept --account Acme
	completed 2024-02-01T11:00:00Z late --account Acme
	completed 2024-02-01T12:00:00Z kept --account Acme
	at 2024-02-01T13:00:00Z
	new_case --account Acme
	new_case --account Acme
	new_case --account Acme
	at 2024-02-01T16:00:00Z
	csm case edit CS0000005 --impact 1 >/dev/null
	csm case edit CS0000006 --escalation 1 >/dev/null
	csm tick >/dev/null
	attainment --fields $COUNTS
	ok
	out_is 2,1,3,66.66,0
	run_csm sla attainment -o json --fields met,attainment
	out_is '[
  {
    "met": 2,
    "attainment": 66.66
  }
]'
}

@test "a share that is nearly all is not all; of none there is no share" {
	attainment --fields $COUNTS
	ok
	out_is 0,0,0,,0
	run_csm sla attainment -o json --fields attainment,from,to
	out_is '[
  {
    "attainment": null,
    "from": null,
    "to": null
  }
]'
	run_csm sla attainment -o openmetrics
	ok
	out_lacks 'csm_sla_attainment_ratio 0'
	out_has 'csm_sla_met 0'
	run_csm sla attainment -o mail
	ok
	out_has "SLA attainment unknown: 0 of 0"
	attainment --by account
	ok
	out_is ""
	{
		echo 'parent_case,sla_definition,stage,active,has_breached,breached_at,start_at,end_at'
		for n in {1..20001}; do
			echo "CS0000001,Fix,completed,false,false,,2024-01-01T10:00:00Z,2024-01-01T11:00:00Z"
		done
		echo "CS0000001,Fix,completed,false,true,2024-01-01T10:30:00Z,2024-01-01T10:00:00Z,2024-01-01T11:00:00Z"
	} >sla.csv
	new_case --account Acme
	csm sla import sla.csv >/dev/null
	attainment --fields $COUNTS
	out_is 20001,1,20002,99.99,0
	run_csm sla attainment -o openmetrics
	out_has "csm_sla_attainment_ratio 0.999950"
	run_csm sla attainment -o openmetrics --where 'has_breached = false'
	out_has "csm_sla_attainment_ratio 1.000000"
}

@test "--from is in, --to is out; dates and moments without an offset are in the zone of --tz" {
	completed 2024-02-01T00:00:00Z kept --account Acme
	completed 2024-02-29T23:59:59Z kept --account Acme
	completed 2024-03-01T00:00:00Z late --account Acme
	attainment --from 2024-02-01 --to 2024-03-01 --fields $COUNTS,from,to
	ok
	out_is 2,0,2,100.00,0,2024-02-01T00:00:00Z,2024-03-01T00:00:00Z
	attainment --from 2024-02-01T00:00:01Z --to 2024-03-01T00:00:01Z --fields $COUNTS
	out_is 1,1,2,50.00,0
	attainment --from 2024-02-01 --to 2024-03-01 --tz Europe/Berlin --fields total,from,to
	out_is 1,2024-02-01T00:00:00+01:00,2024-03-01T00:00:00+01:00
	attainment --from 2024-02-01T00:00 --to 2024-03-01T00:00Z --tz America/New_York --fields total
	out_is 1
	attainment --from 2024-03-01 --to 2024-03-01 --fields total,attainment
	ok
	out_is 0,
	attainment --from -1d --fields total
	out_is 2
	run_csm sla attainment --from 2024-03-01 --to 2024-02-01
	fails 2 "--to: 2024-02-01T00:00:00Z is before --from 2024-03-01T00:00:00Z"
	run_csm sla attainment --from sometime
	fails 2 "--from: 'sometime' is no time"
}

@test "--by: account with its name, group, priority, SLA, assignee; none last; a table ends with all" {
	completed 2024-02-01T10:00:00Z kept --account Acme --assignment-group First --assigned-to ann
	completed 2024-02-01T11:00:00Z late --account Acme --priority 2
	completed 2024-02-01T12:00:00Z kept --account Beta --assignment-group First
	completed 2024-02-01T13:00:00Z late --consumer cleo@example.com
	run_csm sla attainment --by account -o table
	ok
	eq "$(sed '2s/tzdata.*/tzdata/' <<<"$out")" "SLAs completed so far
as of 2024-02-01T13:00:00Z, times in UTC, tzdata
Account      Name  Met  Missed  Total  Attainment %  Imported
ACCT0000002  Acme    1       1      2         50.00         0
ACCT0000001  Beta    1       0      1        100.00         0
(none)               0       1      1          0.00         0
all                  2       2      4         50.00         0"
	attainment --by account --fields account,name,total
	out_is $'ACCT0000002,Acme,2\nACCT0000001,Beta,1\n,,1'
	attainment --by group --fields group,met,missed
	out_is $'First,2,0\n,0,2'
	attainment --by priority --fields priority,met,missed
	out_is $'1,2,1\n2,0,1'
	attainment --by sla --fields sla,attainment
	out_is Fix,50.00
	attainment --by assignee --fields assignee,attainment
	out_is $'ann,100.00\n,33.33'
	run_csm sla attainment --by assignee -o json --fields assignee,total
	out_is '[
  {
    "assignee": "ann",
    "total": 1
  },
  {
    "assignee": null,
    "total": 3
  }
]'
	run_csm sla attainment --by colour
	fails 2 "'colour' is none of account,group,priority,sla,month,assignee"
	run_csm sla attainment --by group --fields account
	fails 2 "there is no column 'account'; the columns are group, met, missed"
}

@test "two accounts of one name stay two rows" {
	csm account new --name Acme >/dev/null
	completed 2024-02-01T10:00:00Z kept --account ACCT0000002
	completed 2024-02-01T10:00:00Z late --account ACCT0000003
	attainment --by account --fields account,met,missed
	out_is $'ACCT0000002,1,0\nACCT0000003,0,1'
}

@test "--by month: months of the zone, and those without any between the first and the last, or of the whole interval" {
	completed 2024-02-29T23:30:00Z kept --account Acme
	completed 2024-05-01T00:30:00Z late --account Acme
	attainment --by month --fields month,met,missed,attainment
	ok
	out_is $'2024-02,1,0,100.00\n2024-03,0,0,\n2024-04,0,0,\n2024-05,0,1,0.00'
	attainment --by month --fields month,met,missed --tz Europe/Berlin
	out_is $'2024-03,1,0\n2024-04,0,0\n2024-05,0,1'
	attainment --by month --fields month,total --from 2024-01-15 --to 2024-03-01
	out_is $'2024-01,0\n2024-02,1'
	attainment --by month --fields month,total --to 2024-03-02
	out_is $'2024-02,1\n2024-03,0'
	attainment --by month --fields month,total --from 2024-03-01 --to 2024-03-01
	out_is ""
	attainment --by month --fields month,total --from 2023-12-01 --to 2024-01-01
	out_is 2023-12,0
	run_csm sla attainment --by month -o table --where 'parent_case = CS0000001'
	eq "$(sed 1,2d <<<"$out")" "Month    Met  Missed  Total  Attainment %  Imported
2024-02    1       0      1        100.00         0
all        1       0      1        100.00         0"
}

@test "SLAs that a load derived count, and are counted apart" {
	cat >old.yaml <<-'EOF'
		csm: 1
		case:
		  - {account: Acme, short_description: a, priority: 1, state: closed, opened_at: 2024-01-01T10:00:00Z, closed_at: 2024-01-01T11:00:00Z}
		  - {account: Acme, short_description: b, priority: 1, state: closed, opened_at: 2024-01-01T10:00:00Z, closed_at: 2024-01-01T13:00:00Z}
	EOF
	csm import old.yaml >/dev/null
	completed 2024-02-01T10:00:00Z kept --account Acme
	attainment --fields $COUNTS
	out_is 2,1,3,66.66,2
	attainment --where 'from_import = false' --fields $COUNTS
	out_is 1,0,1,100.00,0
}

@test "case tasks count by their own account, group and priority" {
	new_case --account Beta
	csm case-task new --parent-case CS0000001 --short-description t --assignment-group First --priority 3 >/dev/null
	at 2024-02-01T10:00:00Z
	csm case-task close CSTASK0000001 >/dev/null
	for by in account group priority sla; do
		attainment --by $by --fields $by,missed
		printf '%s\n' "$out"
	done >got
	eq "$(cat got)" $'ACCT0000001,1\nFirst,1\n3,1\nDo,1'
}

@test "as a mail: the share in the first line, then the rows" {
	completed 2024-02-01T10:00:00Z kept --account Acme
	completed 2024-02-01T11:00:00Z late --account Beta
	completed 2024-02-01T12:00:00Z kept --account Beta
	CSM_TZDIR=$PWD run_csm sla attainment --by account --from 2024-02-01 --to 2024-03-01 -o mail
	ok
	out_is "SLA attainment 66.66 %: 2 of 3

completed from 2024-02-01T00:00:00Z to 2024-03-01T00:00:00Z
as of 2024-02-01T12:00:00Z, times in UTC, tzdata unknown

Account      Name  Met  Missed  Total  Attainment %  Imported
ACCT0000002  Acme    1       0      1        100.00         0
ACCT0000001  Beta    1       1      2         50.00         0
all                  2       1      3         66.66         0"
	run_csm sla attainment -o mail --count
	fails 2 "--count goes with rows, not with -o mail"
}

@test "as OpenMetrics: one sample without --by, one a group with it" {
	completed 2024-02-01T10:00:00Z kept --account Acme
	completed 2024-02-01T11:00:00Z late --consumer cleo@example.com
	CSM_TZDIR=$PWD run_csm sla attainment -o openmetrics
	ok
	out_is '# TYPE csm_sla_met gauge
# HELP csm_sla_met SLAs that were completed without breach.
csm_sla_met 1
# TYPE csm_sla_missed gauge
# HELP csm_sla_missed SLAs that were completed late.
csm_sla_missed 1
# TYPE csm_sla_attainment_ratio gauge
# UNIT csm_sla_attainment_ratio ratio
# HELP csm_sla_attainment_ratio Met of those that were completed, from 0 to 1.
csm_sla_attainment_ratio 0.500000
# TYPE csm_sla_report_as_of_seconds gauge
# UNIT csm_sla_report_as_of_seconds seconds
# HELP csm_sla_report_as_of_seconds Moment that the figures are of, in seconds since 1970.
csm_sla_report_as_of_seconds{time_zone="UTC",tzdata="unknown"} 1706785200
# EOF'
	run_csm sla attainment -o openmetrics --by account
	out_has 'csm_sla_met{account="ACCT0000002",name="Acme"} 1
csm_sla_met 0'
	run_csm sla attainment -o openmetrics --by month
	out_has 'csm_sla_attainment_ratio{month="2024-02"} 0.500000'
}

@test "--as-of: what was completed by then, of what the records said then" {
	completed 2024-02-01T10:00:00Z kept --account Acme
	completed 2024-02-02T10:00:00Z late --account Acme
	at 2024-02-03T10:00:00Z
	csm account edit Acme --name Other >/dev/null
	attainment --as-of 2024-02-01T10:00:00Z --by account --fields name,met,missed,as_of
	ok
	out_is Acme,1,0,2024-02-01T10:00:00Z
	attainment --as-of 2024-02-02T10:00:00Z --by account --fields name,met,missed
	out_is Acme,1,1
	attainment --as-of 2024-02-02T10:00:00Z --where 'parent_case.account.name = Acme' --fields met,missed
	out_is 1,1
	attainment --by account --fields name,met,missed
	out_is Other,1,1
	run_csm sla attainment --as-of 2025-01-01
	fails 2 "--as-of: 2025-01-01T00:00:00Z is not past yet"
}
