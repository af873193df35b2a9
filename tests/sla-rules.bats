#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The rules that an SLA keeps: what is edited in a definition or a schedule is for the SLAs that begin after it.

load helpers

# 2024-03-01 is a Friday. Fix: 20 h in 9-17 Berlin (8:00 to 16:00 UTC).
setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		schedule:
		  - {name: 9-17, time_zone: Europe/Berlin, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		account: [{name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}]}]
	EOF
	csm import world.yaml >/dev/null
	csm sla-definition new --name Fix --duration 20h --schedule-source definition --schedule 9-17 --start-condition "active = true" \
		--stop-condition "state = closed" --pause-condition "impact = 1" >/dev/null
}

new_case() { csm case new --contact geneva@acme.example --short-description x "$@" >/dev/null; }
# one SLA by the number of its case
sla() { csm sla list --where "parent_case = $1" --fields "$2" --no-header -o csv; }
at() { export CSM_NOW=$1; }
# used CASE: what the ledger sums up to
used() { csm sla explain "$1" -o csv --no-header 2>/dev/null | tail -n 1 | cut -d, -f7; }
feast() { csm schedule-exception new --schedule 9-17 --date "$1" --kind closed --name Feast >/dev/null; }
longer() { csm schedule-span edit '#1' --start 06:00 --end 20:00 >/dev/null; }
close_case() { csm case close "$1" --resolution-code duplicate --close-notes x >/dev/null; }

@test "a holiday and other hours are for new SLAs: a running one is paused, resumed and completed by the hours it began with" {
	new_case
	eq "$(sla CS0000001 planned_end_at)" 2024-03-05T13:00:00Z
	at 2024-03-01T10:00:00Z
	feast 2024-03-04
	longer
	eq "$(sla CS0000001 planned_end_at)" 2024-03-05T13:00:00Z
	new_case
	# Friday 11 to 20 is 9 h, Monday is closed, Tuesday from 6 on 11 h more
	eq "$(sla CS0000002 planned_end_at)" 2024-03-05T16:00:00Z
	at 2024-03-04T09:00:00Z
	eq "$(used CS0000001)" 8h
	eq "$(used CS0000002)" 9h
	csm case edit CS0000001 CS0000002 --impact 1 >/dev/null
	at 2024-03-04T11:00:00Z
	csm case edit CS0000001 CS0000002 --impact 3 >/dev/null
	eq "$(sla CS0000001 planned_end_at,business_pause_duration,pause_duration)" 2024-03-05T15:00:00Z,2h,2h
	eq "$(sla CS0000002 planned_end_at,business_pause_duration,pause_duration)" 2024-03-05T16:00:00Z,0s,2h
	at 2024-03-05T08:00:00Z
	eq "$(used CS0000001)" 13h
	eq "$(used CS0000002)" 12h
	close_case CS0000001
	close_case CS0000002
	eq "$(sla CS0000001 stage,business_elapsed,elapsed,has_breached)" completed,13h,3d21h,false
	eq "$(sla CS0000002 stage,business_elapsed,elapsed,has_breached)" completed,12h,3d20h,false
}

@test "another duration and another pause condition are for new SLAs" {
	new_case
	at 2024-03-01T10:00:00Z
	csm sla-definition edit Fix --duration 4h --pause-condition "urgency = 1" >/dev/null
	new_case
	eq "$(sla CS0000001 duration,planned_end_at,sla_definition_version)" 20h,2024-03-05T13:00:00Z,1
	eq "$(sla CS0000002 duration,planned_end_at,sla_definition_version)" 4h,2024-03-01T14:00:00Z,2
	at 2024-03-01T11:00:00Z
	csm case edit CS0000001 CS0000002 --urgency 1 >/dev/null
	eq "$(sla CS0000001 stage) $(sla CS0000002 stage)" "in_progress paused"
	csm case edit CS0000001 CS0000002 --impact 1 --urgency 3 >/dev/null
	eq "$(sla CS0000001 stage) $(sla CS0000002 stage)" "paused in_progress"
	at 2024-03-01T12:00:00Z
	eq "$(used CS0000001) $(used CS0000002)" "2h 2h"
}

@test "a running SLA starts, stops and is cancelled by the conditions it began with; one made inactive, or for another type, runs on" {
	new_case
	csm sla-definition edit Fix --stop-condition "priority = 1" --start-condition "priority > 2 and active = true" >/dev/null
	csm case edit CS0000001 --priority 1 >/dev/null
	eq "$(sla CS0000001 stage)" in_progress
	csm sla-definition edit Fix --active false >/dev/null
	csm case edit CS0000001 --priority 4 --impact 1 >/dev/null
	eq "$(sla CS0000001 stage)" paused
	csm sla-definition edit Fix --active true --target-type case_task --start-condition "active = true" --stop-condition "state = closed" \
		--unset pause_condition >/dev/null
	csm case edit CS0000001 --impact 3 >/dev/null
	eq "$(sla CS0000001 stage)" in_progress
	close_case CS0000001
	eq "$(sla CS0000001 stage)" completed
	new_case
	eq "$(sla CS0000002 stage)" ""
}

@test "a reset ends an SLA by its own rules and begins one by those of today" {
	csm sla-definition edit Fix --reset-condition "urgency = 1" >/dev/null
	new_case
	at 2024-03-01T10:00:00Z
	csm sla-definition edit Fix --duration 4h --reset-condition "urgency = 2" --reset-action cancel --pause-condition "urgency = 1" >/dev/null
	csm case edit CS0000001 --urgency 2 >/dev/null
	eq "$(sla CS0000001 stage,duration)" in_progress,20h
	csm case edit CS0000001 --urgency 1 >/dev/null
	eq "$(sla CS0000001 stage,duration,sla_definition_version)" $'completed,20h,2\npaused,4h,3'
	new_case
	csm sla-definition edit Fix --active false >/dev/null
	csm case edit CS0000002 --urgency 2 >/dev/null
	at 2024-03-01T11:00:00Z
	csm case edit CS0000002 --urgency 3 >/dev/null
	csm case edit CS0000002 --urgency 2 >/dev/null
	eq "$(sla CS0000002 stage,duration)" "cancelled,4h"
}

@test "a completed SLA goes on by its own rules, and another stop condition does not begin a second one" {
	csm sla-definition edit Fix --stop-condition "state in (resolved, closed)" --reopen-action resume >/dev/null
	new_case
	csm case accept CS0000001 >/dev/null
	at 2024-03-01T10:00:00Z
	csm case resolve CS0000001 --resolution-code solved_workaround --close-notes x >/dev/null
	eq "$(sla CS0000001 stage)" completed
	csm sla-definition edit Fix --stop-condition "priority = 1" --duration 2h --reopen-action restart >/dev/null
	longer
	csm case edit CS0000001 --description y >/dev/null
	eq "$(sla CS0000001 stage,duration)" completed,20h
	at 2024-03-04T08:00:00Z
	csm case reject-solution CS0000001 --reason no --on-behalf geneva@acme.example >/dev/null
	# 1 h on Friday; out of the 20 h 19 are left: 8 on Monday, 8 on Tuesday, 3 on Wednesday
	eq "$(sla CS0000001 stage,duration,planned_end_at)" in_progress,20h,2024-03-06T11:00:00Z
	at 2024-03-04T10:00:00Z
	eq "$(used CS0000001)" 3h
}

@test "what a schedule includes and excludes is kept, too, and a task keeps its rules as a case does" {
	csm schedule new --name Feasts >/dev/null
	csm schedule edit 9-17 --exclude Feasts >/dev/null
	csm sla-definition new --name Do --target-type case_task --duration 20h --schedule-source definition --schedule 9-17 \
		--start-condition "active = true" --stop-condition "state = closed" >/dev/null
	new_case
	csm case-task new --parent-case CS0000001 --short-description t >/dev/null
	at 2024-03-01T10:00:00Z
	csm schedule-span new --schedule Feasts --days mon --start 00:00 --end 24:00 >/dev/null
	new_case
	csm case-task new --parent-case CS0000001 --short-description t >/dev/null
	eq "$(csm sla list --fields sla_definition,planned_end_at --no-header -o csv)" "Fix,2024-03-05T13:00:00Z
Do,2024-03-05T13:00:00Z
Fix,2024-03-06T14:00:00Z
Do,2024-03-06T14:00:00Z"
	csm schedule edit 9-17 --unset exclude >/dev/null
	at 2024-03-06T08:00:00Z
	eq "$(used CS0000001)" 23h
	eq "$(used CS0000002)" 14h
	csm case-task close CSTASK0000001 CSTASK0000002 >/dev/null
	eq "$(csm sla list --where "sla_definition = Do" --fields business_elapsed,has_breached --no-header -o csv)" $'23h,true\n14h,false'
}

@test "an edit that is undone was never in force for those that began before it, and is for those that began under it" {
	new_case
	at 2024-03-01T10:00:00Z
	longer
	csm sla-definition edit Fix --pause-condition "urgency = 1" >/dev/null
	new_case
	csm undo 6 >/dev/null
	csm undo 5 >/dev/null
	new_case
	at 2024-03-01T11:00:00Z
	csm case edit CS0000001 CS0000002 CS0000003 --impact 1 >/dev/null
	eq "$(sla CS0000001 stage) $(sla CS0000002 stage) $(sla CS0000003 stage)" "paused in_progress paused"
	at 2024-03-02T00:00:00Z
	eq "$(used CS0000001) $(used CS0000002)" "2h 9h"
	csm case edit CS0000001 --impact 3 >/dev/null
	eq "$(sla CS0000001 planned_end_at)" 2024-03-06T10:00:00Z
	csm -q db verify
}

@test "a condition of the past means the records that were called so when it was written" {
	csm sla-definition edit Fix --start-condition "account = Acme" >/dev/null
	new_case
	csm sla-definition edit Fix --start-condition "priority <= 4" >/dev/null
	csm account edit Acme --name Other >/dev/null
	csm account new --name Acme >/dev/null
	at 2024-03-01T10:00:00Z
	csm case edit CS0000001 --impact 1 >/dev/null
	eq "$(sla CS0000001 stage)" paused
}

@test "what a condition names may be renamed or deleted: it goes on to mean what it meant when it was written" {
	csm account new --name Bcme >/dev/null
	csm sla-definition edit Fix --start-condition "account in (Acme, Bcme) and active = true" >/dev/null
	new_case
	csm account edit Acme --name Other >/dev/null
	csm account delete Bcme >/dev/null
	new_case
	csm case edit CS0000001 --impact 1 >/dev/null
	eq "$(csm sla list --fields parent_case,stage --no-header -o csv)" "CS0000001,paused
CS0000002,in_progress"
	# who writes it again has to say whom he means
	run_csm sla-definition edit Fix --duration 3h
	fails 3 "start_condition: there is no account 'Acme'"
	csm sla-definition edit Fix --duration 3h --start-condition "account = Other and active = true" >/dev/null
	new_case
	eq "$(sla CS0000003 duration)" 3h
	at 2024-03-01T10:00:00Z
	run_csm sla explain CS0000001 --no-header --fields rules -o csv
	out_is '"Fix v2, 9-17 v1, change 6"'
}

@test "the change is this database's own: it is neither exported nor taken from a load, and a load goes on by today's rules" {
	new_case
	eq "$(sla CS0000001 rules_change)" "$(csm log CS0000001 --fields change --no-header -o csv | sort -u)"
	feast 2024-03-04
	csm export >all.yaml
	! grep -q rules_change all.yaml || wrong "exported"
	csm export sla --volatile -o ndjson >sla.ndjson
	grep -q '"rules_change":4' sla.ndjson || wrong "$(cat sla.ndjson)"
	csm --db other.db init
	csm --db other.db import all.yaml >/dev/null
	eq "$(csm --db other.db sla list --fields planned_end_at,rules_change --no-header -o csv)" 2024-03-05T13:00:00Z,
	at 2024-03-04T12:00:00Z
	csm --db other.db case edit CS0000001 --impact 1 >/dev/null
	eq "$(csm --db other.db sla list --fields stage,rules_change --no-header -o csv)" paused,
	at 2024-03-05T12:00:00Z
	csm --db other.db case edit CS0000001 --impact 3 >/dev/null
	# nothing of Monday, 4 h of Tuesday in the pause; Friday had 7 h, Tuesday 4 h, 9 h are left
	eq "$(csm --db other.db sla list --fields planned_end_at,business_pause_duration --no-header -o csv)" 2024-03-07T09:00:00Z,4h
	csm import sla.ndjson >/dev/null
	eq "$(sla CS0000001 rules_change)" 4
	sed 's/"rules_change":4/"rules_change":1/' sla.ndjson >other.ndjson
	csm import other.ndjson >/dev/null
	eq "$(sla CS0000001 rules_change)" 4
}

@test "cases of a load keep the rules of the day of the load" {
	cat >old.yaml <<-'EOF'
		csm: 1
		case: [{external_id: A, account: Acme, short_description: x, opened_at: 2024-02-29T09:00:00Z}]
	EOF
	csm import old.yaml >/dev/null
	eq "$(sla A planned_end_at,from_import)" 2024-03-04T13:00:00Z,true
	longer
	at 2024-03-01T10:00:00Z
	csm case edit A --impact 1 >/dev/null
	at 2024-03-04T10:00:00Z
	csm case edit A --impact 3 >/dev/null
	eq "$(sla A planned_end_at,business_pause_duration)" 2024-03-05T13:00:00Z,8h
}

@test "the ledger names the rules that applied: definition and schedule with their versions, and the change; a load that states a record has none" {
	new_case
	feast 2024-03-04
	csm sla-definition edit Fix --duration 4h >/dev/null
	csm schedule edit 9-17 --name Hours >/dev/null
	new_case
	at 2024-03-01T10:00:00Z
	run_csm sla explain CS0000001 --no-header --fields counted,rules -o csv
	out_is '1h,"Fix v1, 9-17 v1, change 4"'
	run_csm sla explain CS0000002 --no-header --fields rules -o csv
	out_is '"Fix v2, Hours v2, change 8"'
	COLUMNS=80 run_csm sla explain CS0000002 -o table
	out_lacks Rules
	COLUMNS=140 run_csm sla explain CS0000002 -o table
	out_has "Fix v2, Hours v2, change 8"
	csm sla-definition new --name Bare --duration 1h --start-condition "impact = 2" --stop-condition "state = closed" >/dev/null
	csm case edit CS0000002 --impact 2 >/dev/null
	at 2024-03-01T11:00:00Z
	run_csm sla explain CS0000002 --sla Bare --no-header --fields rules -o csv
	out_is '"Bare v1, change 10"'
	csm export >all.yaml
	csm --db other.db init
	csm --db other.db import all.yaml >/dev/null
	run_csm --db other.db sla explain CS0000001 --no-header --fields rules -o csv
	out_is '"Fix v1, Hours v1"'
}

@test "explain --as-of is the ledger of then: of cases, SLAs and names that have changed or gone since" {
	new_case
	at 2024-03-01T10:00:00Z
	csm case edit CS0000001 --impact 1 >/dev/null
	at 2024-03-01T11:00:00Z
	csm case edit CS0000001 --impact 3 >/dev/null
	csm sla-definition edit Fix --name Mend >/dev/null
	at 2024-03-01T12:00:00Z
	run_csm sla explain CS0000001 --no-header --fields from,to,what,sum -o csv --as-of 2024-03-01T09:30:00Z
	out_is "2024-03-01T09:00:00Z,2024-03-01T09:30:00Z,counted,30m"
	eq "$err" "csm: SLA0000001 'Fix' (version 1): in_progress, target 20h, used 30m, due 2024-03-05T13:00:00Z"
	run_csm sla explain CS0000001 --no-header --fields from,to,what,sum -o csv --as-of -90m --sla Fix
	out_is "2024-03-01T09:00:00Z,2024-03-01T10:00:00Z,counted,1h
2024-03-01T10:00:00Z,2024-03-01T10:30:00Z,paused,1h"
	eq "$err" "csm: SLA0000001 'Fix' (version 1): paused, target 20h, used 1h, no due moment while paused"
	run_csm sla explain CS0000001 --no-header --fields what,sum -o csv --as-of 2024-03-01T12:00:00Z
	out_is "counted,1h
paused,1h
counted,2h"
	err_has "'Mend'"
	csm undo 7 >/dev/null
	csm undo 6 >/dev/null
	run_csm sla explain CS0000001 --no-header --fields what,sum -o csv --as-of 2024-03-01T11:30:00Z
	out_is "counted,1h
paused,1h
counted,1h30m"
	run_csm sla explain CS0000001 --as-of 2024-03-01T12:00:01Z
	fails 2 "--as-of: 2024-03-01T12:00:01Z is not past yet, the clock is 2024-03-01T12:00:00Z"
	run_csm sla explain CS0000001 --as-of 2024-03-01T08:59:59Z
	fails 3 "there is no case 'CS0000001'"
	# a case that is gone can be explained as of when it was there
	csm undo 5 >/dev/null
	csm undo 4 >/dev/null
	at 2024-03-01T13:00:00Z
	run_csm sla explain CS0000001
	fails 3 "there is no case 'CS0000001'"
	run_csm sla explain CS0000001 --no-header --fields what,sum -o csv --as-of 2024-03-01T11:30:00Z
	out_is "counted,1h
paused,1h
counted,1h30m"
}
