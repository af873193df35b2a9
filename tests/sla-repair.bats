#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# csm sla repair: history replayed through the rules of today; what changes is shown, and nothing but SLAs is written.

load helpers

setup() {
	csm_setup
	csm init
	cat >base.yaml <<-'EOF'
		csm: 1
		schedule:
		  - {name: 9-17, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		account: [{name: Acme}]
	EOF
	csm import base.yaml >/dev/null
}

define() {
	local name=$1
	shift
	csm sla-definition new --name "$name" --target-type case "$@" >/dev/null
}
in_hours=(--schedule-source definition --schedule 9-17)
new_case() { csm case new --account Acme --short-description x -q "$@"; }
at() {
	local now=$1
	shift
	CSM_NOW=$now csm "$@" -q
}
sla() { csm sla list --fields "$1" --no-header -o csv --sort number; }
rows() { printf '%s' "$out" | sed 1d; }
close_day() { printf 'csm: 1\nschedule: [{name: 9-17, exception: [{date: %s, kind: closed, name: Closed}]}]\n' "$1" | csm import - >/dev/null; }
# all that is stored of SLAs, but not how often and when it was written
figures() {
	local columns

	columns=$(sqlite3 "$CSM_DB" "SELECT group_concat(name) FROM pragma_table_info('slas') WHERE name NOT IN ('version', 'updated_at', 'updated_by')")
	sqlite3 "$CSM_DB" "SELECT $columns FROM slas ORDER BY id"
}
stored() { sqlite3 "$CSM_DB" "SELECT $1 FROM slas"; }
case_rows() { sqlite3 "$CSM_DB" "SELECT * FROM cases"; }

@test "nothing to do: says so, makes no change, ends with 0" {
	define R --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed"
	new_case
	before=$(csm log -o csv --no-header | wc -l)
	run_csm sla repair --all
	[ "$status" -eq 0 ]
	out_is $'record\tsla\tsla_definition\twhat\tfield\tbefore\tafter'
	err_has "nothing to repair: 1 cases, 1 SLAs"
	eq "$(csm log -o csv --no-header | wc -l)" "$before"
}

@test "peers 33: an edit of a calendar is counted by an explicit repair, which reports the difference and leaves the case as it was" {
	define R --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed"
	new_case
	cases=$(case_rows)
	close_day 2024-03-01
	eq "$(sla planned_end_at)" 2024-03-01T17:00:00Z
	export CSM_NOW=2024-03-01T10:00:00Z
	run_csm sla repair --all -o csv --no-header
	[ "$status" -eq 0 ]
	out_has "CS0000001,SLA0000001,R,changed,planned_end_at,2024-03-01T17:00:00Z,2024-03-04T17:00:00Z"
	out_has "CS0000001,SLA0000001,R,changed,original_breach_at,2024-03-01T17:00:00Z,2024-03-04T17:00:00Z"
	err_has "1 cases, 1 SLAs: 0 unchanged, 1 changed, 0 created, 0 removed"
	eq "$(case_rows)" "$cases"
	run_csm sla repair --all --count
	out_is 0
	err_has "nothing to repair"
}

@test "what the next event counts is by the repaired rules, also where nothing has changed yet" {
	define R --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed" --pause-condition "impact = 1"
	new_case
	close_day 2024-03-04
	CSM_NOW=2024-03-01T10:00:00Z run_csm sla repair --all -o csv --no-header
	rows=$(printf '%s\n' "$out" | cut -d, -f5)
	eq "$rows" rules_change
	at 2024-03-01T12:00:00Z case edit CS1 --impact 1
	at 2024-03-05T12:00:00Z case edit CS1 --impact 3
	eq "$(sla business_pause_duration,planned_end_at)" 8h,2024-03-05T17:00:00Z
}

@test "an edit of another schedule, of a name or a description leaves the rules that are kept" {
	define R --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed"
	new_case
	csm sla-definition edit R --description "a promise" -q
	csm schedule new --name other -q
	run_csm sla repair --all --count
	out_is 0
}

@test "peers 35: a changed definition keeps the pauses before it, in business time" {
	define R --duration 10d --start-condition "active = true" --stop-condition "state = closed" --pause-condition "state = awaiting_info"
	new_case --priority 2
	at 2024-03-01T10:00:00Z case accept CS1
	at 2024-03-01T11:00:00Z case request-info CS1 --comment "?"
	at 2024-03-04T10:00:00Z case provide-info CS1
	csm sla-definition edit R --duration 8h "${in_hours[@]}" -q
	CSM_NOW=2024-03-04T11:00:00Z csm sla repair CS1 -q
	eq "$(sla stage,duration,pause_duration,business_pause_duration,planned_end_at)" in_progress,8h,2d23h,7h,2024-03-04T16:00:00Z
}

@test "peers 35: nothing is breached while it waits for the customer" {
	define R --duration 1h --start-condition "active = true" --stop-condition "state = closed"
	new_case
	at 2024-03-01T09:10:00Z case accept CS1
	at 2024-03-01T09:20:00Z case request-info CS1 --comment "?"
	at 2024-03-01T12:00:00Z tick
	eq "$(sla stage,has_breached)" in_progress,true
	csm sla-definition edit R --pause-condition "state = awaiting_info" -q
	CSM_NOW=2024-03-01T13:00:00Z run_csm sla repair --all -o csv --no-header
	out_has "changed,has_breached,true,false"
	out_has "changed,stage,in_progress,paused"
	eq "$(sla stage,has_breached,breached_at,pause_at,planned_end_at)" paused,false,,2024-03-01T09:20:00Z,
}

@test "peers 48: a history that is not whole is refused by case, the others are repaired, and the status is 1" {
	define R --duration 8h --start-condition "active = true" --stop-condition "state = closed" --pause-condition "state = awaiting_info"
	for i in 1 2 3 4; do new_case; done
	for i in 1 2 3 4; do
		at 2024-03-01T10:00:00Z case accept "CS$i"
		at 2024-03-01T11:00:00Z case request-info "CS$i" --comment "?"
		at 2024-03-01T12:00:00Z case provide-info "CS$i"
	done
	# the pause of the first is gone as a whole, the creation of the second, one value of the third
	sqlite3 "$CSM_DB" "DELETE FROM history WHERE type = 'case' AND record = 1 AND op = 'update' AND (diff LIKE '%awaiting_info%' OR diff LIKE '%action_status%')"
	sqlite3 "$CSM_DB" "DELETE FROM history WHERE type = 'case' AND record = 2 AND op = 'create'"
	sqlite3 "$CSM_DB" "UPDATE history SET diff = replace(diff, '\"awaiting_info\",\"open\"', '\"open\",\"open\"') WHERE type = 'case' AND record = 3"
	csm sla-definition edit R --duration 9h -q
	before=$(figures | sed -n 1,3p)
	CSM_NOW=2024-03-01T13:00:00Z run_csm sla repair --all -o csv --no-header
	[ "$status" -eq 1 ]
	err_has "case CS0000001: its history is incomplete: by its version"
	err_has "case CS0000002: its history is incomplete: no change says who created it"
	err_has "case CS0000003: its history is incomplete: state was changed after change"
	err_has "4 cases, 1 SLAs: 0 unchanged, 1 changed"
	err_has "3 refused"
	out_lacks SLA0000001
	eq "$(figures | sed -n 1,3p)" "$before"
	eq "$(sla duration)" $'8h\n8h\n8h\n9h'
}

@test "a new definition is measured from the start of each case that has met it; one that fits no more is removed" {
	define Old --duration 8h --start-condition "priority = 4" --stop-condition "state = closed"
	new_case
	at 2024-03-01T10:00:00Z case edit CS1 --impact 1
	csm sla-definition edit Old --start-condition "priority = 1" -q
	define New --duration 2h --start-condition "impact = 1" --stop-condition "state = closed"
	CSM_NOW=2024-03-01T11:00:00Z run_csm sla repair --all -o csv --no-header
	[ "$status" -eq 0 ]
	out_has "CS0000001,SLA0000001,Old,removed,stage,in_progress,"
	out_has "CS0000001,SLA0000002,New,created,start_at,,2024-03-01T10:00:00Z"
	out_has "CS0000001,SLA0000002,New,created,planned_end_at,,2024-03-01T12:00:00Z"
	err_has "0 changed, 1 created, 1 removed"
	eq "$(sla number,sla_definition,stage)" SLA0000002,New,in_progress
}

@test "--sla looks at one definition only" {
	define A --duration 8h --start-condition "active = true" --stop-condition "state = closed"
	define B --duration 8h --start-condition "active = true" --stop-condition "state = closed"
	new_case
	csm sla-definition edit A --duration 1h -q
	csm sla-definition edit B --duration 1h -q
	CSM_NOW=2024-03-01T09:30:00Z csm sla repair CS1 --sla B -q
	eq "$(sla sla_definition,duration)" $'A,8h\nB,1h'
	run_csm sla repair CS1 --sla nobody
	fails 3 "nobody"
}

@test "--dry-run prints what the run then does and stores nothing" {
	define R --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed"
	new_case
	new_case
	close_day 2024-03-01
	before=$(figures)
	export CSM_NOW=2024-03-01T10:00:00Z
	run_csm sla repair --all --dry-run -o csv
	[ "$status" -eq 0 ]
	err_has "dry run: nothing was stored"
	dry=$out
	eq "$(figures)" "$before"
	run_csm sla repair --all -o csv
	out_is "$dry"
}

@test "the undo of a repair brings the old figures back to the byte, what was removed and created included" {
	define Old --duration 8h "${in_hours[@]}" --start-condition "priority = 4" --stop-condition "state = closed"
	define Kept --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed"
	new_case
	at 2024-03-01T10:00:00Z case edit CS1 --impact 1
	csm sla-definition edit Old --start-condition "priority = 1" -q
	define New --duration 2h --start-condition "impact = 1" --stop-condition "state = closed"
	close_day 2024-03-01
	before=$(figures)
	CSM_NOW=2024-03-01T12:00:00Z csm sla repair --all -q
	[ "$(figures)" != "$before" ]
	CSM_NOW=2024-03-01T12:00:00Z csm undo -q
	eq "$(figures)" "$before"
	CSM_NOW=2024-03-01T12:00:00Z run_csm sla repair --all --dry-run
	err_has "1 changed, 1 created, 1 removed"
}

@test "what was undone never was: a change taken back leaves no pause" {
	define R --duration 8h --start-condition "active = true" --stop-condition "state = closed" --pause-condition "impact = 1"
	new_case
	at 2024-03-01T10:00:00Z case edit CS1 --impact 1
	at 2024-03-01T11:00:00Z undo
	CSM_NOW=2024-03-01T12:00:00Z run_csm sla repair --all --count
	out_is 0
	eq "$(sla stage,pause_duration)" in_progress,0s
}

@test "tasks are repaired with their case; conditions see the case as it was" {
	csm sla-definition new --name T --target-type case_task --duration 8h --start-condition "parent_case.priority = 1" --stop-condition "state = closed" -q
	new_case --priority 1
	csm case-task new --parent-case CS1 --short-description t -q
	at 2024-03-01T10:00:00Z case edit CS1 --priority 3
	csm sla-definition edit T --duration 1h -q
	CSM_NOW=2024-03-01T11:00:00Z run_csm sla repair CS1 -o csv --no-header
	out_has "CSTASK0000001,SLA0000001,T,changed,duration,8h,1h"
	eq "$(sla stage,duration)" in_progress,1h
}

@test "contract SLAs of today: a definition that a contract brings is no general one any more" {
	define R --duration 8h --start-condition "active = true" --stop-condition "state = closed"
	new_case
	printf 'csm: 1\ncontract: [{name: c, account: {name: Acme}, start_date: 2024-01-01, end_date: 2030-01-01, contract_sla: [{sla_definition: R}]}]\n' | csm import - >/dev/null
	CSM_NOW=2024-03-01T10:00:00Z run_csm sla repair --all -o csv --no-header
	out_has "SLA0000001,R,removed,stage,in_progress,"
	eq "$(csm sla list --count)" 0
}

@test "records of a definition that is no longer active are counted again, not removed" {
	define R --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed"
	new_case
	csm sla-definition edit R --active false -q
	new_case
	close_day 2024-03-01
	CSM_NOW=2024-03-01T10:00:00Z run_csm sla repair --all -o csv --no-header
	err_has "2 cases, 1 SLAs: 0 unchanged, 1 changed, 0 created, 0 removed"
	eq "$(sla planned_end_at)" 2024-03-04T17:00:00Z
}

@test "marks: what was told stays told; the report of a breach that was none is taken back with it" {
	define R --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed"
	new_case
	export CSM_NOW=2024-03-01T16:00:00Z
	csm sla breaches --new --within 2h >/dev/null
	export CSM_NOW=2024-03-01T18:00:00Z
	csm sla breaches --new >/dev/null
	eq "$(sla has_breached,soon_reported_at,breach_reported_at)" true,2024-03-01T16:00:00Z,2024-03-01T18:00:00Z
	close_day 2024-03-01
	csm sla repair --all -q
	eq "$(sla has_breached,breached_at,soon_reported_at,breach_reported_at)" false,,2024-03-01T16:00:00Z,
	eq "$(CSM_NOW=2024-03-04T17:30:00Z csm sla breaches --new --no-header --fields case,status -o csv)" CS0000001,breached
}

@test "marks: a breach found of what has ended counts as reported, one that runs is news, --announce reports both" {
	define R --duration 8h --start-condition "active = true" --stop-condition "state = closed"
	new_case
	new_case
	at 2024-03-01T10:30:00Z case close CS1 --resolution-code solved_guidance --close-notes x
	csm sla-definition edit R --duration 1h -q
	export CSM_NOW=2024-03-01T12:00:00Z
	run_csm sla repair --all --announce --dry-run -o csv --no-header
	out_lacks breach_reported_at
	run_csm sla repair --all -o csv --no-header
	out_has "CS0000001,SLA0000001,R,changed,has_breached,false,true"
	out_has "CS0000001,SLA0000001,R,changed,breach_reported_at,,2024-03-01T12:00:00Z"
	out_has "CS0000002,SLA0000002,R,changed,has_breached,false,true"
	eq "$(csm sla breaches --new --no-header --fields case -o csv)" CS0000002
}

@test "milestones: what was told stays told, what comes is counted anew" {
	define R --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed"
	new_case
	at 2024-03-01T14:00:00Z tick
	eq "$(stored next_milestone_at)" "$(date -u -d 2024-03-01T15:00:00Z +%s)"
	csm sla-definition edit R --duration 16h -q
	CSM_NOW=2024-03-01T14:30:00Z run_csm sla repair --all -o csv --no-header
	out_has "changed,next_milestone_at,2024-03-01T15:00:00Z,2024-03-04T13:00:00Z"
	at 2024-03-04T13:00:00Z tick
	eq "$(sqlite3 "$CSM_DB" "SELECT milestone || ' ' || silent FROM sla_alerts ORDER BY reached_at")" $'50% 0\n75% 0'
}

@test "whether tick has marked a late SLA already is left as it is" {
	define R --duration 1h --start-condition "active = true" --stop-condition "state = closed"
	new_case
	export CSM_NOW=2024-03-01T12:00:00Z
	run_csm sla repair --all --count
	out_is 0
	eq "$(stored has_breached)" 0
	csm tick -q
	run_csm sla repair --all --count
	out_is 0
	eq "$(stored has_breached)" 1
}

@test "a case that came by a load: its moments are derived again, and history goes on from there" {
	define R --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed" --pause-condition "state = awaiting_info"
	printf 'csm: 1\ncase: [{account: {name: Acme}, short_description: x, opened_at: 2024-02-29T15:00:00Z, state: open}]\n' | csm import - >/dev/null
	at 2024-03-01T10:00:00Z case request-info CS1 --comment "?"
	at 2024-03-01T11:00:00Z case provide-info CS1
	eq "$(sla start_at,business_pause_duration,planned_end_at,from_import)" 2024-02-29T15:00:00Z,1h,2024-03-01T16:00:00Z,true
	run_csm sla repair --all --count
	out_is 0
	close_day 2024-02-29
	CSM_NOW=2024-03-01T12:00:00Z run_csm sla repair --all -o csv --no-header
	out_has "changed,planned_end_at,2024-03-01T16:00:00Z,2024-03-04T10:00:00Z"
	err_has "1 SLAs are derived from moments that a load stated: pauses before it are not known"
	eq "$(sla start_at,business_pause_duration,from_import)" 2024-02-29T15:00:00Z,1h,true
}

@test "SLAs that a load stated are left; a history that would make them others is refused, --derive makes them anew" {
	define R --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed" --pause-condition "state = awaiting_info"
	cat >stated.yaml <<-'EOF'
		csm: 1
		case:
		  - account: {name: Acme}
		    short_description: x
		    opened_at: 2024-02-29T15:00:00Z
		    state: open
		    sla: [{sla_definition: R, start_at: 2024-02-29T15:00:00Z, duration: 8h, pause_duration: 2h, business_pause_duration: 2h,
		           schedule: 9-17, time_zone: UTC, planned_end_at: 2024-03-01T17:00:00Z, original_breach_at: 2024-03-01T15:00:00Z}]
	EOF
	csm import stated.yaml >/dev/null
	at 2024-03-01T10:00:00Z case edit CS1 --impact 1
	run_csm sla repair --all --count
	out_is 0
	run_csm sla repair CS1 --count
	out_is 0
	err_has "1 SLAs are left as a load stated them"
	csm sla-definition edit R --stop-condition "impact = 1" -q
	export CSM_NOW=2024-03-01T12:00:00Z
	before=$(figures)
	run_csm sla repair --all --count
	[ "$status" -eq 1 ]
	out_is 0
	err_has "case CS0000001: sla SLA0000001: was stated by a load"
	err_has "--derive"
	eq "$(figures)" "$before"
	run_csm sla repair --all --derive -o csv --no-header
	[ "$status" -eq 0 ]
	out_has "SLA0000001,R,removed,business_pause_duration,2h,"
	out_has "SLA0000002,R,created,end_at,,2024-03-01T10:00:00Z"
	out_has "SLA0000002,R,created,from_import,,true"
	for again in "" --derive; do
		run_csm sla repair --all --count $again
		[ "$status" -eq 0 ]
		out_is 0
	done
}

@test "a load that states SLAs derives none for its other cases, and a repair makes none" {
	define R --duration 8h --start-condition "active = true" --stop-condition "state = closed"
	cat >stated.yaml <<-'EOF'
		csm: 1
		case:
		  - {account: {name: Acme}, short_description: x, sla: [{sla_definition: R, start_at: 2024-03-01T09:00:00Z, duration: 8h}]}
		  - {account: {name: Acme}, short_description: y}
	EOF
	csm import stated.yaml >/dev/null
	eq "$(csm sla list --count)" 1
	run_csm sla repair --all --count
	out_is 0
}

@test "cases by number, on standard input, by --where; all of them only when asked" {
	define R --duration 8h --start-condition "active = true" --stop-condition "state = closed"
	for i in 1 2 3 4; do new_case --priority "$i"; done
	csm sla-definition edit R --duration 1h -q
	export CSM_NOW=2024-03-01T09:30:00Z
	csm sla repair CS1 -q
	echo CS0000002 | csm sla repair - -q
	csm sla repair --where "priority = 3" -q
	eq "$(sla duration)" $'1h\n1h\n1h\n8h'
	run_csm sla repair
	fails 2 "no record is named"
	run_csm sla repair CS1 --all
	fails 2 "not both"
	run_csm sla repair CS4 CS77
	fails 3 "CS77"
	eq "$(sla duration | tail -n 1)" 8h
	run_csm sla repair --where "nonsense = 1"
	fails 2 "nonsense"
}

@test "--all looks at what an edit of the rules can have touched; --replay, and cases that are named, at every history" {
	define R --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed"
	new_case
	sqlite3 "$CSM_DB" "UPDATE slas SET planned_end_at = planned_end_at + 60"
	for how in --all "--all --replay" CS1 "--where active=true"; do
		run_csm sla repair $how --dry-run --no-header --fields field -o csv
		[ "$status" -eq 0 ]
		[ "$how" = --all ] && wanted= || wanted=planned_end_at
		eq "$(grep planned_end_at <<<"$out" || true)" "$wanted"
	done
}

@test "a holiday touches the SLAs whose time meets it, and counts the pauses of those anew" {
	define R --duration 16h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed" --pause-condition "impact = 1"
	CSM_NOW=2024-02-26T09:00:00Z new_case
	CSM_NOW=2024-02-26T09:00:00Z new_case
	CSM_NOW=2024-02-27T09:00:00Z csm case close CS1 --resolution-code solved_guidance --close-notes x -q
	at 2024-02-28T12:00:00Z case edit CS2 --impact 1
	at 2024-03-01T12:00:00Z case edit CS2 --impact 3
	at 2024-03-01T12:00:00Z case close CS2 --resolution-code solved_guidance --close-notes x
	CSM_NOW=2024-03-01T12:00:00Z new_case
	close_day 2024-02-29
	CSM_NOW=2024-03-01T12:00:00Z run_csm sla repair --all -o csv --no-header
	err_has "3 cases, 3 SLAs: 1 unchanged, 2 changed"
	eq "$(printf '%s\n' "$out" | cut -d, -f1,5,6,7)" "CS0000002,business_pause_duration,16h,8h
CS0000002,planned_end_at,2024-02-29T17:00:00Z,2024-02-28T17:00:00Z
CS0000002,rules_change,5,12
CS0000003,rules_change,10,12"
}

@test "an edit of a schedule that was taken back: what began in between has seen it" {
	define R --duration 16h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed"
	close_day 2024-03-04
	new_case
	eq "$(sla planned_end_at)" 2024-03-05T17:00:00Z
	csm undo "$(csm log -o csv --no-header --fields change | sed -n 2p)" -q
	CSM_NOW=2024-03-01T10:00:00Z csm sla repair --all -q
	eq "$(sla planned_end_at)" 2024-03-04T17:00:00Z
}

@test "much that is printed waits in a file for the commit, or in memory where no file can be made" {
	define R --duration 8h --start-condition "active = true" --stop-condition "state = closed"
	for i in {1..400}; do
		echo '{"case": {"account": {"name": "Acme"}, "short_description": "x"}}'
	done | csm import - --from ndjson -q
	csm sla-definition edit R --duration 9h -q
	run_csm sla repair --all --dry-run
	[ "$status" -eq 0 ]
	want=$out
	[ "$(wc -c <<<"$want")" -gt 70000 ]
	TMPDIR=/nowhere run_csm sla repair --all
	[ "$status" -eq 0 ]
	out_is "$want"
	eq "$(ls /tmp/csm-out-* 2>/dev/null)" ""
}

@test "forms: json, --count, -q; each field in its own line" {
	define R --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed"
	new_case
	close_day 2024-03-01
	export CSM_NOW=2024-03-01T10:00:00Z
	run_csm sla repair --all --dry-run -o json
	eq "$(json '.[] | select(.field == "planned_end_at") | [.record, .sla, .sla_definition, .what, .before, .after] | join(" ")')" \
		"CS0000001 SLA0000001 R changed 2024-03-01T17:00:00Z 2024-03-04T17:00:00Z"
	run_csm sla repair --all --dry-run --count
	out_is 4
	run_csm sla repair --all --dry-run --tz Europe/Berlin --fields field,after -o csv --no-header
	out_has "planned_end_at,2024-03-04T18:00:00+01:00"
	run_csm sla repair --all -q
	ok
	out_is ""
}

@test "a clock before the last change of an SLA is refused, unless it is meant" {
	define R --duration 8h --start-condition "active = true" --stop-condition "state = closed"
	new_case
	csm sla-definition edit R --duration 1h -q
	CSM_NOW=2024-02-01T09:00:00Z run_csm sla repair --all
	fails 1 "the clock (2024-02-01T09:00:00Z) stands before the record's last change"
	eq "$(sla duration)" 8h
	CSM_NOW=2024-02-01T09:00:00Z csm sla repair --all --backdate -q
	eq "$(sla duration)" 1h
}

@test "a schedule that has no open time any more is told by case" {
	define R --duration 8h "${in_hours[@]}" --start-condition "active = true" --stop-condition "state = closed"
	new_case
	csm schedule edit 9-17 --valid-to 2024-01-01 -q
	CSM_NOW=2024-03-01T10:00:00Z run_csm sla repair --all
	fails 1 "case CS0000001"
	err_has "9-17"
	err_has "1 refused"
}
