#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Milestones of SLAs: their moments, that each is told once however csm ticks, and what pauses, ends, replacements and loads do to them.

load helpers

setup() {
	csm_setup
	csm init
	cat >base.yaml <<-'EOF'
		csm: 1
		user: [{user_name: anna, last_name: Ott}, {user_name: otto, last_name: Own}]
		account: [{name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}]}]
		schedule:
		  - {name: 9-17, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		  - {name: floating, span: [{days: [mon, tue, wed, thu, fri, sat, sun], start: "08:00", end: "20:00"}]}
	EOF
	csm import base.yaml >/dev/null
}

# define NAME FIELD...: an SLA definition on cases, stopped by the resolution, paused while the customer is asked
define() {
	local name=$1
	shift
	[[ " $* " == *" --start-condition "* ]] || set -- --start-condition "active = true" "$@"
	[[ " $* " == *" --stop-condition "* ]] || set -- --stop-condition "state in (resolved, closed)" "$@"
	csm sla-definition new --name "$name" "$@" >/dev/null
}
pausing() { define "$@" --pause-condition "state = awaiting_info"; }
office() { define "$@" --schedule-source definition --schedule 9-17; }
# levels DEFINITION ROW...: rows of milestones as YAML flow maps
levels() {
	local name=$1
	shift
	printf 'csm: 1\nsla_definition: [{name: %s, milestone: [%s]}]\n' "$name" "$(IFS=,; echo "$*")" >levels.yaml && csm import levels.yaml >/dev/null
}
new_case() { csm --as otto case new --account Acme --short-description x --assigned-to anna "$@"; }
at() { export CSM_NOW=$1; }
tick_at() { CSM_NOW=$1 csm tick -q; }
# ticks DB MOMENT...: one at each, in one process.
ticks() {
	local db=$1

	shift
	: >answers
	[ $# -eq 0 ] || printf '{"args": ["--now", "%s", "tick", "-q"]}\n' "$@" | csm --db "$db" batch >answers
	eq "$(grep -c '"status":0' answers)" $#
}
next() { csm sla list --fields next_milestone_at --no-header --sort number; }
alerts() { csm sla-alert list --fields "${1:-milestone,reached_at,fired_at}" --no-header -o csv --sort sla,reached_at,milestone; }
told() { csm outbox list --fields subject --no-header -o csv; }

@test "50, 75 and 100 percent of the time, without a word in the definition" {
	define R --duration 8h
	new_case
	eq "$(next)" 2024-03-01T13:00:00Z
	tick_at 2024-03-01T12:59:59Z
	eq "$(alerts)" ""
	tick_at 2024-03-01T13:00:00Z
	eq "$(alerts)" 50%,2024-03-01T13:00:00Z,2024-03-01T13:00:00Z
	eq "$(next)" 2024-03-01T15:00:00Z
	tick_at 2024-03-01T15:10:00Z
	tick_at 2024-03-01T17:00:00Z
	eq "$(alerts)" "50%,2024-03-01T13:00:00Z,2024-03-01T13:00:00Z
75%,2024-03-01T15:00:00Z,2024-03-01T15:10:00Z
100%,2024-03-01T17:00:00Z,2024-03-01T17:00:00Z"
	eq "$(next)" ""
	eq "$(told)" "CS0000001: 50% of R used: x
CS0000001: 75% of R used: x
CS0000001: R is due: x"
}

@test "100 percent is the due moment; breached is the second after it" {
	define R --duration 8h
	new_case
	tick_at 2024-03-01T17:00:00Z
	eq "$(csm sla list --fields has_breached,breached_at --no-header -o csv)" false,
	eq "$(csm sla-alert list --count)" 3
	tick_at 2024-03-01T17:00:01Z
	eq "$(csm sla list --fields has_breached,breached_at --no-header -o csv)" true,2024-03-01T17:00:00Z
	eq "$(csm sla-alert list --count)" 3
}

@test "a percentage is reached when the record shows it: the seconds are rounded up" {
	define R --duration 101
	new_case
	eq "$(next)" 2024-03-01T09:00:51Z
	levels R "{percentage: 1}" "{percentage: 99}" "{percentage: 150}"
	new_case
	for t in 09:00:01 09:00:02 09:01:39 09:01:40 09:02:31 09:02:32; do tick_at "2024-03-01T${t}Z"; done
	eq "$(alerts sla,milestone,reached_at,fired_at | grep 02,)" "SLA0000002,1%,2024-03-01T09:00:02Z,2024-03-01T09:00:02Z
SLA0000002,99%,2024-03-01T09:01:40Z,2024-03-01T09:01:40Z
SLA0000002,150%,2024-03-01T09:02:32Z,2024-03-01T09:02:32Z"
}

@test "levels are counted in the schedule: over nights and the weekend" {
	office R --duration 10h
	at 2024-03-01T15:00:00Z
	new_case
	tick_at 2024-03-06T00:00:00Z
	# 2 h on Friday, 8 on Monday: half of it is Monday noon
	eq "$(alerts milestone,reached_at)" "50%,2024-03-04T12:00:00Z
75%,2024-03-04T14:30:00Z
100%,2024-03-04T17:00:00Z"
	eq "$(csm sla list --fields planned_end_at --no-header -o csv)" 2024-03-04T17:00:00Z
}

@test "peers 36: an hour before due is counted backwards in business time, over a day and over a weekend" {
	office Day --duration 8h30m
	levels Day "{before_due: 1h}"
	office Week --duration 4h30m
	levels Week "{before_due: 1h}" "{before_due: 3h}"
	at 2024-03-01T13:00:00Z
	new_case
	# Day: 4 h on Friday, due Monday 13:30; Week: due Monday 9:30, and an hour before that is Friday 16:30
	eq "$(csm sla list --fields sla_definition,planned_end_at --no-header -o csv --sort sla_definition.name)" "Day,2024-03-04T13:30:00Z
Week,2024-03-04T09:30:00Z"
	tick_at 2024-03-05T00:00:00Z
	eq "$(alerts sla.sla_definition,milestone,reached_at | sort)" "Day,1h before due,2024-03-04T12:30:00Z
Week,1h before due,2024-03-01T16:30:00Z
Week,3h before due,2024-03-01T14:30:00Z"
	eq "$(told | sort | head -n 1)" '"CS0000001: Day, 1h before due: x"'
}

@test "so much time left at an opening is told at the opening, not when the day before ended" {
	office R --duration 3h
	levels R "{before_due: 1h}"
	at 2024-03-01T15:00:00Z
	new_case
	eq "$(csm sla list --fields planned_end_at,next_milestone_at --no-header -o csv)" 2024-03-04T10:00:00Z,2024-03-04T09:00:00Z
}

@test "an SLA shorter than that has it from its beginning" {
	define R --duration 30m
	levels R "{before_due: 2h}" "{before_due: 1h}"
	new_case
	csm tick -q
	eq "$(alerts milestone,reached_at,fired_at,silent)" "1h before due,2024-03-01T09:00:00Z,2024-03-01T09:00:00Z,false
2h before due,2024-03-01T09:00:00Z,,true"
	eq "$(csm outbox list --count)" 1
}

@test "a relative duration: its time is that from the start to the due moment" {
	office R --duration-type relative --relative-duration next_business_day_by_4pm
	new_case
	eq "$(csm sla list --fields planned_end_at,duration --no-header -o csv)" 2024-03-04T16:00:00Z,15h
	tick_at 2024-03-05T00:00:00Z
	eq "$(alerts milestone,reached_at)" "50%,2024-03-01T16:30:00Z
75%,2024-03-04T12:15:00Z
100%,2024-03-04T16:00:00Z"
}

@test "peers 34: each level is told once in two hundred and fifty ticks" {
	define R --duration 8h
	new_case
	changes=$(csm log --count)
	start=$(date -u -d 2024-03-01T09:00:00Z +%s)
	# shellcheck disable=SC2046 # moments, one a word
	ticks "$CSM_DB" $(seq -f '@%.0f' $((start + 144)) 144 $((start + 36000)))
	eq "$(alerts milestone,reached_at)" "50%,2024-03-01T13:00:00Z
75%,2024-03-01T15:00:00Z
100%,2024-03-01T17:00:00Z"
	eq "$(csm outbox list --count)" 3
	eq "$(csm log --count)" $((changes + 4)) # and the breach
}

@test "a tick with nothing to do makes no change" {
	define R --duration 8h
	new_case
	tick_at 2024-03-01T13:00:00Z
	changes=$(csm log --count)
	tick_at 2024-03-01T13:01:00Z
	tick_at 2024-03-01T14:59:59Z
	eq "$(csm log --count)" "$changes"
}

@test "late: each level that was missed is told by itself, in order" {
	define R --duration 8h
	define S --duration 6h
	new_case
	tick_at 2024-03-08T09:00:00Z
	eq "$(told)" "CS0000001: 50% of S used: x
CS0000001: 50% of R used: x
CS0000001: 75% of S used: x
CS0000001: 75% of R used: x
CS0000001: S is due: x
CS0000001: R is due: x"
	eq "$(alerts fired_at | sort -u)" 2024-03-08T09:00:00Z
}

@test "peers 38: alerts obey the alert schedule, apart from measurement, in the zone of the SLA" {
	define R --duration 8h --alert-schedule floating --time-zone America/New_York
	at 2024-03-01T18:00:00Z
	new_case
	# 22:00, 24:00 and 02:00 UTC are 17:00, 19:00 and 21:00 in New York, where alerts may be sent from 8 to 20
	tick_at 2024-03-01T22:00:00Z
	tick_at 2024-03-02T00:00:00Z
	tick_at 2024-03-02T02:00:00Z
	tick_at 2024-03-02T12:59:59Z
	eq "$(alerts)" "50%,2024-03-01T22:00:00Z,2024-03-01T22:00:00Z
75%,2024-03-02T00:00:00Z,2024-03-02T00:00:00Z
100%,2024-03-02T02:00:00Z,"
	eq "$(next)" 2024-03-02T13:00:00Z
	tick_at 2024-03-02T13:00:00Z
	eq "$(alerts | tail -n 1)" 100%,2024-03-02T02:00:00Z,2024-03-02T13:00:00Z
}

@test "a late tick at midnight waits for the alert schedule, and loses nothing" {
	office R --duration 8h --alert-schedule 9-17
	new_case
	tick_at 2024-03-02T00:00:00Z
	eq "$(csm outbox list --count)" 0
	eq "$(next)" 2024-03-04T09:00:00Z
	tick_at 2024-03-03T00:00:00Z
	tick_at 2024-03-04T08:59:59Z
	eq "$(csm outbox list --count)" 0
	tick_at 2024-03-04T09:00:00Z
	eq "$(alerts)" "50%,2024-03-01T13:00:00Z,2024-03-04T09:00:00Z
75%,2024-03-01T15:00:00Z,2024-03-04T09:00:00Z
100%,2024-03-01T17:00:00Z,2024-03-04T09:00:00Z"
	eq "$(csm outbox list --count)" 3
}

@test "an alert schedule that is opened, or taken away, while levels wait for it swallows none of them" {
	define R --duration 8h --alert-schedule 9-17
	define S --duration 8h --alert-schedule floating
	at 2024-03-01T16:00:00Z
	new_case
	eq "$(next)" "2024-03-01T20:00:00Z
2024-03-01T20:00:00Z"
	# no tick came between the 50 % of both and the edits, which put their openings before it
	CSM_NOW=2024-03-01T21:00:00Z csm sla-definition edit R --unset alert_schedule >/dev/null
	CSM_NOW=2024-03-01T21:00:00Z csm schedule-span edit '#2' --end 24:00 >/dev/null
	tick_at 2024-03-01T21:30:00Z
	eq "$(alerts sla.sla_definition,milestone,fired_at)" "R,50%,2024-03-01T21:30:00Z
S,50%,2024-03-01T21:30:00Z"
	CSM_NOW=2024-03-01T21:40:00Z csm sla-definition edit R --alert-schedule 9-17 >/dev/null
	# a tick has put off the 75 % of R
	tick_at 2024-03-01T22:30:00Z
	CSM_NOW=2024-03-01T23:00:00Z csm sla-definition edit R --unset alert_schedule >/dev/null
	tick_at 2024-03-04T09:00:00Z
	eq "$(alerts sla.sla_definition,milestone,reached_at | sort)" "R,100%,2024-03-02T00:00:00Z
R,50%,2024-03-01T20:00:00Z
R,75%,2024-03-01T22:00:00Z
S,100%,2024-03-02T00:00:00Z
S,50%,2024-03-01T20:00:00Z
S,75%,2024-03-01T22:00:00Z"
	eq "$(csm outbox list --count)" 6
}

@test "an alert schedule that is never open again swallows nothing" {
	printf 'csm: 1\nschedule: [{name: over, time_zone: UTC, valid_to: 2024-02-01, span: [{days: [mon], start: "09:00", end: "10:00"}]}]\n' >more.yaml && csm import more.yaml >/dev/null
	define R --duration 8h --alert-schedule over
	new_case
	tick_at 2024-03-01T13:00:00Z
	eq "$(alerts)" 50%,2024-03-01T13:00:00Z,2024-03-01T13:00:00Z
}

@test "a pause moves what comes; what was told stays told" {
	pausing R --duration 8h
	new_case
	tick_at 2024-03-01T13:00:00Z
	CSM_NOW=2024-03-01T14:00:00Z csm --as anna case accept CS0000001 >/dev/null
	CSM_NOW=2024-03-01T14:00:00Z csm --as anna case request-info CS0000001 --comment "?" >/dev/null
	eq "$(next)" ""
	tick_at 2024-03-01T18:00:00Z
	CSM_NOW=2024-03-01T20:00:00Z csm --as anna case provide-info CS0000001 --comment "!" >/dev/null
	eq "$(next)" 2024-03-01T21:00:00Z
	tick_at 2024-03-02T09:00:00Z
	eq "$(alerts milestone,reached_at)" "50%,2024-03-01T13:00:00Z
75%,2024-03-01T21:00:00Z
100%,2024-03-01T23:00:00Z"
}

@test "what was reached before a pause is told at its own moment's worth after it, too" {
	pausing R --duration 8h
	new_case
	csm --as anna case accept CS0000001 >/dev/null
	CSM_NOW=2024-03-01T14:00:00Z csm --as anna case request-info CS0000001 --comment "?" >/dev/null
	eq "$(alerts milestone,reached_at,fired_at,silent)" 50%,2024-03-01T13:00:00Z,,false
	eq "$(next)" 2024-03-01T13:00:00Z
	CSM_NOW=2024-03-01T20:00:00Z csm --as anna case provide-info CS0000001 --comment "!" >/dev/null
	tick_at 2024-03-01T20:30:00Z
	eq "$(alerts)" 50%,2024-03-01T13:00:00Z,2024-03-01T20:30:00Z
	eq "$(next)" 2024-03-01T21:00:00Z
}

@test "reached in a pause's time outside of the alert schedule: told when the SLA runs again, or never when it ended" {
	pausing R --duration 8h --alert-schedule 9-17
	at 2024-03-01T13:30:00Z
	new_case
	new_case
	for n in 1 2; do
		csm --as anna case accept "CS000000$n" >/dev/null
		# 50 % was 17:30
		CSM_NOW=2024-03-01T18:00:00Z csm --as anna case request-info "CS000000$n" --comment "?" >/dev/null
	done
	tick_at 2024-03-04T10:00:00Z
	eq "$(csm outbox list --count)" 0
	CSM_NOW=2024-03-04T11:00:00Z csm --as anna case provide-info CS0000001 --comment "!" >/dev/null
	CSM_NOW=2024-03-04T11:00:00Z csm --as anna case resolve CS0000002 --resolution-code solved_guidance --close-notes x >/dev/null
	tick_at 2024-03-04T11:00:00Z
	eq "$(alerts sla,milestone,reached_at,fired_at,silent)" "SLA0000001,50%,2024-03-01T17:30:00Z,2024-03-04T11:00:00Z,false
SLA0000002,50%,2024-03-01T17:30:00Z,,true"
}

@test "the end: what had been told by then is told even if csm ticks only later; what would come after it is not" {
	define R --duration 8h
	define A --duration 8h --alert-schedule 9-17
	at 2024-03-01T13:30:00Z
	new_case
	CSM_NOW=2024-03-01T18:00:00Z csm --as anna case accept CS0000001 >/dev/null
	CSM_NOW=2024-03-01T18:00:00Z csm --as anna case resolve CS0000001 --resolution-code solved_guidance --close-notes x >/dev/null
	eq "$(alerts sla.sla_definition,milestone,fired_at,silent)" "A,50%,,true
R,50%,,false"
	eq "$(csm sla list --fields sla_definition,stage,next_milestone_at --no-header -o csv)" "A,completed,
R,completed,2024-03-01T17:30:00Z"
	tick_at 2024-03-04T11:00:00Z
	eq "$(told)" "CS0000001: 50% of R used: x"
	eq "$(csm sla list --where 'next_milestone_at is not null' --count)" 0
}

@test "a definition's own levels take the place of the setting; none switches it off" {
	define R --duration 8h
	levels R "{percentage: 90}"
	define S --duration 8h
	printf 'csm: 1\nsetting: [{name: sla.milestones, value: "25, 60"}]\n' >more.yaml && csm import more.yaml >/dev/null
	new_case
	tick_at 2024-03-02T09:00:00Z
	eq "$(alerts sla.sla_definition,milestone | sort)" "R,90%
S,25%
S,60%"
	csm setting edit sla.milestones --value none >/dev/null
	at 2024-03-03T09:00:00Z
	new_case
	eq "$(csm sla list --where 'next_milestone_at is not null' --fields sla_definition --no-header -o csv)" R
	run_csm setting edit sla.milestones --value 50,50
	fails 65 "sla.milestones: value: names 50 twice"
	run_csm setting edit sla.milestones --value 0,50
	fails 65 "'0' is no percentage; expected 1 to 1000, such as 50,75,100, or none"
	run_csm -c sla.milestones=half case new --account Acme --short-description x
	fails 65 "setting sla.milestones: 'half' is no percentage"
}

@test "a level is stated once on a definition; the same document again changes nothing" {
	define R --duration 8h
	levels R "{percentage: 50}" "{before_due: 1h, recipients: [owner, group]}" "{percentage: 75}"
	before=$(csm export sla-definition)
	levels R "{percentage: 50}" "{before_due: 60m, recipients: [owner, group]}" "{percentage: 75}"
	eq "$(csm export sla-definition)" "$before"
	levels R "{before_due: 1h, recipients: [group]}"
	eq "$(csm sla-milestone list --fields percentage,before_due,recipients --no-header -o csv)" ",1h,group
50,,
75,,"
	run_csm sla-milestone new --sla-definition R --percentage 50
	fails 5 "percentage"
	run_csm sla-milestone new --sla-definition R --before-due 60m
	fails 5 "before_due"
	run_csm sla-milestone new --sla-definition R --percentage 50 --before-due 2h
	fails 4 "either this or before_due is needed, not both"
	run_csm sla-milestone new --sla-definition R --before-due 0
	fails 4 "has to be longer than 0"
}

@test "a level added to a definition counts from the next event of an SLA that runs" {
	define R --duration 8h
	new_case
	csm sla-milestone new --sla-definition R --percentage 60 >/dev/null
	eq "$(next)" 2024-03-01T13:00:00Z
	tick_at 2024-03-01T13:00:00Z
	eq "$(next)" 2024-03-01T13:48:00Z
	tick_at 2024-03-02T09:00:00Z
	eq "$(alerts milestone)" 60%
}

@test "another priority replaces the SLA: of what has passed with its retroactive start only the last is told" {
	define P3 --duration 24h --start-condition "priority = 3" --retroactive-start true
	define P1 --duration 6h --start-condition "priority = 1" --retroactive-start true
	new_case --priority 3
	CSM_NOW=2024-03-01T14:00:00Z csm case edit CS0000001 --priority 1 >/dev/null
	eq "$(csm sla list --fields sla_definition,stage,start_at,next_milestone_at --no-header -o csv)" "P3,cancelled,2024-03-01T09:00:00Z,
P1,in_progress,2024-03-01T09:00:00Z,2024-03-01T13:30:00Z"
	tick_at 2024-03-01T14:00:00Z
	eq "$(alerts milestone,reached_at,fired_at,silent)" "50%,2024-03-01T12:00:00Z,,true
75%,2024-03-01T13:30:00Z,2024-03-01T14:00:00Z,false"
	eq "$(told)" "CS0000001: 75% of P1 used: x"
	tick_at 2024-03-01T15:00:00Z
	eq "$(told)" "CS0000001: 75% of P1 used: x
CS0000001: P1 is due: x"
}

@test "a case task has milestones; assignee and owner are the task's" {
	csm sla-definition new --name T --target-type case_task --duration 8h --start-condition "active = true" --stop-condition "state = closed" >/dev/null
	new_case
	csm --as anna case-task new --parent-case CS0000001 --short-description y --assigned-to otto >/dev/null
	tick_at 2024-03-01T13:00:00Z
	eq "$(csm outbox list --fields case_task,parent_case,recipients,subject --no-header -o csv)" \
		'CSTASK0000001,CS0000001,"otto,anna",CSTASK0000001: 50% of T used: y'
}

@test "a dry run tells what would be told, and tells nobody" {
	define R --duration 8h
	new_case
	at 2024-03-01T16:00:00Z
	run_csm tick --dry-run --fields job,done --no-header -o csv
	out_has "sla-milestones,2"
	eq "$(csm outbox list --count)$(csm sla-alert list --count)" 00
	csm tick -q
	eq "$(csm outbox list --count)$(csm sla-alert list --count)" 22
}

@test "a tick that is undone is as if it had not been: the next one tells again" {
	define R --duration 8h
	new_case
	tick_at 2024-03-01T13:00:00Z
	at 2024-03-01T13:05:00Z
	csm undo 5 >/dev/null
	eq "$(csm outbox list --count)$(csm sla-alert list --count)" 00
	eq "$(next)" 2024-03-01T13:00:00Z
	csm tick -q
	eq "$(alerts)" 50%,2024-03-01T13:00:00Z,2024-03-01T13:05:00Z
}

@test "an export keeps what was told and what waits: loaded elsewhere nothing is told twice, nothing is lost" {
	pausing R --duration 8h
	new_case
	new_case
	csm --as anna case accept CS0000002 >/dev/null
	tick_at 2024-03-01T13:00:00Z
	CSM_NOW=2024-03-01T15:30:00Z csm --as anna case request-info CS0000002 --comment "?" >/dev/null
	at 2024-03-01T15:45:00Z
	csm export >all.yaml
	CSM_DB=$PWD/other.db csm init
	export CSM_DB=$PWD/other.db
	csm import all.yaml >/dev/null
	cmp <(csm export) all.yaml
	# the case that runs passed 75 % before the load; the one that is paused keeps it to be told
	eq "$(csm sla list --fields number,next_milestone_at --no-header -o csv)" "SLA0000001,2024-03-01T17:00:00Z
SLA0000002,2024-03-01T15:00:00Z"
	tick_at 2024-03-01T18:00:00Z
	eq "$(alerts sla,milestone,fired_at)" "SLA0000001,50%,2024-03-01T13:00:00Z
SLA0000001,100%,2024-03-01T18:00:00Z
SLA0000002,50%,2024-03-01T13:00:00Z
SLA0000002,75%,2024-03-01T18:00:00Z"
	eq "$(csm outbox list --count)" 4
	eq "$(csm import all.yaml --dry-run -o ndjson | jq 'select(.type == "sla_alert" and .created > 0)')" ""
}

@test "loaded with --announce, what had passed is told" {
	pausing R --duration 8h
	new_case
	tick_at 2024-03-01T13:00:00Z
	at 2024-03-01T15:45:00Z
	csm export >all.yaml
	CSM_DB=$PWD/other.db csm init
	export CSM_DB=$PWD/other.db
	csm import all.yaml --announce >/dev/null
	csm tick -q
	eq "$(alerts milestone,fired_at)" "50%,2024-03-01T13:00:00Z
75%,2024-03-01T15:45:00Z"
}

@test "cases that are loaded without SLAs: levels that have passed are kept silently, with --announce they are told" {
	define R --duration 8h --retroactive-start true
	cat >old.yaml <<-'EOF'
		csm: 1
		case:
		  - {account: Acme, short_description: old, opened_at: 2024-02-01T09:00:00Z}
		  - {account: Acme, short_description: new, opened_at: 2024-03-01T04:00:00Z}
		  - {account: Acme, short_description: done, state: closed, opened_at: 2024-01-01T09:00:00Z, resolved_at: 2024-01-02T09:00:00Z,
		     closed_at: 2024-01-02T09:00:00Z, resolution_code: solved_guidance, close_notes: x}
	EOF
	cp "$CSM_DB" loud.db
	csm import old.yaml >/dev/null
	eq "$(alerts sla,milestone,reached_at,fired_at,silent)" "SLA0000001,50%,2024-02-01T13:00:00Z,,true
SLA0000001,75%,2024-02-01T15:00:00Z,,true
SLA0000001,100%,2024-02-01T17:00:00Z,,true
SLA0000002,50%,2024-03-01T08:00:00Z,,true"
	csm tick -q
	eq "$(csm outbox list --count)" 0
	tick_at 2024-03-01T10:00:00Z
	eq "$(told)" "CS0000002: 75% of R used: new"
	export CSM_DB=$PWD/loud.db
	csm import old.yaml --announce >/dev/null
	csm tick -q
	eq "$(told)" "CS0000001: 50% of R used: old
CS0000001: 75% of R used: old
CS0000001: R is due: old
CS0000002: 50% of R used: new"
}

@test "sla repair counts levels anew: what was told stays told, of what has passed now the last is told" {
	define R --duration 20h
	new_case
	tick_at 2024-03-01T19:00:00Z
	eq "$(alerts milestone)" 50%
	at 2024-03-01T19:30:00Z
	csm sla-definition edit R --duration 10h >/dev/null
	eq "$(next)" 2024-03-02T00:00:00Z
	csm sla repair --all >/dev/null
	eq "$(alerts)" "75%,2024-03-01T16:30:00Z,
100%,2024-03-01T19:00:00Z,
50%,2024-03-01T19:00:00Z,2024-03-01T19:00:00Z"
	eq "$(alerts milestone,silent | head -n 2)" $'75%,true\n100%,false'
	csm tick -q
	eq "$(told)" "CS0000001: 50% of R used: x
CS0000001: R is due: x"
	at 2024-03-01T20:00:00Z
	csm sla-definition edit R --duration 48h >/dev/null
	csm sla repair --all >/dev/null
	eq "$(next)" ""
}

@test "the levels of a record that is opened again go on where they were" {
	define R --duration 8h --reopen-action resume --stop-condition "state = resolved"
	new_case --contact geneva@acme.example
	csm --as anna case accept CS0000001 >/dev/null
	CSM_NOW=2024-03-01T14:00:00Z csm --as anna case resolve CS0000001 --resolution-code solved_guidance --close-notes x >/dev/null
	CSM_NOW=2024-03-02T14:00:00Z csm --on-behalf geneva@acme.example case reject-solution CS0000001 --reason no >/dev/null
	tick_at 2024-03-02T15:00:00Z
	eq "$(alerts)" "50%,2024-03-01T13:00:00Z,2024-03-02T15:00:00Z
75%,2024-03-02T15:00:00Z,2024-03-02T15:00:00Z"
}

@test "any number of ticks in any order of moments gives the same alerts" {
	pausing Run --duration 5h
	pausing Office --duration 6h --schedule-source definition --schedule 9-17 --alert-schedule floating
	levels Office "{percentage: 30}" "{before_due: 2h}" "{percentage: 100}" "{percentage: 120}"
	define P1 --duration 3h --start-condition "priority = 1" --retroactive-start true --alert-schedule 9-17
	start=$(date -u -d 2024-03-01T09:00:00Z +%s)
	for seed in 1 2 3 4; do
		rm -f seldom.db often.db last.db
		RANDOM=$seed
		for db in seldom often last; do cp "$CSM_DB" $db.db; done
		# what happens, at every fifth minute from the start on: the same in each database
		verbs=("case new --account Acme --short-description x --assigned-to anna --priority 3" "case accept CS0000001")
		minutes=(0 0)
		now=0
		for n in 1 2 3 4; do
			verbs+=("case request-info CS0000001 --comment ?" "case provide-info CS0000001 --comment !" "case edit CS0000001 --priority $((n % 2 ? 1 : 2))")
			for k in 1 2 3; do minutes+=($((now += RANDOM % 60 * 5))); done
		done
		verbs+=("case resolve CS0000001 --resolution-code solved_guidance --close-notes x")
		minutes+=($((now += RANDOM % 120 * 5)))
		i=0
		often=() seldom=()
		for ((m = 0; m <= now; m += 5)); do
			export CSM_NOW=@$((start + m * 60))
			((m % 45)) || often+=("$CSM_NOW")
			((RANDOM % 80)) || seldom+=("$CSM_NOW")
			while [ "${minutes[$i]-}" = "$m" ]; do
				ticks often.db "${often[@]}"
				ticks seldom.db "${seldom[@]}"
				often=() seldom=()
				# shellcheck disable=SC2086
				for db in seldom often last; do csm --db $db.db --as anna ${verbs[$i]} >/dev/null; done
				i=$((i + 1))
			done
		done
		export CSM_NOW=@$((start + now * 60 + 604800))
		for db in seldom often last; do
			until [ "$(csm --db $db.db sla list --where 'next_milestone_at is not null' --count)" = 0 ]; do
				csm --db $db.db tick -q
				CSM_NOW=@$((${CSM_NOW#@} + 7200))
			done
			CSM_DB=$db.db alerts sla,milestone,reached_at,silent >$db.alerts
			csm --db $db.db outbox list --fields subject --no-header | sort >$db.told
		done
		[ "$(wc -l <often.alerts)" -gt 5 ]
		cmp often.alerts seldom.alerts
		cmp often.alerts last.alerts
		cmp often.told seldom.told
		cmp often.told last.told
		at 2024-03-01T09:00:00Z
	done
}
