#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What the customer waits for and what he owes: update targets, pauses while it is his turn, records that are completed and opened again.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		schedule: [{name: 9-17, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}]
		account: [{name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}]}]
	EOF
	csm import world.yaml >/dev/null
}

define() { csm sla-definition new --name "$1" "${@:2}" >/dev/null; }
# reply START_FIELD FIELD...: the next answer, an hour after the customer asked
reply() {
	define Reply --target update --duration 1h --start-condition "awaiting_reply_since is not null" \
		--stop-condition "awaiting_reply_since is null" --retroactive-start true --set-start-to "$1" "${@:2}"
}
new_case() { csm case new --contact geneva@acme.example --short-description x "$@" >/dev/null; }
sla() { csm sla list --fields "$1" --no-header -o csv --sort number; }
at() { export CSM_NOW=2024-03-01T$1:00Z; }
customer() { csm case comment CS0000001 --text x --on-behalf geneva@acme.example "$@" >/dev/null; }
agent() { csm case comment CS0000001 --text x "$@" >/dev/null; }
awaits() { csm case list --fields number,awaiting_reply_since --no-header -o csv | cut -d, -f2; }

@test "a case awaits a reply since the customer's first comment that no agent has answered" {
	new_case
	eq "$(awaits)" ""
	at 10:00
	customer
	eq "$(awaits)" 2024-03-01T10:00:00Z
	at 10:30
	customer
	eq "$(awaits)" 2024-03-01T10:00:00Z
	csm case note CS0000001 --text "for colleagues" >/dev/null
	eq "$(awaits)" 2024-03-01T10:00:00Z
	at 11:00
	agent
	eq "$(awaits)" ""
	at 11:30
	customer
	eq "$(awaits)" 2024-03-01T11:30:00Z
}

@test "a question, a solution and the end of the case answer too, with or without a comment" {
	new_case
	csm case accept CS0000001 >/dev/null
	at 10:00
	customer
	csm case request-info CS0000001 --comment "?" >/dev/null
	eq "$(awaits)" ""
	at 11:00
	customer
	eq "$(awaits)" 2024-03-01T11:00:00Z
	csm case resolve CS0000001 --resolution-code solved_workaround --close-notes x >/dev/null
	eq "$(awaits)" ""
	at 12:00
	csm case reject-solution CS0000001 --reason "no" --on-behalf geneva@acme.example >/dev/null
	eq "$(awaits)" 2024-03-01T12:00:00Z
	at 13:00
	csm case close CS0000001 --resolution-code duplicate --close-notes x >/dev/null
	eq "$(awaits)" ""
}

@test "a comment that is undone was never asked, an answer that is undone never given" {
	new_case
	at 10:00
	customer
	csm undo >/dev/null
	eq "$(awaits)" ""
	customer
	at 11:00
	agent
	csm undo >/dev/null
	eq "$(awaits)" 2024-03-01T10:00:00Z
	run_csm db verify
	[ "$status" -eq 0 ]
}

@test "a load says it in moments or in comments, or states it; a closed case awaits nothing" {
	cat >load.yaml <<-'EOF'
		csm: 1
		case:
		  - {external_id: asked, account: Acme, short_description: x, state: open, opened_at: 2024-01-01T10:00:00Z,
		     last_customer_comment_at: 2024-01-03T10:00:00Z, last_agent_comment_at: 2024-01-02T10:00:00Z}
		  - {external_id: answered, account: Acme, short_description: x, state: open, opened_at: 2024-01-01T10:00:00Z,
		     last_customer_comment_at: 2024-01-03T10:00:00Z, last_agent_comment_at: 2024-01-04T10:00:00Z}
		  - external_id: comments
		    account: Acme
		    short_description: x
		    state: open
		    opened_at: 2024-01-01T10:00:00Z
		    comment:
		      - {author_contact: geneva@acme.example, posted_at: 2024-01-05T10:00:00Z, body: third}
		      - {author_contact: geneva@acme.example, posted_at: 2024-01-02T10:00:00Z, body: first}
		      - {posted_at: 2024-01-03T10:00:00Z, body: answer}
		      - {author_contact: geneva@acme.example, posted_at: 2024-01-04T10:00:00Z, body: second}
		  - external_id: stated
		    account: Acme
		    short_description: x
		    state: open
		    opened_at: 2024-01-01T10:00:00Z
		    awaiting_reply_since: null
		    comment: [{author_contact: geneva@acme.example, posted_at: 2024-01-05T10:00:00Z, body: answered by phone}]
		  - {external_id: over, account: Acme, short_description: x, state: cancelled, opened_at: 2024-01-01T10:00:00Z,
		     last_customer_comment_at: 2024-01-03T10:00:00Z}
	EOF
	csm import load.yaml >/dev/null
	eq "$(csm case list --fields external_id,awaiting_reply_since --no-header -o csv)" "asked,2024-01-03T10:00:00Z
answered,
comments,2024-01-04T10:00:00Z
stated,
over,"
	csm export >first.yaml
	csm --db again.db init
	csm --db again.db import first.yaml >/dev/null
	csm --db again.db export >second.yaml
	cmp first.yaml second.yaml
}

@test "update target: counts from the first comment nobody answered to the next answer of an agent; not while the customer is silent" {
	reply awaiting_reply_since
	new_case
	at 09:30
	agent
	eq "$(csm sla list --count)" 0
	at 10:00
	customer
	at 10:20
	customer
	at 10:50
	agent
	at 12:00
	eq "$(sla stage,start_at,end_at,business_elapsed,has_breached)" "completed,2024-03-01T10:00:00Z,2024-03-01T10:50:00Z,50m,false"
	eq "$(csm sla list --where "active = true" --count)" 0
	customer
	eq "$(csm sla list --where "active = true" --fields start_at,planned_end_at --no-header -o csv)" 2024-03-01T12:00:00Z,2024-03-01T13:00:00Z
}

@test "update target from the last comment: a further comment starts the count again, one that was kept waiting too long stays recorded" {
	reply last_customer_comment_at
	new_case
	at 10:00
	customer
	at 10:30
	customer
	eq "$(sla stage,start_at,has_breached)" "cancelled,2024-03-01T10:00:00Z,false
in_progress,2024-03-01T10:30:00Z,false"
	at 11:31
	customer
	eq "$(sla stage,start_at,end_at,has_breached,breached_at)" "cancelled,2024-03-01T10:00:00Z,2024-03-01T10:30:00Z,false,
completed,2024-03-01T10:30:00Z,2024-03-01T11:31:00Z,true,2024-03-01T11:30:00Z
in_progress,2024-03-01T11:31:00Z,,false,"
	at 12:00
	agent
	eq "$(csm sla list --where "active = true" --count)" 0
	eq "$(sla stage | tail -n 1)" completed
}

@test "only an update target starts again by itself" {
	define Reply --target response --duration 1h --start-condition "awaiting_reply_since is not null" \
		--stop-condition "awaiting_reply_since is null" --retroactive-start true --set-start-to last_customer_comment_at
	new_case
	at 10:00
	customer
	at 10:30
	customer
	eq "$(sla stage,start_at)" in_progress,2024-03-01T10:00:00Z
}

@test "an update target of an imported case runs since the customer asked" {
	reply awaiting_reply_since
	cat >load.yaml <<-'EOF'
		csm: 1
		case:
		  - external_id: A
		    account: Acme
		    short_description: x
		    state: open
		    opened_at: 2024-01-01T10:00:00Z
		    first_response_time: 2024-01-01T10:30:00Z
		    comment:
		      - {author_contact: geneva@acme.example, posted_at: 2024-01-02T10:00:00Z, body: x}
		      - {author_contact: geneva@acme.example, posted_at: 2024-01-02T10:10:00Z, body: x}
	EOF
	csm import load.yaml >/dev/null
	eq "$(sla stage,start_at,has_breached,from_import)" in_progress,2024-01-02T10:00:00Z,true,true
	agent --now 2024-03-01T12:00:00Z
	eq "$(sla stage,end_at)" completed,2024-03-01T12:00:00Z
}

@test "reopen_action resume: the completed record goes on, the time between is taken out, a breach stays" {
	define Fix --duration 4h --schedule-source definition --schedule 9-17 --start-condition "priority <= 4" \
		--stop-condition "state in (resolved, closed)" --pause-condition "state = awaiting_info" --reopen-action resume
	new_case
	csm case accept CS0000001 >/dev/null
	at 10:00
	csm case resolve CS0000001 --resolution-code solved_workaround --close-notes x >/dev/null
	eq "$(sla stage,active,end_at,business_elapsed)" completed,false,2024-03-01T10:00:00Z,1h
	export CSM_NOW=2024-03-04T10:00:00Z
	csm case reject-solution CS0000001 --reason "no" --on-behalf geneva@acme.example >/dev/null
	eq "$(sla stage,active,end_at,start_at,pause_duration,business_pause_duration,planned_end_at,has_breached)" \
		"in_progress,true,,2024-03-01T09:00:00Z,3d,8h,2024-03-04T13:00:00Z,false"
	eq "$(sla original_breach_at)" 2024-03-01T13:00:00Z
	export CSM_NOW=2024-03-04T13:30:00Z
	csm case resolve CS0000001 --resolution-code solved_workaround --close-notes x >/dev/null
	eq "$(sla stage,business_elapsed,has_breached)" completed,4h30m,true
	export CSM_NOW=2024-03-04T14:00:00Z
	csm case reject-solution CS0000001 --reason "no" --on-behalf geneva@acme.example >/dev/null
	eq "$(sla stage,has_breached,breached_at)" in_progress,true,2024-03-04T13:00:00Z
	export CSM_NOW=2024-03-04T15:00:00Z
	run_csm sla explain CS0000001 -o csv --no-header --fields state,what,counted,sum
	out_is "open,counted,1h,1h
resolved,paused,0s,1h
open,counted,3h30m,4h30m
resolved,paused,0s,4h30m
open,counted,1h,5h30m"
	err_has "used 5h30m"
	run_csm db verify
	[ "$status" -eq 0 ]
}

@test "reopen_action restart: a new record begins where the stop condition ends" {
	define Fix --duration 4h --start-condition "priority <= 4" --stop-condition "state in (resolved, closed)"
	new_case
	csm case accept CS0000001 >/dev/null
	at 10:00
	csm case resolve CS0000001 --resolution-code solved_workaround --close-notes x >/dev/null
	at 11:00
	csm case reject-solution CS0000001 --reason "no" --on-behalf geneva@acme.example >/dev/null
	eq "$(sla stage,start_at,has_breached)" $'completed,2024-03-01T09:00:00Z,false\nin_progress,2024-03-01T11:00:00Z,false'
}

@test "only a completed record resumes: one that was cancelled begins anew, and one that is opened again may be paused at once" {
	define P3 --duration 4h --start-condition "priority = 3" --stop-condition "impact = 1" --pause-condition "urgency = 1" --reopen-action resume
	new_case --priority 3
	at 10:00
	csm case edit CS0000001 --priority 2 >/dev/null
	at 11:00
	csm case edit CS0000001 --priority 3 >/dev/null
	eq "$(sla stage,start_at)" $'cancelled,2024-03-01T09:00:00Z\nin_progress,2024-03-01T11:00:00Z'
	at 12:00
	csm case edit CS0000001 --impact 1 >/dev/null
	at 13:00
	csm case edit CS0000001 --impact 3 --urgency 1 >/dev/null
	eq "$(sla stage,pause_at,pause_duration | tail -n 1)" paused,2024-03-01T13:00:00Z,1h
	at 14:00
	csm case edit CS0000001 --urgency 3 >/dev/null
	eq "$(sla stage,pause_duration,planned_end_at | tail -n 1)" in_progress,2h,2024-03-01T17:00:00Z
	at 15:00
	run_csm sla explain CS0000001 --sla SLA0000002 -o csv --no-header --fields from,what,sum,note
	out_is "2024-03-01T11:00:00Z,counted,1h,
2024-03-01T12:00:00Z,paused,1h,it had been completed
2024-03-01T13:00:00Z,paused,1h,
2024-03-01T14:00:00Z,counted,2h,"
}

@test "what the customer owes is not counted against the agent: neither while he is asked nor while he blocks the case" {
	define Asked --duration 4h --start-condition "priority <= 4" --stop-condition "state in (resolved, closed)" --pause-condition "state = awaiting_info"
	define Blocked --duration 4h --start-condition "priority <= 4" --stop-condition "state in (resolved, closed)" \
		--pause-condition "action_status in (blocked_by_customer, blocked_internally_and_by_customer)"
	new_case
	csm case accept CS0000001 >/dev/null
	at 10:00
	csm case request-info CS0000001 --comment "?" >/dev/null
	at 20:00
	eq "$(csm sla breaches --count)" 0
	customer
	at 21:00
	csm case resolve CS0000001 --resolution-code solved_workaround --close-notes x >/dev/null
	eq "$(sla sla_definition,stage,pause_duration,elapsed,has_breached)" "Asked,completed,10h,2h,false
Blocked,completed,10h,2h,false"
}

@test "a backdated event never stands before the start or the pause of a record: no stretch is negative" {
	define Fix --duration 4h --start-condition "priority <= 4" --stop-condition "impact = 1" --pause-condition "urgency = 1"
	new_case
	at 10:00
	csm case edit CS0000001 --urgency 1 >/dev/null
	at 09:30
	run_csm case edit CS0000001 --urgency 3
	fails 4 "expected --backdate"
	csm case edit CS0000001 --urgency 3 --backdate >/dev/null
	eq "$(sla stage,pause_duration,planned_end_at)" in_progress,0s,2024-03-01T13:00:00Z
	at 08:00
	csm case edit CS0000001 --impact 1 --backdate >/dev/null
	eq "$(sla stage,end_at,elapsed,business_elapsed)" completed,2024-03-01T09:00:00Z,0s,0s
}
