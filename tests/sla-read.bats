#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What of an SLA depends on the clock is made when it is read: time used, time left, percentages, breach; nothing of it is stored.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		schedule: [{name: 8-17, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "08:00", end: "17:00"}]}]
		account: [{name: Acme}]
		sla_definition:
		  - {name: Fix, duration: 8h, schedule_source: definition, schedule: 8-17, start_condition: priority <= 4,
		     stop_condition: state = closed, pause_condition: impact = 1}
	EOF
	csm import world.yaml >/dev/null
	CSM_NOW=2024-03-01T21:00:00Z csm case new --account Acme --short-description x >/dev/null
	export CSM_NOW=2024-03-04T09:30:00Z
}

figures=elapsed,business_elapsed,percentage,business_percentage,time_left,business_time_left,has_breached,breached_at
read_sla() { csm sla list --fields $figures --no-header -o csv; }

@test "running: used, left and percent as of the clock of the command" {
	eq "$(read_sla)" 2d12h30m,1h30m,756.25,18.75,6h30m,6h30m,false,
	CSM_NOW=2024-03-01T21:00:00Z eq "$(CSM_NOW=2024-03-01T21:00:00Z read_sla)" 0s,0s,0,0,2d19h,8h,false,
	eq "$(CSM_NOW=2024-03-04T16:00:00Z read_sla)" 2d19h,8h,837.5,100,0s,0s,false,
	eq "$(CSM_NOW=2024-03-04T16:00:01Z read_sla)" 2d19h1s,8h1s,837.5,100,-1s,-1s,true,2024-03-04T16:00:00Z
	eq "$(CSM_NOW=2024-03-05T08:30:00Z read_sla)" 3d11h30m,9h30m,1043.75,118.75,-16h30m,-1h30m,true,2024-03-04T16:00:00Z
}

@test "a percentage is cut after two decimals, so that 100 means that the time is used up" {
	eq "$(CSM_NOW=2024-03-04T15:59:59Z csm sla list --fields business_percentage --no-header)" 99.99
}

@test "paused: there is no due moment, and what is used and left stands still" {
	csm case edit CS0000001 --impact 1 >/dev/null
	export CSM_NOW=2024-03-06T12:00:00Z
	eq "$(csm sla list --fields stage,planned_end_at,$figures --no-header -o csv)" paused,,2d12h30m,1h30m,756.25,18.75,,6h30m,false,
	csm case edit CS0000001 --impact 3 >/dev/null
	eq "$(read_sla)" 2d12h30m,1h30m,756.25,18.75,21h30m,6h30m,false,
}

@test "ended: as it was then, however late it is read" {
	export CSM_NOW=2024-03-04T16:30:00Z
	csm case close CS0000001 --resolution-code duplicate --close-notes x >/dev/null
	export CSM_NOW=2024-03-08T09:30:00Z
	eq "$(read_sla)" 2d19h30m,8h30m,843.75,106.25,-30m,-30m,true,2024-03-04T16:00:00Z
}

@test "in documents, rows and pages alike, and not in an export: what is stored does not change by being read" {
	cp "$CSM_DB" before.db
	run_csm sla show SLA0000001 -o json
	ok
	eq "$(json '[.elapsed, .business_elapsed, .percentage, .business_percentage, .time_left, .business_time_left, .has_breached] | map(tostring) | join(" ")')" \
		"2d12h30m 1h30m 756.25 18.75 6h30m 6h30m false"
	run_csm sla show SLA0000001 -o csv --fields number,business_percentage
	out_is $'number,business_percentage\nSLA0000001,18.75'
	run_csm sla list --format '%(number) %(business_percentage) %(business_time_left)'
	out_is "SLA0000001 18.75 6h30m"
	run_csm sla show SLA0000001 -o table
	out_has "% (business)        18.75"
	CSM_NOW=2024-03-05T08:30:00Z run_csm export sla
	out_lacks elapsed
	out_lacks percentage
	out_lacks left
	out_has "has_breached: false"
	cmp before.db "$CSM_DB"
	eq "$(csm --db before.db sla list --where 'has_breached = false' --count)" 1
}

@test "the page of a case has its SLAs as they are now" {
	run_csm case show CS0000001
	ok
	out_has "SLAs (1)"
	out_has "SLA0000001  Fix             In progress  2024-03-04T16:00:00Z  6h30m            18.75         false"
	CSM_NOW=2024-03-04T17:30:00Z run_csm case show CS0000001
	out_has "SLA0000001  Fix             In progress  2024-03-04T16:00:00Z  -1h              112.5         true"
}

@test "nothing is selected or sorted by what is not stored: the message says so" {
	run_csm sla list --where "business_percentage > 75"
	fails 2 "'business_percentage' is computed and can't be compared"
	run_csm sla list --sort -time_left
	fails 2 "'time_left' is computed and cannot be sorted by"
	run_csm sla list --percentage 5
	fails 2 "percentage"
}

@test "a document that was printed loads back: figures that csm makes are left alone" {
	csm sla show SLA0000001 -o yaml >sla.yaml
	run_csm sla import sla.yaml
	[ "$status" -eq 0 ] || wrong import
	export CSM_NOW=2024-03-04T10:30:00Z
	eq "$(read_sla)" 2d13h30m,2h30m,768.75,31.25,5h30m,5h30m,false,
}

@test "a relative duration has the open time until its due moment as its target" {
	csm sla-definition new --name Rel --duration-type relative --relative-duration end_of_next_business_day --schedule-source definition \
		--schedule 8-17 --start-condition "priority <= 4" --stop-condition "state = closed" >/dev/null
	csm case edit CS0000001 --urgency 1 >/dev/null
	export CSM_NOW=2024-03-05T08:00:00Z
	eq "$(csm sla list --where "sla_definition = Rel" --fields duration,business_elapsed,business_percentage,business_time_left,time_left --no-header -o csv)" \
		16h30m,7h30m,45.45,9h,9h
}

@test "a narrow terminal gets the columns that matter most, and none is wider than it" {
	csm sla-definition new --name "A name that is much longer than others are" --duration 8h --start-condition active --stop-condition 'not active' >/dev/null
	csm case new --account Acme --short-description "A text that is so long that it does not fit into a line" >/dev/null
	for list in sla case escalation-path escalation-event; do
		COLUMNS=80 run_csm $list list -o table
		ok
		[ "$(LC_ALL=C.UTF-8 wc -L <"$CSM_OUT")" -le 80 ] || wrong "$list: $out"
	done
	COLUMNS=80 run_csm sla list -o table
	eq "$(head -n 1 "$CSM_OUT")" "Number      Case       Case task  SLA definition    Stage        Left (business)"
	COLUMNS=120 run_csm sla list -o table
	out_has "Due"
	out_has "% (business)"
	COLUMNS=80 run_csm sla list -o csv
	out_has "planned_end_at"
	COLUMNS=80 run_csm sla list -o table --fields number,planned_end_at
	out_has "Due"
}

@test "a column is found by what it is called in tables" {
	run_csm sla list --fields case
	fails 2 "'case' is not a field of sla; did you mean 'parent_case'?"
	run_csm sla list --where "case = CS0000001"
	fails 2 "sla has no field 'case'; did you mean 'parent_case'?"
	run_csm comment new --case CS0000001
	fails 2 "unknown option '--case' of 'csm comment new'; did you mean '--parent-case'?"
}

@test "a condition that is wrong on the command line is a fault of the command line, in reports too" {
	for command in "sla list --where" "sla breaches --where" "sla attainment --where" "sla repair --where" "sla apply Fix --to"; do
		# shellcheck disable=SC2086
		run_csm $command actve
		fails 2 "--${command##*--}: "
		err_has "has no field 'actve'; did you mean 'active'?"
	done
}
