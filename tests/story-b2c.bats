#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The whole life of a case of a person. Ida Holm and her son Nils are one household with a washing machine; Dora answers them, around the clock.

load story

setup_file() { story_file; }
setup() { story_setup; }

@test "the household is loaded" {
	at 2024-03-01T08:00:00Z
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		user:
		  - {user_name: dora, first_name: Dora, last_name: Fink}
		household:
		  - name: Holm
		    head_of_household: ida@holm.example
		    member:
		      - {consumer: ida@holm.example, start_date: 2020-01-01}
		      - {consumer: nils@holm.example, start_date: 2020-01-01}
		consumer:
		  - first_name: Ida
		    last_name: Holm
		    email: ida@holm.example
		    time_zone: Europe/Oslo
		  - {first_name: Nils, last_name: Holm, email: nils@holm.example}
		product:
		  - {name: Washer 3000}
		asset:
		  - {serial_number: W-1, product: Washer 3000, consumer: ida@holm.example}
		entitlement:
		  - {name: Care for the household, household: {name: Holm}, channels: [email, phone]}
		  - {name: Care for the washer, asset: W-1, channels: [phone]}
		sla_definition:
		  - name: Two days
		    target: resolution
		    duration: 2d
		    start_condition: consumer is not null
		    pause_condition: state = awaiting_info
		    stop_condition: state in (resolved, closed)
	EOF
	run_csm import world.yaml
	ok
}

@test "Ida writes: household, zone and product follow; the washer's own entitlement is for the phone only" {
	at 2024-03-01T20:00:00Z
	agent dora
	step case new --consumer ida@holm.example --asset W-1 --channel email --short-description "It leaks" -- CS0000001
	run_csm case list CS0000001 --fields household.name,contact_time_zone,product,entitlement.name --no-header -o csv
	ok
	out_is "Holm,Europe/Oslo,PROD0000001,Care for the household"
	eq "$(sla CS0000001 'Two days' stage,planned_end_at)" "in_progress	2024-03-03T20:00:00Z"
	run_csm entitlement check --consumer ida@holm.example --household Holm --asset W-1 --channel phone -o csv --fields name,score --no-header
	ok
	out_is "Care for the washer,3"
	run_csm entitlement check --consumer ida@holm.example --channel chat --explain
	fails 1 "not entitled"
}

@test "a case belongs to one customer" {
	agent dora
	refused 4 "a case needs a customer" case new --short-description "Nobody's"
}

@test "Dora takes it: new becomes open" {
	at 2024-03-01T21:00:00Z
	agent dora
	step case assign CS0000001 --assigned-to me -- CS0000001
	eq "$(state CS0000001)" open
}

@test "she asks, and the clock stands still; the answer starts it again" {
	at 2024-03-02T08:00:00Z
	agent dora
	step case request-info CS0000001 --comment "Where does it leak?" -- CS0000001
	eq "$(sla CS0000001 'Two days' stage,planned_end_at)" "paused	"
	refused 4 "cannot become" case accept CS0000001
	at 2024-03-03T08:00:00Z
	refused 4 "is not the customer of this case" --on-behalf nils@holm.example case provide-info CS0000001 --comment x
	customer dora ida@holm.example
	step case provide-info CS0000001 --comment "At the door" -- CS0000001
	eq "$(sla CS0000001 'Two days' stage,planned_end_at,pause_duration)" "in_progress	2024-03-04T20:00:00Z	1d"
}

@test "a note for colleagues is no comment" {
	agent dora
	step case note CS0000001 --text "The seal, as always" -- CS0000001
	run_csm work-note list --where "parent_case = 'CS0000001'" --fields body --no-header -o tsv
	ok
	out_is "The seal, as always"
	run_csm comment list --where "parent_case = 'CS0000001'" --fields body --no-header -o tsv
	ok
	out_lacks "seal"
}

@test "solved, rejected, solved again" {
	at 2024-03-03T10:00:00Z
	agent dora
	step case resolve CS0000001 --resolution-code solved_guidance --close-notes "New seal" --notes-to-comments true -- CS0000001
	run_csm comment list --where "parent_case = 'CS0000001'" --fields body --no-header -o tsv
	out_has "New seal"
	refused 4 "is the customer's to do" case reject-solution CS0000001 --reason no
	at 2024-03-03T11:00:00Z
	customer dora ida@holm.example
	step case reject-solution CS0000001 --reason "It still leaks" -- CS0000001
	eq "$(csm case list CS0000001 --fields state,reopen_count --no-header -o csv)" "open,1"
	at 2024-03-03T12:00:00Z
	agent dora
	step case attention clear CS0000001 -- CS0000001
	step case resolve CS0000001 --resolution-code solved_guidance --close-notes "New door" -- CS0000001
}

@test "nobody answers: with auto close on, a reminder after five days and the end after ten" {
	agent dora
	run_csm tick -o csv --no-header
	ok
	out_has 'case-auto-close,0,'
	step config set case.auto_close true -- ""
	at 2024-03-08T12:00:00Z
	run_csm tick -o csv --no-header
	out_has 'case-auto-close,1,'
	run_csm tick -o csv --no-header
	out_has 'case-auto-close,0,'
	eq "$(csm case list CS0000001 --fields state,reminder_sent_at --no-header -o csv)" "resolved,2024-03-08T12:00:00Z"
	at 2024-03-13T12:00:00Z
	run_csm tick -o csv --no-header
	ok
	out_has 'case-auto-close,1,'
	run_csm tick -o csv --no-header
	out_has 'case-auto-close,0,'
	eq "$(csm case list CS0000001 --fields state,active,closed_at --no-header -o csv)" "closed,false,2024-03-13T12:00:00Z"
}

@test "what the system did is taken back by number only" {
	before=$(all)
	agent dora
	change=$(csm log --limit 1 --fields change,actor --no-header -o tsv)
	eq "${change#*	}" system
	csm --as dora undo "${change%	*}" >/dev/null
	eq "$(state CS0000001)" resolved
	csm --as dora undo "$(csm log --limit 1 --fields change --no-header -o tsv)" >/dev/null
	eq "$(all)" "$before"
}

@test "Nils opens one and closes it himself" {
	at 2024-03-14T09:00:00Z
	agent dora
	step case new --consumer nils@holm.example --short-description "No hot water" -- CS0000002
	customer dora nils@holm.example
	step case close CS0000002 -- CS0000002
	eq "$(csm case list CS0000002 --fields state,resolution_code,close_notes --no-header -o csv)" "closed,solved_by_customer,Closed by customer"
	refused 4 "(allowed: none)" case close CS0000002
}

@test "the story adds up: history unbroken, nothing wrong with the data" {
	run_csm db verify
	[ "$status" -eq 0 ]
	run_csm db check
	[ "$status" -eq 0 ]
}
