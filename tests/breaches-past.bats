#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# sla breaches and attainment --as-of: what was printed at a moment is printed again later, byte by byte, whatever happened since.

load helpers

at() { export CSM_NOW=$1; }
moment() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }

setup() {
	csm_setup
	cat >world.yaml <<-'EOF'
		csm: 1
		schedule:
		  - {name: 9-17, time_zone: Europe/Berlin, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		user: [{user_name: ann, first_name: Ann, last_name: A}, {user_name: bob, first_name: Bob, last_name: B}]
		group: [{name: First, member: [{member: ann}, {member: bob}]}, {name: Second, member: [{member: bob}]}]
		account: [{name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}]}, {name: Beta}]
		consumer: [{first_name: Cleo, last_name: Carter, email: cleo@example.com}]
		sla_definition:
		  - {name: Answer, duration: 1h, target: response, start_condition: "priority <= 4", stop_condition: first_response_time is not null,
		     pause_condition: "impact = 1"}
		  - {name: Fix, duration: 4h, schedule_source: definition, schedule: 9-17, start_condition: "priority <= 3",
		     stop_condition: "state in (resolved, closed)", pause_condition: state = awaiting_info}
		  - {name: Urgent, duration: 2h, start_condition: priority = 1, stop_condition: state = closed, pause_condition: "impact = 1",
		     retroactive_start: true}
		  - {name: Do, target_type: case_task, duration: 3h, start_condition: "priority <= 4", stop_condition: state = closed}
	EOF
}

# The reports whose past is looked at; with --as-of T, or nothing.
reports() {
	csm sla breaches "$@" --within 3h -o csv --tz America/New_York
	csm sla breaches "$@" -o mail --tz Asia/Kolkata --since @0
	csm sla breaches "$@" -o table --since @0 --where 'parent_case.priority <= 2 or case_task.parent_case.account.name ~ "*e*"' --fields status,number,due
	csm sla breaches "$@" -o csv --by account --within 30d
	run_csm sla breaches "$@" --monitor
	printf '%s %s\n' "$status" "$out"
	csm sla attainment "$@" -o csv --by group
	csm sla attainment "$@" -o csv --by month --tz Pacific/Apia
	csm sla attainment "$@" -o openmetrics --by assignee --from 2024-03-02 --where 'parent_case.assigned_to = bob'
}

# change N: something happens, by chance; what a rule refuses is no matter
change() {
	local case=CS000000$((RANDOM % 5 + 1)) task=CSTASK000000$((RANDOM % 3 + 1))

	case $((RANDOM % 24)) in
	0 | 1) run_csm case new --contact geneva@acme.example --short-description "case $1" --priority $((RANDOM % 4 + 1)) ;;
	2) run_csm case new --consumer cleo@example.com --short-description "case $1" --priority $((RANDOM % 3 + 1)) ;;
	3) run_csm case assign "$case" --assignment-group Second --assigned-to bob ;;
	4) run_csm case assign "$case" --assignment-group First --assigned-to ann ;;
	5) run_csm case accept "$case" ;;
	6) run_csm case comment "$case" --text "seen, $1" ;;
	7) run_csm case request-info "$case" --comment "?" ;;
	8) run_csm case provide-info "$case" --on-behalf geneva@acme.example --comment "!" ;;
	9 | 10) run_csm case resolve "$case" --resolution-code solved_guidance --close-notes x ;;
	11) run_csm case edit "$case" --priority $((RANDOM % 4 + 1)) --short-description "case $1, changed" ;;
	12 | 13) run_csm case edit "$case" --impact $((RANDOM % 2 * 2 + 1)) ;;
	14) run_csm account edit ACCT0000001 --name "Acme $1" ;;
	15) run_csm case reject-solution "$case" --on-behalf geneva@acme.example --reason no ;;
	16) run_csm case close "$case" --resolution-code solved_guidance --close-notes x ;;
	17) run_csm case-task new --parent-case "$case" --short-description "task $1" --assignment-group First ;;
	18) run_csm case-task close "$task" ;;
	19) run_csm tick ;;
	20) run_csm case edit "$case" --account Beta --contact "" ;;
	21) run_csm sla breaches --new --within 1h ;;
	22) [ "$1" -lt 20 ] || run_csm undo ;;
	23) [ "$1" -lt 20 ] || run_csm case delete "$case" ;;
	esac
	[ "$status" -lt 6 ] || wrong "change $1"
}

@test "what was printed then is printed again by --as-of, on histories made by chance" {
	local seed now n

	for seed in 1 2; do
		RANDOM=$seed
		now=$((1709287200 + seed * 777))
		rm -f "$CSM_DB" moments
		at "$(moment $now)"
		csm init
		csm import world.yaml >/dev/null
		for ((n = 0; n < 50; n++)); do
			change "$n"
			((RANDOM % 2)) || continue
			reports >"then.$now"
			echo $now >>moments
			now=$((now + 1 + RANDOM % 5 * RANDOM / 2))
			at "$(moment $now)"
		done
		[ "$(wc -l <moments)" -ge 15 ]
		at "$(moment $((now + 90000)))"
		while read -r n; do
			reports --as-of "$(moment "$n")" >again
			cmp "then.$n" again || wrong "seed $seed, as of $(moment "$n"): $(diff "then.$n" again)"
		done <moments
	done
	# there was something to see: all three kinds, groups that were renamed, a case that is gone
	cat then.* >all
	for text in ^breached ^late ^soon 'Acme [0-9]' ' paused ' '^,' 'attainment_ratio{assignee="bob"}'; do
		grep -q "$text" all || wrong "nothing like $text"
	done
}
