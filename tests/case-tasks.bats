#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Tasks of a case: whose they are, how they block it, who contributes; blocking tasks; auto close.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		user: [{user_name: anna, last_name: Ott}, {user_name: bert, last_name: Kern}, {user_name: carl, last_name: Zorn}]
		group: [{name: Desk, member: [{member: bert}]}, {name: Shop, member: [{member: carl}]}]
		account:
		  - {name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}, {last_name: Paul, email: paul@acme.example}]}
		  - {name: Beta, contact: [{last_name: Nix, email: nix@beta.example}]}
		case:
		  - {external_id: A, short_description: x, contact: geneva@acme.example, state: open, assigned_to: anna, opened_at: 2024-02-01T09:00:00Z}
		  - {external_id: B, short_description: x, contact: nix@beta.example, state: open, opened_at: 2024-02-01T09:00:00Z}
	EOF
	csm import world.yaml >/dev/null
}

get() { csm case list "$1" --fields "$2" --no-header -o csv; }
task() { csm case-task list "$1" --fields "$2" --no-header -o csv; }
notes() { csm work-note list --where "parent_case = $1" --fields body --no-header -o json | jq -r '.[].body'; }
at() { export CSM_NOW=$1; }
new_task() { csm --as anna case-task new --parent-case A --short-description "Bring toner" "$@" >/dev/null; }

@test "a task has the parties of its case, also when they change, and when it moves" {
	new_task
	eq "$(task CSTASK0000001 number,state,active,priority,account.name,contact.email,opened_by)" \
		CSTASK0000001,open,true,4,Acme,geneva@acme.example,anna
	csm --as anna case edit A --contact paul@acme.example >/dev/null
	eq "$(task CSTASK0000001 contact.email)" paul@acme.example
	csm --as anna case-task edit CSTASK0000001 --parent-case B >/dev/null
	eq "$(task CSTASK0000001 account.name,contact.email)" Beta,nix@beta.example
	csm --as anna case-task close CSTASK0000001 >/dev/null
	csm --as anna case edit B --contact "" --account Acme >/dev/null
	eq "$(task CSTASK0000001 account.name,contact.email)" Beta,nix@beta.example
}

@test "an open task blocks its case, its end is news; it moves with its block" {
	new_task
	new_task
	eq "$(get A action_status,needs_attention)" blocked_internally,false
	at 2024-03-01T10:00:00Z
	csm --as bert case-task close CSTASK0000001 --close-notes "Brought" >/dev/null
	eq "$(task CSTASK0000001 state,active,closed_at,closed_by,close_notes)" closed,false,2024-03-01T10:00:00Z,bert,Brought
	eq "$(get A action_status,needs_attention)" needs_attention,true
	csm --as anna case attention clear A >/dev/null
	eq "$(get A action_status)" blocked_internally
	csm --as anna case-task edit CSTASK0000002 --parent-case B >/dev/null
	eq "$(get B action_status)" blocked_internally
	eq "$(get A action_status)" needs_attention
	csm --as anna case-task cancel CSTASK0000002 --reason "Not needed" >/dev/null
	eq "$(csm blocking-task list --fields parent_case.external_id,case_task,reason,active,unblocked_by --no-header -o csv | sort)" \
		"A,CSTASK0000001,task_resolution,false,bert
A,CSTASK0000002,task_resolution,false,anna
B,CSTASK0000002,task_resolution,false,anna"
}

@test "blocked by the customer, internally, and by both" {
	csm --as anna case request-info A --comment "Which?" >/dev/null
	eq "$(get A action_status)" blocked_by_customer
	new_task
	eq "$(get A action_status)" blocked_internally_and_by_customer
	csm --as anna case comment A --text "That" --on-behalf geneva@acme.example >/dev/null
	csm --as anna case attention clear A >/dev/null
	eq "$(get A action_status)" blocked_internally
}

@test "a block may be set and lifted by hand" {
	csm --as bert blocking-task new --parent-case A --reason other --note "The ship is late" >/dev/null
	eq "$(get A action_status)" blocked_internally
	at 2024-03-02T09:00:00Z
	csm --as bert blocking-task edit '#1' --active false >/dev/null
	eq "$(csm blocking-task list --fields active,unblocked_at,unblocked_by --no-header -o csv)" false,2024-03-02T09:00:00Z,bert
	eq "$(get A action_status,needs_attention)" needs_attention,true
}

@test "who has a task contributes, his group too, as long as it is his" {
	new_task --assigned-to bert --assignment-group Desk
	new_task --assigned-to carl
	new_task --assigned-to carl --assignment-group Shop
	eq "$(get A contributor_users,contributor_groups)" '"bert,carl","Desk,Shop"'
	csm --as anna case-task edit CSTASK0000001 --parent-case B >/dev/null
	eq "$(get A contributor_users,contributor_groups)" carl,Shop
	eq "$(get B contributor_users,contributor_groups)" bert,Desk
	csm --as anna case-task assign CSTASK0000003 --assigned-to "" --assignment-group "" >/dev/null
	eq "$(get A contributor_users,contributor_groups)" carl,
	csm --as anna case-task delete CSTASK0000002 CSTASK0000003 --yes >/dev/null
	eq "$(get A contributor_users,action_status)" ,needs_attention
	eq "$(csm blocking-task list --where "parent_case = A and active = true" --count)" 0
}

@test "a task is made and changed before the eyes of its case" {
	new_task --assigned-to bert
	csm --as anna case-task edit CSTASK0000001 --priority 2 --due-date 2024-03-05T12:00:00Z >/dev/null
	csm --as anna case-task assign CSTASK0000001 --assigned-to carl >/dev/null
	csm --as carl case-task request-info CSTASK0000001 --comment "Where?" >/dev/null
	csm --as carl case-task close CSTASK0000001 >/dev/null
	eq "$(notes A)" "CSTASK0000001 'Bring toner': opened, assigned to bert
CSTASK0000001 'Bring toner': priority changed, due_date changed
CSTASK0000001 'Bring toner': assigned to carl
CSTASK0000001 'Bring toner': awaiting_info
CSTASK0000001 'Bring toner': closed"
}

@test "a task is its group's, for members who are there" {
	run_csm --as anna case-task new --parent-case A --short-description x --assignment-group Desk --assigned-to carl
	fails 4 "carl is no member of group 'Desk'"
	new_task --assigned-to carl
	run_csm --as anna case-task assign CSTASK0000001
	fails 2 "needs --assigned-to or --assignment-group"
	run_csm --as anna case-task assign CSTASK0000001 --assignment-group Desk
	fails 4 "carl is no member of group 'Desk'"
	csm user edit carl --active false >/dev/null
	run_csm --as anna case-task assign CSTASK0000001 --assigned-to carl
	fails 4 "carl is not active"
	run_csm --as anna case-task close CSTASK0000001
	ok
}

@test "a customer answers on the tasks he sees" {
	new_task
	csm --as anna case-task request-info CSTASK0000001 --comment "Where?" >/dev/null
	run_csm --as anna case-task provide-info CSTASK0000001 --comment "Here" --on-behalf geneva@acme.example
	fails 4 "the customer does not see this task"
	run_csm --as anna case-task comment CSTASK0000001 --text "Here" --on-behalf geneva@acme.example
	fails 4 "is not visible to the customer"
	csm --as anna case-task edit CSTASK0000001 --visible-to-customer true >/dev/null
	run_csm --as anna case-task provide-info CSTASK0000001 --comment "Here" --on-behalf nix@beta.example
	fails 4 "is not the customer of CS0000001"
	csm --as anna case-task provide-info CSTASK0000001 --comment "Here" --on-behalf geneva@acme.example >/dev/null
	eq "$(task CSTASK0000001 state)" open
	eq "$(csm comment list --where "case_task = CSTASK0000001" --fields author,author_contact.email,body --no-header -o csv)" \
		$'anna,,Where?\n,geneva@acme.example,Here'
}

@test "a task that ended takes nothing any more" {
	new_task
	csm --as anna case-task cancel CSTASK0000001 --reason "Not needed" >/dev/null
	eq "$(csm work-note list --where "case_task = CSTASK0000001" --fields body --no-header -o csv)" "Not needed"
	run_csm --as anna case-task edit CSTASK0000001 --priority 1
	fails 4 "a task that is cancelled is not changed any more"
	run_csm --as anna case-task comment CSTASK0000001 --text x
	fails 4 "CSTASK0000001 is cancelled and takes no more comments and notes"
}

@test "an import states tasks as they are, and a case's status follows its blocks" {
	cat >more.yaml <<-'EOF'
		csm: 1
		case:
		  - {external_id: C, short_description: x, account: Acme, state: open, opened_at: 2020-01-01T00:00:00Z,
		     blocking_task: [{reason: other, blocked_at: 2020-01-02T00:00:00Z}, {reason: customer_info, blocked_at: 2020-01-02T00:00:00Z}]}
		case_task:
		  - {parent_case: C, short_description: t, assigned_to: bert, opened_at: 2020-01-02T00:00:00Z}
	EOF
	csm import more.yaml >/dev/null
	eq "$(get C action_status,contributor_users)" blocked_internally_and_by_customer,
	eq "$(notes C)" ""
	for bad in 'state: closed' 'closed_at: 2020-01-03T00:00:00Z' 'state: closed, closed_at: 2019-01-03T00:00:00Z'; do
		printf 'csm: 1\ncase_task: [{parent_case: C, short_description: t, opened_at: 2020-01-02T00:00:00Z, %s}]\n' "$bad" >bad.yaml
		run_csm import bad.yaml
		[ "$status" -ne 0 ] || wrong "taken: $bad"
	done
}

# ---- auto close ----

resolve() {
	csm config set case.auto_close true >/dev/null
	csm --as anna case resolve A --resolution-code solved_guidance --close-notes "New drum" >/dev/null
}
tick() { csm tick --no-header -o csv | grep case-auto-close | cut -d, -f2; }

@test "a resolved case is reminded of after five days, once, and closed after ten; the last word says so" {
	resolve
	at 2024-03-06T08:59:59Z
	eq "$(tick)" 0
	at 2024-03-06T09:00:00Z
	eq "$(tick)" 1
	eq "$(tick)" 0
	eq "$(get A state,reminder_sent_at,needs_attention)" resolved,2024-03-06T09:00:00Z,false
	at 2024-03-11T08:59:59Z
	eq "$(tick)" 0
	at 2024-03-11T09:00:00Z
	eq "$(tick)" 1
	eq "$(tick)" 0
	eq "$(get A state,closed_at,closed_by,auto_close,resolution_code)" closed,2024-03-11T09:00:00Z,,false,solved_guidance
	eq "$(csm comment list --fields author,posted_at,body --no-header -o tsv)" \
		"	2024-03-06T09:00:00Z	The proposed solution waits for your acceptance; without an answer the case will be closed automatically.
	2024-03-11T09:00:00Z	Closed automatically: there was no answer to the proposed solution."
}

@test "off by default; not when the mark is off, attention is needed, or the customer answered; by other intervals" {
	csm --as anna case resolve A --resolution-code solved_guidance --close-notes x >/dev/null
	at 2024-04-01T09:00:00Z
	eq "$(tick)" 0
	csm config set case.auto_close true >/dev/null
	csm --as anna case edit A --auto-close false >/dev/null
	eq "$(tick)" 0
	csm --as anna case edit A --auto-close true >/dev/null
	csm --as anna case comment A --text "Hm" --on-behalf geneva@acme.example >/dev/null
	eq "$(tick)" 0
	csm --as anna case reject-solution A --on-behalf geneva@acme.example --reason x >/dev/null
	csm --as anna case attention set A >/dev/null
	csm --as anna case resolve A --resolution-code solved_guidance --close-notes x >/dev/null
	at 2024-05-01T09:00:00Z
	eq "$(tick)" 0
	csm --as anna case attention clear A >/dev/null
	csm config set case.auto_close_remind 40d >/dev/null
	csm config set case.auto_close_days 60d >/dev/null
	eq "$(tick)" 0
	at 2024-05-12T09:00:00Z
	eq "$(tick)" 1
	at 2024-06-01T09:00:00Z
	eq "$(tick)" 1
	eq "$(get A state)" closed
}
