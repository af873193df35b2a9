#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# csm sla whatif: SLAs counted with another schedule, duration or zone, next to what they say. Nothing is written. With what they have
# nothing changes, and with another it says what a repair makes of them after the edit, which is asked on histories made by chance.

load helpers

setup() {
	csm_setup
	csm init
	cat >base.yaml <<-'EOF'
		csm: 1
		schedule:
		  - {name: 9-17, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		  - {name: floating, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		  - name: Night
		    time_zone: America/New_York
		    span: [{days: [mon, tue, wed, thu, fri, sat, sun], start: "22:00", end: "06:00"}]
		    exception: [{date: 2024-03-09, kind: break, start: "23:00", end: "23:20"}]
		account: [{name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}]}]
	EOF
	csm import base.yaml >/dev/null
}

define() {
	local name=$1
	shift
	csm sla-definition new --name "$name" --target-type case --start-condition "active = true" --stop-condition "state = closed" "$@" >/dev/null
}
in_hours=(--schedule-source definition --schedule 9-17)
new_case() { csm case new --account Acme --short-description x -q "$@"; }
at() {
	local now=$1
	shift
	CSM_NOW=$now csm "$@" -q
}
figures=planned_end_at,what_if_planned_end_at,has_breached,what_if_has_breached,business_elapsed,what_if_business_elapsed
# whatif NOW ARG...: the figures at that clock
whatif() {
	local now=$1
	shift
	CSM_NOW=$now run_csm sla whatif "$@" --fields "$figures,note" -o csv --no-header
	[ "$status" -eq 0 ] || wrong whatif
}

@test "24x7 to a schedule: due later, less used, no longer breached" {
	define R --duration 8h
	new_case
	whatif 2024-03-01T18:00:00Z --all --schedule 9-17 --duration 8h
	out_is 2024-03-01T17:00:00Z,2024-03-01T17:00:00Z,true,true,9h,8h,
	whatif 2024-03-01T18:00:00Z --all --schedule 9-17 --duration 12h
	out_is 2024-03-01T17:00:00Z,2024-03-04T13:00:00Z,true,false,9h,8h,
	err_has "1 SLAs: breached 1 now, 0 with 9-17, 12h; 0 newly breached, 1 no longer"
}

@test "another duration: newly breached, in the schedule that the SLA has" {
	define R --duration 8h "${in_hours[@]}"
	new_case
	whatif 2024-03-01T14:00:00Z --sla R --duration 4h
	out_is 2024-03-01T17:00:00Z,2024-03-01T13:00:00Z,false,true,5h,5h,
	err_has "1 SLAs: breached 0 now, 1 with 4h; 1 newly breached, 0 no longer"
	whatif 2024-03-01T13:00:00Z --sla R --duration 4h
	out_is 2024-03-01T17:00:00Z,2024-03-01T13:00:00Z,false,false,4h,4h,
}

@test "pauses are counted in the other schedule: a weekend that cost nothing costs 24x7 time" {
	define R --duration 8h "${in_hours[@]}" --pause-condition "impact = 1"
	new_case
	at 2024-03-01T16:00:00Z case edit CS1 --impact 1
	at 2024-03-04T10:00:00Z case edit CS1 --impact 3
	# nights in New York are 03:00 to 11:00 UTC: 23 hours of the pause, and 2 before it and 1 after it are used
	whatif 2024-03-04T11:00:00Z --all --schedule Night
	out_is 2024-03-04T11:00:00Z,2024-03-05T08:00:00Z,false,false,8h,3h,
	csm schedule new --name always --time-zone UTC -q
	for day in mon tue wed thu fri sat sun; do csm schedule-span new --schedule always --days "$day" --start 00:00 --end 24:00 -q; done
	whatif 2024-03-04T11:00:00Z --all --schedule always
	out_is 2024-03-04T11:00:00Z,2024-03-04T11:00:00Z,false,false,8h,8h,
}

@test "a paused SLA has no due moment; it was late when it was paused, or not" {
	define R --duration 8h "${in_hours[@]}" --pause-condition "impact = 1"
	new_case
	at 2024-03-01T12:00:00Z case edit CS1 --impact 1
	whatif 2024-03-04T18:00:00Z --all --duration 3h
	out_is ,,false,false,3h,3h,
	for clock in 2024-03-01T12:00:00Z 2024-03-04T18:00:00Z; do
		whatif "$clock" --all --duration 2h
		out_is ,,false,true,3h,3h,
	done
	at 2024-03-04T10:00:00Z case edit CS1 --impact 3
	whatif 2024-03-04T10:00:00Z --all --duration 2h
	out_is 2024-03-04T15:00:00Z,2024-03-01T17:00:00Z,false,true,3h,3h,
}

@test "an SLA that a repair made is counted from its own start, its pauses too" {
	new_case
	at 2024-03-01T12:00:00Z case edit CS1 --impact 1
	define R --duration 8h "${in_hours[@]}" --pause-condition "impact = 1"
	at 2024-03-04T09:30:00Z sla repair --all
	whatif 2024-03-04T09:40:00Z --all --duration 2h
	out_is ,,false,true,3h,3h,
	at 2024-03-04T10:00:00Z case edit CS1 --impact 3
	whatif 2024-03-04T11:00:00Z --all --duration 2h
	out_is 2024-03-04T15:00:00Z,2024-03-01T17:00:00Z,false,true,4h,4h,
	csm sla-definition edit R --duration 3h -q
	at 2024-03-04T10:30:00Z sla repair --all
	whatif 2024-03-04T10:30:00Z --all --duration 2h
	out_is 2024-03-04T10:00:00Z,2024-03-01T17:00:00Z,true,true,3h30m,3h30m,
}

@test "what has ended is counted to its end" {
	define R --duration 8h "${in_hours[@]}"
	new_case
	at 2024-03-04T10:00:00Z case close CS1 --resolution-code solved_guidance --close-notes x
	whatif 2024-03-20T09:00:00Z --where "stage = completed" --schedule Night
	out_is 2024-03-01T17:00:00Z,2024-03-02T09:00:00Z,true,true,9h,1d1h,
	whatif 2024-03-20T09:00:00Z --where "stage = completed" --duration 9h
	out_is 2024-03-01T17:00:00Z,2024-03-04T10:00:00Z,true,false,9h,9h,
}

@test "imported: pauses that history does not tell are not guessed; derived ones say that there may be more" {
	define R --duration 8h "${in_hours[@]}"
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
	whatif 2024-03-01T12:00:00Z --all --duration 4h
	out_is "2024-03-01T17:00:00Z,,false,,3h,,history does not tell its pauses"
	err_has "0 SLAs: breached 0 now, 0 with 4h"
	err_has "1 more can't be counted anew: see their notes"
	printf 'csm: 1\ncase: [{account: {name: Acme}, short_description: x, opened_at: 2024-02-29T15:00:00Z, state: open}]\n' | csm import - >/dev/null
	whatif 2024-03-01T12:00:00Z --where "from_import = true" --duration 4h
	out_is "2024-03-01T15:00:00Z,2024-03-01T11:00:00Z,false,true,5h,5h,imported: pauses before the load are not known"
}

@test "a pause of a load outside of hours costs nothing there, but may elsewhere: it is not guessed either" {
	define R --duration 8h "${in_hours[@]}"
	cat >stated.yaml <<-'EOF'
		csm: 1
		case:
		  - account: {name: Acme}
		    short_description: x
		    opened_at: 2024-02-29T15:00:00Z
		    state: open
		    sla: [{sla_definition: R, start_at: 2024-02-29T15:00:00Z, duration: 8h, pause_duration: 2h, business_pause_duration: 0,
		           schedule: 9-17, time_zone: UTC, planned_end_at: 2024-03-01T15:00:00Z, original_breach_at: 2024-03-01T15:00:00Z}]
	EOF
	csm import stated.yaml >/dev/null
	whatif 2024-03-01T12:00:00Z --all --schedule Night
	out_is "2024-03-01T15:00:00Z,,false,,5h,,history does not tell its pauses"
}

@test "a floating schedule is in the zone of the SLA, or in the one that is given" {
	define R --duration 1h --timezone-source definition --time-zone Asia/Tokyo
	new_case
	whatif 2024-03-01T09:30:00Z --all --schedule floating
	out_is 2024-03-01T10:00:00Z,2024-03-04T01:00:00Z,false,false,30m,0s,
	whatif 2024-03-01T09:30:00Z --all --schedule floating --time-zone Europe/Berlin
	out_is 2024-03-01T10:00:00Z,2024-03-01T10:00:00Z,false,false,30m,30m,
	whatif 2024-03-01T09:30:00Z --all --schedule 9-17 --time-zone Asia/Tokyo
	out_is 2024-03-01T10:00:00Z,2024-03-01T10:00:00Z,false,false,30m,30m,
	run_csm sla whatif --all --schedule floating --time-zone Mars/Base
	fails 2 Mars/Base
}

@test "a zone alone moves what floats" {
	define R --duration 1h --schedule-source definition --schedule floating --timezone-source definition --time-zone UTC
	new_case
	whatif 2024-03-01T09:30:00Z --all --time-zone Asia/Tokyo
	out_is 2024-03-01T10:00:00Z,2024-03-04T01:00:00Z,false,false,30m,0s,
}

@test "a relative duration is another only by --duration" {
	define R --duration-type relative --relative-duration end_of_next_business_day "${in_hours[@]}"
	new_case
	whatif 2024-03-01T12:00:00Z --all --schedule Night
	out_is "2024-03-04T17:00:00Z,2024-03-04T17:00:00Z,false,false,3h,3h,the duration is relative"
	whatif 2024-03-01T12:00:00Z --all --duration 4h
	out_is 2024-03-04T17:00:00Z,2024-03-01T13:00:00Z,false,false,3h,3h,
}

@test "the rules that an SLA keeps are kept: an edited schedule is another one when it is named" {
	define R --duration 8h "${in_hours[@]}"
	new_case
	printf 'csm: 1\nschedule: [{name: 9-17, exception: [{date: 2024-03-01, kind: closed, name: Closed}]}]\n' | csm import - >/dev/null
	whatif 2024-03-01T12:00:00Z --all --duration 8h
	out_is 2024-03-01T17:00:00Z,2024-03-01T17:00:00Z,false,false,3h,3h,
	whatif 2024-03-01T12:00:00Z --all --schedule 9-17
	out_is 2024-03-01T17:00:00Z,2024-03-04T17:00:00Z,false,false,3h,0s,
}

@test "--where goes through the case; --sla is one definition; SLAs of tasks are counted too" {
	define R --duration 8h
	define S --duration 8h
	csm sla-definition new --name T --target-type case_task --duration 8h --start-condition "active = true" --stop-condition "state = closed" -q
	new_case --priority 1
	new_case --priority 4
	csm case-task new --parent-case CS1 --short-description t -q
	CSM_NOW=2024-03-01T10:00:00Z run_csm sla whatif --where "parent_case.priority = 1" --sla R --duration 1h --fields case,sla_definition -o csv --no-header
	out_is CS0000001,R
	run_csm sla whatif --all --duration 1h --fields case,sla_definition,sla,stage -o csv --no-header
	out_is $'CS0000001,R,SLA0000001,in_progress\nCS0000001,S,SLA0000002,in_progress\nCS0000002,R,SLA0000003,in_progress\nCS0000002,S,SLA0000004,in_progress\nCSTASK0000001,T,SLA0000005,in_progress'
	run_csm sla whatif --where "sla_definition = T" --duration 1h --count
	out_is 1
}

@test "nothing is written: not a byte changes, and a file that is read only will do" {
	define R --duration 8h
	new_case
	sqlite3 "$CSM_DB" "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
	before=$(cksum <"$CSM_DB")
	chmod a-w "$CSM_DB"
	whatif 2024-03-02T09:00:00Z --all --duration 1h
	eq "$(cksum <"$CSM_DB")" "$before"
	out_is 2024-03-01T17:00:00Z,2024-03-01T10:00:00Z,true,true,1d,1d,
}

@test "what is missing or wrong is told" {
	define R --duration 8h
	new_case
	run_csm sla whatif --all
	fails 2 "give --schedule, --duration or --time-zone"
	run_csm sla whatif --duration 1h
	fails 2 "give --where, --sla or --all"
	run_csm sla whatif --duration 1h --all --sla R
	fails 2 "not both"
	run_csm sla whatif --all --schedule nobody
	fails 3 nobody
	run_csm sla whatif --sla nobody --duration 1h
	fails 3 nobody
	run_csm sla whatif --where "nonsense = 1" --duration 1h
	fails 2 nonsense
	run_csm sla whatif --all --duration -1h
	fails 2 duration
	run_csm sla whatif --all --duration 0
	fails 2 "csm: --duration: has to be longer than 0"
	csm schedule new --name never --time-zone UTC --valid-to 2024-01-01 -q
	csm schedule-span new --schedule never --days mon --start 09:00 --end 10:00 -q
	run_csm sla whatif --all --schedule never
	fails 4 "sla SLA0000001: "
	err_has never
}

@test "forms: json, a table of 80 columns, -q" {
	define "A promise with a name of some length" --duration 8h
	new_case
	export CSM_NOW=2024-03-01T18:00:00Z
	run_csm sla whatif --all --schedule 9-17 --duration 9h --tz Europe/Berlin -o json
	eq "$(json '.[0] | [.case, .sla, .sla_definition, .stage, .planned_end_at, .what_if_planned_end_at, .has_breached, .what_if_has_breached, .business_elapsed, .what_if_business_elapsed, .note] | map(tojson) | join(" ")')" \
		'"CS0000001" "SLA0000001" "A promise with a name of some length" "in_progress" "2024-03-01T18:00:00+01:00" "2024-03-04T11:00:00+01:00" true false "9h" "8h" null'
	on_tty "$CSM_BIN" sla whatif --all --duration 9h --no-color
	eq "$(printf '%s\n' "$out" | awk 'length > 80')" ""
	[[ $out == *CS0000001*2024-03-01T17:00:00Z*2024-03-01T18:00:00Z* ]]
	run_csm sla whatif --all --duration 9h -q
	ok
}

# ---- by chance ----

edit_case() {
	case $((RANDOM % 9)) in
	0) run_csm case accept "$1" ;;
	1) run_csm case request-info "$1" --comment "?" ;;
	2) run_csm case provide-info "$1" ;;
	3) run_csm case edit "$1" --priority $((RANDOM % 4 + 1)) ;;
	4) run_csm case edit "$1" --impact $((RANDOM % 3 + 1)) ;;
	5) run_csm case edit "$1" --urgency $((RANDOM % 3 + 1)) ;;
	6) run_csm case comment "$1" --text x --on-behalf geneva@acme.example ;;
	7) run_csm case resolve "$1" --resolution-code solved_workaround --close-notes x ;;
	8) run_csm case reject-solution "$1" --reason x --on-behalf geneva@acme.example ;;
	esac
	[[ $status =~ ^[045]$ ]] || wrong "edit of $1"
}
chance_world() {
	now=1709893000 # the week in which clocks change in New York
	csm sla-definition new --name Answer --target-type case --duration 20h "${in_hours[@]}" --start-condition "priority <= 3" \
		--stop-condition "state in (resolved, closed)" --pause-condition "state = awaiting_info" --reopen-action resume -q
	csm sla-definition new --name Sticky --target-type case --duration 30h --start-condition "active = true" --stop-condition "state = closed" \
		--resume-when condition --pause-condition "impact = 1 or needs_attention = true" --resume-condition "urgency = 1" -q
	csm sla-definition new --name Back --target-type case --duration 10h --schedule-source definition --schedule Night --start-condition "priority = 1" \
		--stop-condition "state = closed" --pause-condition "state = awaiting_info" --retroactive-start true --retroactive-pause true -q
	csm sla-definition new --name Reset --target-type case --duration 10h "${in_hours[@]}" --start-condition "priority = 2" --stop-condition "state = closed" \
		--pause-condition "impact = 1" --retroactive-start true --reset-condition "urgency = 2" -q
}
clock() {
	now=$1
	CSM_NOW=$(date -u -d "@$now" +%Y-%m-%dT%H:%M:%SZ)
	export CSM_NOW
}
# history SEED LATER STEPS
history() {
	local key n

	RANDOM=$1
	clock "$((now + $2))"
	key=$(csm case new --contact geneva@acme.example --short-description x --priority 3)
	for ((n = 0; n < $3; n++)); do
		clock $((now + (RANDOM % 5 == 0 ? 0 : RANDOM)))
		edit_case "$key"
	done
}
# Nothing is another: the zone of a schedule that has its own does not matter.
unchanged() {
	run_csm sla whatif --all --time-zone Asia/Tokyo --fields "sla,$figures,note" -o csv --no-header
	[ "$status" -eq 0 ] || wrong "at $CSM_NOW"
	[ -z "$(printf '%s\n' "$out" | awk -F, '$2 != $3 || $4 != $5 || $6 != $7 || $8 != ""')" ] || wrong "at $CSM_NOW"
	err_has "0 newly breached, 0 no longer"
}

@test "by chance: with the schedule and duration that they have, nothing changes" {
	chance_world
	for seed in 1 2 3 4 5 6; do
		history "$seed" 100 15
		unchanged
		clock $((now + RANDOM * 5))
		unchanged
	done
	[ "$(printf '%s\n' "$out" | wc -l)" -ge 12 ] || wrong "hardly any SLA"
}

# same_as_repair DEFINITION OPTION VALUE: what is said before the edit, and what the repair comes to after it
same_as_repair() {
	local said

	run_csm sla whatif --sla "$1" "${@:2}" --fields sla,what_if_planned_end_at,what_if_has_breached,what_if_business_elapsed,note -o csv --no-header
	[ "$status" -eq 0 ] || wrong "$*"
	said=$out
	[ -n "$said" ] || wrong "no SLA of $1"
	cp "$CSM_DB" kept.db
	csm sla-definition edit "$1" "${@:2}" -q
	csm sla repair --all --sla "$1" -q >/dev/null
	run_csm sla list --where "sla_definition = $1" --sort number --fields number,stage,planned_end_at,has_breached,business_elapsed -o csv --no-header
	printf '%s\n' "$out" | awk -F, '{ print $1 "," $3 "," $4 "," $5 "," }' >repaired
	rm -f "$CSM_DB-wal" "$CSM_DB-shm"
	cp kept.db "$CSM_DB"
	[ "$said" = "$(cat repaired)" ] || wrong "$* at $CSM_NOW: $(printf '%s\n' "$said" | diff - repaired)"
}

@test "by chance: with others, they say what a repair makes of them after that edit" {
	chance_world
	for seed in 11 12 13 14; do
		history "$seed" -300000 25
	done
	sqlite3 "$CSM_DB" "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
	for hours in 3 11 27; do
		same_as_repair Answer --duration "${hours}h"
		same_as_repair Sticky --duration "${hours}h"
		same_as_repair Back --duration "${hours}h"
		same_as_repair Reset --duration "${hours}h"
	done
	same_as_repair Answer --schedule Night
	same_as_repair Back --schedule 9-17 --duration 5h
	same_as_repair Reset --schedule Night --duration 6h
}
