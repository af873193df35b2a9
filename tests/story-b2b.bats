#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The whole life of a case of a company. Boxeo rents printers; Geneva Roth works there. Anna and Bert are agents; they work from 9 to 5 in Berlin.

load story

setup_file() { story_file; }
setup() { story_setup; }

@test "the company is loaded" {
	at 2024-03-01T08:00:00Z
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		schedule:
		  - name: Berlin 9-17
		    time_zone: Europe/Berlin
		    span:
		      - {days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}
		user:
		  - {user_name: anna, first_name: Anna, last_name: Ott}
		  - {user_name: bert, first_name: Bert, last_name: Kern}
		  - {user_name: carl, first_name: Carl, last_name: Zorn}
		group:
		  - name: Printers
		    member: [{member: anna}, {member: bert}]
		account:
		  - name: Boxeo GmbH
		    contact:
		      - {first_name: Geneva, last_name: Roth, email: geneva@boxeo.example}
		      - {first_name: Paul, last_name: Roth, email: paul@boxeo.example}
		product:
		  - {name: LaserJet 4, manufacturer: Hewlett}
		asset:
		  - {asset_tag: P-17, product: LaserJet 4, account: Boxeo GmbH}
		sla_definition:
		  - name: First response
		    target: response
		    duration: 2h
		    schedule_source: definition
		    schedule: Berlin 9-17
		    start_condition: priority <= 2
		    stop_condition: first_response_time is not null
		  - name: Resolution
		    target: resolution
		    duration: 8h
		    schedule_source: definition
		    schedule: Berlin 9-17
		    start_condition: priority <= 2
		    pause_condition: state = awaiting_info
		    stop_condition: state in (resolved, closed)
		contract:
		  - {name: Printer care, account: Boxeo GmbH, state: active, start_date: 2024-01-01, end_date: 2024-12-31}
		entitlement:
		  - name: Ten cases a year
		    contract: Printer care
		    per_unit: true
		    unit: cases
		    total_units: 10
	EOF
	run_csm import world.yaml
	ok
}

@test "Friday 15:00: Geneva's printer prints blank pages; account, product and entitlement are found" {
	at 2024-03-01T14:00:00Z
	agent anna
	step case new --contact geneva@boxeo.example --asset P-17 --priority 2 --channel phone \
		--short-description "Prints blank pages" -- CS0000001
	run_csm case list CS0000001 --fields account.name,product.name,entitlement.name,contract.name,state --no-header -o csv
	ok
	out_is "Boxeo GmbH,LaserJet 4,Ten cases a year,Printer care,new"
	eq "$(sla CS0000001 Resolution stage,planned_end_at)" "in_progress	2024-03-04T14:00:00Z"
	eq "$(sla CS0000001 'First response' planned_end_at)" "2024-03-01T16:00:00Z"
}

@test "new: it can't be resolved, accepted by the wrong one, or given to somebody outside the group" {
	agent anna
	refused 4 "'new' cannot become 'resolved' (allowed: accept, assign, close, cancel)" \
		case resolve CS0000001 --resolution-code solved_guidance --close-notes x
	refused 4 "is assigned to nobody" case accept CS0000001
	refused 4 "carl is no member of group 'Printers'" case assign CS0000001 --assignment-group Printers --assigned-to carl
	refused 4 "'new' cannot become 'open'" case provide-info CS0000001
}

@test "Bert gets it, Anna can't accept it, Bert does" {
	at 2024-03-01T14:10:00Z
	agent anna
	step case assign CS0000001 --assignment-group Printers --assigned-to bert -- CS0000001
	eq "$(state CS0000001)" new
	refused 4 "only bert, to whom it is assigned, accepts it" case accept CS0000001
	agent bert
	step case accept CS0000001 -- CS0000001
	eq "$(state CS0000001)" open
}

@test "open: it can't be accepted again, nor by the customer's verbs" {
	agent bert
	refused 4 "(allowed: assign, request-info, resolve, close, cancel)" case accept CS0000001
	customer bert geneva@boxeo.example
	refused 4 "cannot become 'closed'" case accept-solution CS0000001
}

@test "16:00: Bert asks for the toner; that is the first response, in time, and the clock of the resolution stands still" {
	at 2024-03-01T15:00:00Z
	agent bert
	step case request-info CS0000001 --comment "Which toner is in it?" -- CS0000001
	eq "$(state CS0000001)" awaiting_info
	eq "$(sla CS0000001 'First response' stage,has_breached,business_elapsed)" "completed	false	1h"
	eq "$(sla CS0000001 Resolution stage,planned_end_at)" "paused	"
	eq "$(csm case list CS0000001 --fields action_status --no-header -o tsv)" blocked_by_customer
}

@test "awaiting info: it can't be accepted or asked for twice" {
	agent bert
	refused 4 "'awaiting_info'" case accept CS0000001
	refused 4 "'awaiting_info'" case request-info CS0000001 --comment "Hello?"
}

@test "Monday 16:00: Geneva answers; seven hours are left, though days went by" {
	at 2024-03-04T15:00:00Z
	customer bert geneva@boxeo.example
	step case comment CS0000001 --text "The black one" -- CS0000001
	eq "$(state CS0000001)" open
	eq "$(sla CS0000001 Resolution stage,planned_end_at,business_pause_duration)" "in_progress	2024-03-05T14:00:00Z	8h"
	eq "$(csm case list CS0000001 --fields needs_attention --no-header -o tsv)" true
	agent bert
	step case attention clear CS0000001 -- CS0000001
}

@test "a colleague gets a task; it blocks the case until it is done" {
	at 2024-03-05T08:00:00Z
	agent bert
	step case-task new --parent-case CS0000001 --short-description "Bring toner" --assigned-to carl -- CSTASK0000001
	eq "$(csm case list CS0000001 --fields action_status,contributor_users --no-header -o tsv)" "blocked_internally	carl"
	agent carl
	step case-task close CSTASK0000001 --close-notes done -- CSTASK0000001
	eq "$(csm case list CS0000001 --fields action_status --no-header -o tsv)" needs_attention
}

@test "Tuesday 10:00: Bert proposes a solution, within the time" {
	at 2024-03-05T09:00:00Z
	agent bert
	refused 4 "needs --resolution-code, --close-notes" case resolve CS0000001
	step case resolve CS0000001 --resolution-code solved_guidance --close-notes "New toner" -- CS0000001
	eq "$(state CS0000001)" resolved
	eq "$(sla CS0000001 Resolution stage,has_breached,business_elapsed)" "completed	false	3h"
}

@test "resolved: an agent can't close it; only the customer accepts or rejects, and only her own case" {
	agent bert
	refused 4 "(allowed: none)" case close CS0000001 --resolution-code solved_guidance --close-notes x
	refused 4 "is the customer's to do" case accept-solution CS0000001
	customer bert paul@boxeo.example
	refused 4 "is not the customer of this case" case accept-solution CS0000001
}

@test "Geneva rejects it: it is open again, counted, and a new clock runs" {
	at 2024-03-05T10:00:00Z
	customer bert geneva@boxeo.example
	refused 4 "needs --reason" case reject-solution CS0000001
	step case reject-solution CS0000001 --reason "Still blank" -- CS0000001
	eq "$(csm case list CS0000001 --fields state,reopen_count,resolved_at,auto_close --no-header -o csv)" "open,1,,false"
	eq "$(csm sla list --where "parent_case = 'CS0000001' and active = true" --fields sla_definition,planned_end_at --no-header -o tsv)" \
		"Resolution	2024-03-06T10:00:00Z"
}

@test "a second solution is accepted: the case is closed and one of ten units is used" {
	at 2024-03-05T13:00:00Z
	agent bert
	step time-entry new --parent-case CS0000001 --duration 1h30m --notes "On site" -- TIME0000001
	step case resolve CS0000001 --resolution-code solved_guidance --close-notes "New drum" -- CS0000001
	at 2024-03-05T14:00:00Z
	customer bert geneva@boxeo.example
	step case accept-solution CS0000001 --comment "Thanks" -- CS0000001
	run_csm case list CS0000001 --fields state,active,closed_at,time_worked,entitlement.remaining_units --no-header -o csv
	ok
	out_is "closed,false,2024-03-05T14:00:00Z,1h30m,9"
}

@test "closed: nothing moves or is written any more" {
	agent bert
	refused 4 "(allowed: none)" case cancel CS0000001 --reason x
	refused 4 "closed" case comment CS0000001 --text late
	refused 4 "not changed any more" case edit CS0000001 --priority 1
	refused 4 "(allowed: none)" case assign CS0000001 --assigned-to anna
}

@test "cancelled: neither" {
	agent anna
	step case new --contact paul@boxeo.example --short-description "By mistake" -- CS0000002
	refused 4 "needs --reason" case cancel CS0000002
	step case cancel CS0000002 --reason "Wrong number" -- CS0000002
	eq "$(state CS0000002)" cancelled
	refused 4 "(allowed: none)" case assign CS0000002 --assigned-to anna
	refused 4 "cancelled" case note CS0000002 --text late
}

@test "the story adds up: history unbroken, nothing wrong with the data" {
	run_csm db verify
	[ "$status" -eq 0 ]
	run_csm db check
	[ "$status" -eq 0 ]
	run_csm log CS0000001 -o tsv --no-header
	ok
	out_has "anna"
}
