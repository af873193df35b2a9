#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The ledger of an SLA against what lists show, on histories made by chance: cases that wait, are asked, reset and reopened while
# definitions and schedules are edited, across breaks, holidays, night shifts and the weeks in which clocks change. And the same
# ledger asked for later, as of then.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		schedule:
		  - name: Day
		    time_zone: Europe/Berlin
		    span:
		      - {days: [mon, tue, wed, thu, fri], start: "09:00", end: "12:30"}
		      - {days: [mon, tue, wed, thu, fri], start: "13:00", end: "17:00:01"}
		    exception:
		      - {date: 2024-03-29, kind: closed, name: Good Friday}
		      - {date: 2024-03-30, kind: hours, start: "10:00", end: "14:00"}
		  - name: Night
		    time_zone: America/New_York
		    span: [{days: [mon, tue, wed, thu, fri, sat, sun], start: "22:00", end: "06:00"}]
		    exception: [{date: 2024-03-09, kind: break, start: "23:00", end: "23:20"}, {every: "last mon of may", kind: closed}]
		account: [{name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}]}]
	EOF
	csm import world.yaml >/dev/null
	define Answer --duration 20h --schedule-source definition --schedule Day --start-condition "priority <= 3" \
		--stop-condition "state in (resolved, closed)" --pause-condition "state = awaiting_info" --reopen-action resume
	define Sticky --duration 30h --start-condition "active = true" --stop-condition "state = closed" --resume-when condition \
		--pause-condition "impact = 1 or needs_attention = true" --resume-condition "urgency = 1"
	define Back --duration 10h --schedule-source definition --schedule Night --start-condition "priority = 1" --stop-condition "state = closed" \
		--pause-condition "state = awaiting_info" --retroactive-start true --retroactive-pause true
	define Reset --duration 10h --schedule-source definition --schedule Day --start-condition "priority = 2" --stop-condition "state = closed" \
		--pause-condition "impact = 1" --retroactive-start true --reset-condition "urgency = 2"
}

define() { csm sla-definition new --name "$1" "${@:2}" >/dev/null; }
# clock SECONDS
clock() {
	now=$1
	CSM_NOW=$(date -u -d "@$now" +%Y-%m-%dT%H:%M:%SZ)
	export CSM_NOW
}
pick() { eval "picked=\${$((RANDOM % $# + 1))}"; }

last_change() { csm log --fields change --no-header -o csv | head -n 1; }

# One edit of the rules.
edit_rules() {
	local day before

	before=$(last_change)
	day=$(date -u -d "@$((now + RANDOM % 8 * 86400))" +%Y-%m-%d)
	case $((RANDOM % 9)) in
	0) run_csm schedule-exception new --schedule Day --date "$day" --kind closed --name Feast ;;
	1) run_csm schedule-exception new --schedule Night --date "$day" --kind hours --start 21:00 --end 23:59:59 ;;
	2) run_csm schedule-exception new --schedule Day --date "$day" --kind break --start 10:00 --end 10:45 ;;
	3) run_csm schedule-span edit '#1' --start "0$((RANDOM % 4 + 6)):15" ;;
	4) pick Answer Back Reset; run_csm sla-definition edit "$picked" --duration "$((RANDOM % 40 + 1))h" ;;
	5) pick "state = awaiting_info" "impact = 1" "priority = 2 and impact = 2"; run_csm sla-definition edit Answer --pause-condition "$picked" ;;
	6) pick Day Night; run_csm sla-definition edit Back --schedule "$picked" ;;
	7) pick true false; run_csm sla-definition edit Reset --retroactive-pause "$picked" ;;
	8)
		status=0
		[ -n "$edited" ] || return 0
		run_csm undo "$edited"
		;;
	esac
	[ "$(last_change)" = "$before" ] || edited=$(last_change)
}

# One event of a case.
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
}

# adds_up CASE: the last sum of each record is what the list says it has used; no ledger gives up
adds_up() {
	run_csm sla explain "$1" -o csv --no-header --fields sla,sum,note
	[ "$status" -eq 0 ] || wrong "explain $1"
	printf '%s\n' "$out" >ledger
	! grep -q "one sum" ledger || wrong "at $CSM_NOW of $1: $(cat ledger)"
	awk -F, '{ sum[$1] = $2 } END { for (s in sum) print s "," sum[s] }' ledger | sort >summed
	csm sla list --where "parent_case = $1" --fields number,business_elapsed --no-header -o csv | sort >said
	# a record that was never open has no line
	join -t, -a 1 -e 0s -o 0,1.2,2.2 said summed | awk -F, '$2 != $3 { print; bad = 1 } END { exit bad }' >differ ||
		wrong "at $CSM_NOW of $1: $(cat differ ledger)"
}

# history SEED START: a life of a case from that moment on, looked at all the way
history() {
	local case n step

	RANDOM=$1
	clock "$2"
	edited=
	case=$(csm case new --contact geneva@acme.example --short-description x --priority 3)
	for ((n = 0; n < 40; n++)); do
		step=$((RANDOM % 5 == 0 ? 0 : RANDOM))
		clock $((now + step))
		rm -f "ledger.$case.$CSM_NOW" # more happens in that second
		if [ $((RANDOM % 4)) -eq 0 ]; then edit_rules; else edit_case "$case"; fi
		[[ $status =~ ^[045]$ ]] || wrong "step $n of $case"
		[ $((n % 4)) -ne 3 ] || {
			adds_up "$case"
			run_csm sla explain "$case" -o csv
			printf '%s\n' "$out" >"ledger.$case.$CSM_NOW"
			printf '%s\n' "$err" >"notes.$case.$CSM_NOW"
		}
	done
	clock $((now + 50000))
	adds_up "$case"
	[ "$(wc -l <said)" -ge 2 ] || wrong "hardly any SLA of $case: $(cat said)"
}

@test "the ledger adds up to the second to what lists show, and is the same when it is asked for later, as of then" {
	local case then_ file

	history 1 1709893000 # the week in which clocks change in New York
	history 2 1711609000 # and in Berlin, with Easter
	history 3 1716800000 # the last Monday of May
	clock $((now + 864000)); run_csm sla repair --all; printf "%s\n%s\n" "$out" "$err" >&2; for n in 1 2 3; do adds_up CS000000$n; done
	for file in ledger.CS*; do
		case=${file#ledger.}
		then_=${case#*.}
		case=${case%%.*}
		run_csm sla explain "$case" -o csv --as-of "$then_"
		[ "$out" = "$(cat "$file")" ] || wrong "$case as of $then_: $(printf '%s\n' "$out" | diff - "$file")"
		[ "$err" = "$(cat "notes.$case.$then_")" ] || wrong "$case as of $then_: $(printf '%s\n' "$err" | diff - "notes.$case.$then_")"
	done
	run_csm db verify
	[ "$status" -eq 0 ] || wrong verify
}
