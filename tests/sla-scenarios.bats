#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# SLA clocks of other systems ($CSM_TEST_DATA/vectors/sla_scenarios_examples.json): each scenario becomes a schedule, definitions and
# commands at its moments, and each figure that it expects is asserted. A state or a figure that this test does not know fails it.
#
# States there, and what they are here:
#   open, Open                    accepted: state open
#   new                           state new
#   pending reminder, pending close, On Hold    the case is put aside without a word to the customer: a blocking task is active
#   Replied                       the agent answers and waits for the customer: request-info, state awaiting_info
#   closed, Resolved              a solution is proposed: state resolved; opened again by reject-solution
# first_response is a comment of the agent; sla_change another priority, whose definitions start retroactively.
#
# Targets there, and their definitions: first_response runs until an agent wrote (a solution without a comment does not count, as there);
# solution until the case is resolved, and goes on when it is opened again; update since the customer wrote. The clock stands still in
# the pausing states, as written in `pausing`.

load helpers

setup() {
	scenarios=${CSM_TEST_DATA-}/vectors/sla_scenarios_examples.json
	[ -f "$scenarios" ] || skip "CSM_TEST_DATA is not set"
	csm_setup
	csm init
	csm import - >/dev/null <<-'EOT'
		csm: 1
		account: [{name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}]}]
	EOT
}

at() { export CSM_NOW=$1; }
ask() { jq -r "$1" scenario.json; }

schedule() {
	jq '{csm: 1, schedule: [{name: "Hours", time_zone: .calendar.tz,
		span: [.calendar.hours | to_entries[] | .key as $day | .value[] | {days: [$day], start: .[0], end: .[1]}],
		exception: [.calendar.holidays[] | {date: ., kind: "closed"}]}]}' scenario.json >schedule.json
	csm import schedule.json >/dev/null
	[ "$(ask '.calendar | keys - ["tz", "hours", "holidays"] | length')" = 0 ]
}

# targets JSON PRIORITY: the definitions of a set of targets, for cases of a priority
targets() {
	local name minutes stop
	local pausing="action_status in (blocked_internally, blocked_internally_and_by_customer) or state = awaiting_info"

	jq -r 'to_entries[] | "\(.key) \(.value)"' <<<"$1" | while read -r name minutes; do
		case $name in
		first_response) stop="last_agent_comment_at is not null" pausing="$pausing or state = resolved" ;;
		solution) stop="state in (resolved, closed)" ;;
		update)
			csm sla-definition new --name "$name $2" --target update --duration "${minutes}m" --schedule-source definition \
				--schedule Hours --start-condition "priority = $2 and awaiting_reply_since is not null" \
				--stop-condition "awaiting_reply_since is null" --retroactive-start true --set-start-to awaiting_reply_since >/dev/null
			continue
			;;
		*) echo "target '$name' is not known" >&2 && return 1 ;;
		esac
		csm sla-definition new --name "$name $2" --duration "${minutes}m" --schedule-source definition --schedule Hours \
			--start-condition "priority = $2" --stop-condition "$stop" --pause-condition "$pausing" --reopen-action resume \
			--retroactive-start true --retroactive-pause true >/dev/null
	done
}

# The first block of a case is #1, the next #2: each ends before another begins.
put_aside() { csm blocking-task new --parent-case CS0000001 --reason other >/dev/null; }
take_up() {
	csm blocking-task edit "#$(csm blocking-task list --count)" --active false >/dev/null
	csm case attention clear CS0000001 >/dev/null
}

# become STATE: from the state that the case is in
become() {
	local from

	from=$(csm case list --fields state,action_status --no-header -o csv)
	case $1:$from in
	new:new,) ;;
	open:new,* | Open:new,*) csm case accept CS0000001 >/dev/null ;;
	open:open,blocked* | Open:open,blocked*) take_up ;;
	open:awaiting_info,* | Open:awaiting_info,*) csm case provide-info CS0000001 >/dev/null ;;
	open:resolved,* | Open:resolved,*) csm case reject-solution CS0000001 --reason "no" --on-behalf geneva@acme.example >/dev/null ;;
	"pending reminder:new,"* | "pending close:new,"* | "On Hold:new,"*)
		csm case accept CS0000001 >/dev/null
		put_aside
		;;
	"pending reminder:open,"* | "pending close:open,"* | "On Hold:open,"*) put_aside ;;
	Replied:open,*) csm case request-info CS0000001 --comment "try this" >/dev/null ;;
	closed:* | Resolved:*) csm case resolve CS0000001 --resolution-code solved_workaround --close-notes "done" >/dev/null ;;
	*) echo "no way from '$from' to '$1'" >&2 && return 1 ;;
	esac
}

# snap N: the SLAs after event N (0: creation)
snap() {
	csm sla list --sort number -o ndjson \
		--fields sla_definition,stage,active,planned_end_at,business_elapsed,business_time_left,business_pause_duration,has_breached |
		jq -s 'map(.target = (.sla_definition | sub(" [0-9]$"; "")))' >"snap.$1"
}

replay() {
	local n to priority=2

	schedule
	targets "$(ask '.targets_minutes | tojson')" 2
	if [ "$(ask '[.events[] | select(.type == "sla_change")] | length')" -gt 0 ]; then
		targets "$(ask 'first(.events[] | select(.type == "sla_change")) | .targets_minutes | tojson')" 1
	fi
	at "$(ask .created_at)"
	csm case new --contact geneva@acme.example --short-description x --priority 2 >/dev/null
	become "$(ask .created_state)"
	snap 0
	for ((n = 1; n <= $(ask '.events | length'); n++)); do
		jq ".events[$n - 1]" scenario.json >event.json
		at "$(jq -r .at event.json)"
		case $(jq -r .type event.json) in
		state)
			to=$(jq -r .to event.json)
			# an answer that comes with the state is the comment of request-info
			[ "$(jq -r '.first_response // false' event.json)" = false ] || [ "$to" = Replied ] || csm case comment CS0000001 --text x >/dev/null
			become "$to"
			;;
		first_response) csm case comment CS0000001 --text "an answer" >/dev/null ;;
		sla_change)
			priority=$((priority - 1))
			csm case edit CS0000001 --priority $priority >/dev/null
			;;
		*) echo "event '$(jq -r .type event.json)' is not known" >&2 && return 1 ;;
		esac
		snap "$n"
	done
}

# last TARGET SNAP FIELD: of the newest record of a target
last() { jq -r --arg t "$1" "last(.[] | select(.target == \$t)) | .$3 // \"\"" "snap.$2"; }
minutes() { # of a duration as csm prints it
	local sign=1 text=$1 sum=0

	[[ $text != -* ]] || sign=-1 text=${text#-}
	while [[ $text =~ ^([0-9]+)([dhms])(.*)$ ]]; do
		case ${BASH_REMATCH[2]} in
		d) sum=$((sum + BASH_REMATCH[1] * 86400)) ;;
		h) sum=$((sum + BASH_REMATCH[1] * 3600)) ;;
		m) sum=$((sum + BASH_REMATCH[1] * 60)) ;;
		s) sum=$((sum + BASH_REMATCH[1])) ;;
		esac
		text=${BASH_REMATCH[3]}
	done
	[ -z "$text" ] && [ $((sum % 60)) -eq 0 ] || return 1
	echo $((sign * sum / 60))
}

# The first event after which the case stands still, and the first after which it goes on.
pauses() { ask '.pausing_states as $p | first(.events | to_entries[] | select(.value.type == "state" and ([.value.to] | inside($p)))).key + 1'; }
resumes() { ask ".pausing_states as \$p | first(.events | to_entries[] | select(.key >= $(pauses) and .value.type == \"state\" and ([.value.to] | inside(\$p) | not))).key + 1"; }
changes() { ask 'first(.events | to_entries[] | select(.value.type == "sla_change")).key + 1'; }

# What people there call where the SLAs of a ticket stand.
status_of() {
	jq -r 'if any(.[]; .stage == "paused") then "Paused"
		elif any(.[]; .active and .target == "first_response") then "First Response Due"
		elif any(.[]; .active and .target == "solution") then "Resolution Due"
		elif any(.[]; .has_breached) then "Failed" else "Fulfilled" end' "$1"
}

expected() {
	local key want got end target n

	end=$(ask '.events | length')
	for key in $(ask '.expect | keys[]'); do
		want=$(ask ".expect.$key | if type == \"array\" then join(\",\") else tostring end")
		target=${key%%_due*}
		target=${target%_elapsed_minutes}
		target=${target%_remaining_minutes}
		case $key in
		open_due) got=$(jq -r '[.[] | select(.planned_end_at and .active) | .target] | join(",")' "snap.$end") ;;
		status_sequence) got=$(for ((n = 0; n <= end; n++)); do status_of "snap.$n"; done | paste -sd,) ;;
		total_hold_minutes) got=$(minutes "$(last solution "$end" business_pause_duration)") ;;
		*_due) got=$(last "$target" "$end" planned_end_at) ;;
		*_due_at_creation) got=$(last "$target" 0 planned_end_at) ;;
		*_due_before) got=$(last "$target" $(($(changes) - 1)) planned_end_at) ;;
		*_due_before_pause) got=$(last "$target" $(($(pauses) - 1)) planned_end_at) ;;
		*_due_after_pause) got=$(last "$target" "$(resumes)" planned_end_at) ;;
		*_elapsed_minutes) got=$(minutes "$(last "$target" "$end" business_elapsed)") ;;
		*_remaining_minutes) got=$(minutes "$(last "$target" "$end" business_time_left)") ;;
		*) echo "expectation '$key' is not known" >&2 && return 1 ;;
		esac
		[ "$got" = "$want" ] || {
			echo "$key: got '$got', wanted '$want'" >&2
			cat "snap.$end" >&2
			return 1
		}
		echo "$key"
	done
}

scenario() {
	jq -e --arg id "$1" '.scenarios[] | select(.id == $id)' "$scenarios" >scenario.json
	replay
	expected >asserted
	eq "$(sort asserted)" "$(ask '.expect | keys[]' | sort)"
	run_csm db verify
	[ "$status" -eq 0 ]
}

@test "zammad-01-reopen" { scenario zammad-01-reopen; }
@test "zammad-03-respond-and-close" { scenario zammad-03-respond-and-close; }
@test "zammad-05-pending-open-pending-closed" { scenario zammad-05-pending-open-pending-closed; }
@test "frappe-01-hold" { scenario frappe-01-hold; }
@test "frappe-02-hold-over-holiday-and-weekend" { scenario frappe-02-hold-over-holiday-and-weekend; }
@test "rt-01-sla-changed-2h-to-4h" { scenario rt-01-sla-changed-2h-to-4h; }

@test "no scenario is left out" {
	eq "$(jq -r '.scenarios[].id' "$scenarios" | sort)" "$(sed -n 's/^@test .* { scenario \(.*\); }$/\1/p' "$BATS_TEST_FILENAME" | sort)"
	eq "$(jq '.scenarios | length' "$scenarios")" "$(jq .count "$scenarios")"
}
