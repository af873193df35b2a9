#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Lives, walked whole: every pair of state and verb, by an agent and by the customer, as the rows of the dictionary have them; and what
# guards and effects of a case add to that.

load walk

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		user:
		  - {user_name: anna, last_name: Ott}
		  - {user_name: bert, last_name: Kern, role_grant: [{role: manager}]}
		  - {user_name: carl, last_name: Zorn}
		  - {user_name: emma, last_name: Lund}
		  - {user_name: gone, last_name: Away, active: false}
		group:
		  - {name: Desk, member: [{member: anna}, {member: bert}]}
		account:
		  - {name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}, {last_name: Paul, email: paul@acme.example}]}
		  - {name: Beta, contact: [{last_name: Nix, email: nix@beta.example}]}
	EOF
	csm import world.yaml >/dev/null
}

# all of it as one document of cases, in each state, assigned to anna
cases() {
	cat <<-'EOF'
		csm: 1
		case:
		  - {external_id: new, state: new}
		  - {external_id: open, state: open}
		  - {external_id: awaiting_info, state: awaiting_info}
		  - {external_id: resolved, state: resolved, resolved_at: 2024-02-02T09:00:00Z}
		  - {external_id: closed, state: closed, closed_at: 2024-02-03T09:00:00Z}
		  - {external_id: cancelled, state: cancelled}
	EOF
}

load_cases() {
	cases | sed 's/, state:/, short_description: x, contact: geneva@acme.example, assigned_to: anna, opened_at: 2024-02-01T09:00:00Z, state:/' \
		>cases.yaml
	csm import cases.yaml >/dev/null
}

get() { csm case list "$1" --fields "$2" --no-header -o csv; }
at() { export CSM_NOW=$1; }
new_case() { csm --as "${1:-anna}" case new --contact geneva@acme.example --short-description x >/dev/null; }

@test "a case: every state, every verb, agent and customer" {
	load_cases
	key_of() { echo "$1"; }
	given_for() { [ "$1" != assign ] || echo --assigned-to=bert; }
	walk case 108 20
}

@test "a case task: every state, every verb, agent and customer" {
	new_case
	cat >tasks.yaml <<-'EOF'
		csm: 1
		case_task:
		  - {external_id: open, parent_case: CS0000001, short_description: x, state: open, visible_to_customer: true}
		  - {external_id: awaiting_info, parent_case: CS0000001, short_description: x, state: awaiting_info, visible_to_customer: true}
		  - {external_id: closed, parent_case: CS0000001, short_description: x, state: closed, opened_at: 2024-02-01T09:00:00Z,
		     closed_at: 2024-02-03T09:00:00Z}
		  - {external_id: cancelled, parent_case: CS0000001, short_description: x, state: cancelled, opened_at: 2024-02-01T09:00:00Z,
		     closed_at: 2024-02-03T09:00:00Z}
	EOF
	csm import tasks.yaml >/dev/null
	key_of() { echo "$1"; }
	given_for() { [ "$1" != assign ] || echo --assigned-to=bert; }
	walk case_task 40 9
}

@test "a contract: every state, every verb" {
	cat >contracts.yaml <<-'EOF'
		csm: 1
		contract:
		  - {external_id: draft, name: x, account: Acme, state: draft, start_date: 2024-01-01, end_date: 2024-12-31}
		  - {external_id: asked, name: x, account: Acme, state: draft, approval: requested, start_date: 2025-01-01, end_date: 2025-12-31}
		  - {external_id: active, name: x, account: Acme, state: active, start_date: 2024-01-01, end_date: 2024-12-31}
		  - {external_id: halted, name: x, account: Acme, state: active, start_date: 2024-01-01, end_date: 2024-12-31,
		     suspend_start: 2024-02-01, suspend_reason: unpaid}
		  - {external_id: expired, name: x, account: Acme, state: expired, start_date: 2023-01-01, end_date: 2023-12-31}
		  - {external_id: canceled, name: x, account: Acme, state: canceled, start_date: 2024-01-01, end_date: 2024-12-31,
		     cancel_date: 2024-02-01, cancel_reason: x}
	EOF
	csm import contracts.yaml >/dev/null
	key_of() {
		case $1-$2 in
		draft-approve | draft-reject) echo asked ;;
		active-resume) echo halted ;;
		*) echo "$1" ;;
		esac
	}
	given_for() { :; }
	walk contract 72 11
}

@test "an entitlement: every state, every verb" {
	cat >ents.yaml <<-'EOF'
		csm: 1
		entitlement:
		  - {external_id: draft, name: x, account: Acme, state: draft, start_date: 2024-01-01}
		  - {external_id: active, name: x, account: Acme, state: active, start_date: 2024-01-01}
		  - {external_id: suspended, name: x, account: Acme, state: suspended, start_date: 2024-01-01, suspend_start: 2024-02-01}
		  - {external_id: expired, name: x, account: Acme, state: expired, start_date: 2023-01-01, end_date: 2023-12-31}
		  - {external_id: canceled, name: x, account: Acme, state: canceled, start_date: 2024-01-01, cancel_reason: x}
	EOF
	csm import ents.yaml >/dev/null
	key_of() { echo "$1"; }
	given_for() { :; }
	walk entitlement 50 6
}

@test "a sold product: every state, every verb" {
	cat >sold.yaml <<-'EOF'
		csm: 1
		product: [{name: Box}]
		sold_product:
		  - {external_id: in_preparation, product: Box, account: Acme, state: in_preparation, start_date: 2024-01-01}
		  - {external_id: active, product: Box, account: Acme, state: active, start_date: 2024-01-01}
		  - {external_id: suspended, product: Box, account: Acme, state: suspended, start_date: 2024-01-01, suspend_start: 2024-02-01}
		  - {external_id: expired, product: Box, account: Acme, state: expired, start_date: 2023-01-01, end_date: 2023-12-31}
		  - {external_id: inactive, product: Box, account: Acme, state: inactive, start_date: 2023-01-01, end_date: 2023-12-31}
		  - {external_id: canceled, product: Box, account: Acme, state: canceled, start_date: 2024-01-01, cancel_reason: x}
	EOF
	csm import sold.yaml >/dev/null
	key_of() { echo "$1"; }
	given_for() { :; }
	walk sold_product 72 8
}

@test "an install base item: every state, every verb" {
	cat >items.yaml <<-'EOF'
		csm: 1
		install_base_item:
		  - {external_id: in_use, name: x, account: Acme, state: in_use}
		  - {external_id: inactive, name: x, account: Acme, state: inactive, uninstall_date: 2024-02-01}
	EOF
	csm import items.yaml >/dev/null
	key_of() { echo "$1"; }
	given_for() { :; }
	walk install_base_item 8 2
}

@test "T1: a case needs a customer, unless staff opens it before anybody knows whose it is" {
	run_csm --as anna case new --short-description x
	fails 4 "a case needs a customer: account or contact, consumer or household, or internal_user"
	run_csm --as anna case new --short-description x --proactive true
	ok
	run_csm --as anna case new --short-description x --internal-user emma
	ok
	run_csm --as anna case new --contact geneva@acme.example
	fails 65 "short_description: needs a value"
	run_csm --as anna case new --contact geneva@acme.example --short-description x --opened-at 2024-03-01T09:00:01Z
	fails 4 "opened_at: is in the future"
	eq "$(csm case list --fields number,state,active,priority,category,channel,opened_by,internal_user --no-header -o csv)" \
		"CS0000001,new,true,4,issue,web,anna,
CS0000002,new,true,4,issue,web,anna,emma"
}

@test "T2: assigned to oneself a new case is open; to somebody else, or only to a group, it stays new" {
	new_case
	csm --as anna case assign CS0000001 --assigned-to bert >/dev/null
	eq "$(get CS0000001 state,assigned_to,assigned_on,reassignment_count)" "new,bert,2024-03-01T09:00:00Z,0"
	at 2024-03-01T09:05:00Z
	csm --as bert case assign CS0000001 --assignment-group Desk >/dev/null
	eq "$(get CS0000001 state,assigned_on)" "new,2024-03-01T09:00:00Z"
	csm --as anna case assign CS0000001 --assigned-to me >/dev/null
	eq "$(get CS0000001 state,assigned_to,assigned_on,reassignment_count)" "open,anna,2024-03-01T09:05:00Z,1"
	run_csm --as anna case assign CS0000001
	fails 2 "needs --assigned-to or --assignment-group"
}

@test "T2: only an active member of the group gets it" {
	new_case
	run_csm --as anna case assign CS0000001 --assigned-to gone
	fails 4 "assigned_to: gone is not active"
	run_csm --as anna case assign CS0000001 --assignment-group Desk --assigned-to carl
	fails 4 "assigned_to: carl is no member of group 'Desk'"
	csm --as anna case assign CS0000001 --assigned-to carl >/dev/null
	run_csm --as anna case assign CS0000001 --assignment-group Desk
	fails 4 "carl is no member"
	run_csm --as anna case edit CS0000001 --assignment-group Desk
	fails 4 "carl is no member"
	csm user edit carl --active false >/dev/null
	run_csm --as anna case edit CS0000001 --priority 2
	ok
}

@test "T3: the assigned agent accepts" {
	new_case
	run_csm --as anna case accept CS0000001
	fails 4 "is assigned to nobody; 'case assign --assigned-to me' opens it"
	csm --as anna case assign CS0000001 --assigned-to bert >/dev/null
	run_csm --as anna case accept CS0000001
	fails 4 "only bert, to whom it is assigned, accepts it"
	csm --as bert case accept CS0000001 >/dev/null
	eq "$(get CS0000001 state)" open
}

@test "T4, T5: a question is the first answer and blocks the case; the agent goes on when he has it" {
	new_case
	csm --as anna case assign CS0000001 --assigned-to me >/dev/null
	at 2024-03-01T10:00:00Z
	run_csm --as anna case request-info CS0000001
	fails 4 "needs --comment"
	csm --as anna case request-info CS0000001 --comment "Which one?" >/dev/null
	eq "$(get CS0000001 state,first_response_time,action_status)" "awaiting_info,2024-03-01T10:00:00Z,blocked_by_customer"
	eq "$(csm blocking-task list --fields reason,active --no-header -o csv)" customer_info,true
	at 2024-03-01T11:00:00Z
	csm --as anna case provide-info CS0000001 >/dev/null
	eq "$(get CS0000001 state,first_response_time,action_status,needs_attention)" "open,2024-03-01T10:00:00Z,,false"
	eq "$(csm blocking-task list --fields active,unblocked_at,unblocked_by --no-header -o csv)" false,2024-03-01T11:00:00Z,anna
}

@test "T6: the customer provides it, by the verb or just by a comment: the case is open and needs attention" {
	load_cases
	csm case comment awaiting_info --as anna --text "And?" >/dev/null
	eq "$(get awaiting_info state)" awaiting_info
	run_csm --as anna case provide-info awaiting_info --on-behalf nix@beta.example --comment x
	fails 4 "'nix@beta.example' is not the customer of this case"
	run_csm --as anna case provide-info awaiting_info --on-behalf geneva@acme.example
	fails 4 "needs --comment"
	csm --as anna case provide-info awaiting_info --on-behalf geneva@acme.example --comment "That one" --dry-run >/dev/null 2>&1
	csm --as anna case comment awaiting_info --on-behalf geneva@acme.example --text "That one" >/dev/null
	eq "$(get awaiting_info state,needs_attention,action_status)" open,true,needs_attention
}

@test "T7: a solution has a code that is offered and notes; it is the assignee's, and the notes become a comment when wanted" {
	load_cases
	run_csm --as anna case resolve open
	fails 4 "needs --resolution-code, --close-notes"
	csm resolution-code edit void --active false >/dev/null
	run_csm --as anna case resolve open --resolution-code void --close-notes x
	fails 4 "resolution_code: 'void' is no longer offered"
	at 2024-03-02T09:00:00Z
	csm --as bert case resolve open --resolution-code solved_guidance --close-notes "Done" --cause Dust --notes-to-comments true >/dev/null
	eq "$(get open state,resolved_at,resolved_by,resolution_code,cause,first_response_time)" \
		"resolved,2024-03-02T09:00:00Z,anna,solved_guidance,Dust,2024-03-02T09:00:00Z"
	eq "$(csm comment list --where "parent_case = open" --fields author,body --no-header -o csv)" bert,Done
	csm --as anna case resolve awaiting_info --resolution-code solved_guidance --close-notes x >/dev/null
	eq "$(get awaiting_info state,auto_close,action_status)" resolved,true,
}

@test "T7: marked for auto close while nothing waits for the agent; he may take the mark off" {
	load_cases
	csm --as anna case attention set open awaiting_info >/dev/null
	csm --as anna case resolve open --resolution-code solved_guidance --close-notes x >/dev/null
	eq "$(get open auto_close)" false
	csm --as anna case attention clear open >/dev/null
	eq "$(get open auto_close)" true
	csm --as anna case edit open --auto-close false >/dev/null
	csm --as anna case edit open --priority 3 >/dev/null
	eq "$(get open auto_close)" false
}

@test "T8, T9: the customer accepts or rejects, nobody else, and only his own" {
	load_cases
	run_csm --as anna case accept-solution resolved
	fails 4 "'accept-solution' is the customer's to do, expected --on-behalf (allowed: none)"
	run_csm --as anna case accept-solution resolved --on-behalf paul@acme.example
	fails 4 "is not the customer of this case"
	run_csm --as anna case accept-solution resolved --on-behalf nobody@acme.example
	fails 3 "is no contact, consumer or user"
	run_csm --as anna case reject-solution resolved --on-behalf geneva@acme.example
	fails 4 "needs --reason"
	csm --as anna case reject-solution resolved --on-behalf geneva@acme.example --reason "Still broken" >/dev/null
	eq "$(get resolved state,reopen_count,resolved_at,resolved_by,resolution_code,auto_close,needs_attention)" open,1,,,,false,true
	eq "$(csm comment list --where "parent_case = resolved" --fields author_contact.email,body --no-header -o csv)" "geneva@acme.example,Still broken"
	csm --as anna case resolve resolved --resolution-code solved_guidance --close-notes x >/dev/null
	csm --as anna case attention clear resolved >/dev/null
	eq "$(get resolved auto_close)" true
	at 2024-03-03T09:00:00Z
	csm --as anna case accept-solution resolved --on-behalf geneva@acme.example --comment "Thanks" >/dev/null
	eq "$(get resolved state,active,closed_at,closed_by,auto_close,needs_attention,action_status)" "closed,false,2024-03-03T09:00:00Z,anna,false,false,"
}

@test "who is the customer: whom the case names, his managers of cases, whoever acts for the account; any contact where it names none" {
	csm --as anna case new --account Acme --short-description "of nobody in particular" >/dev/null
	csm --as anna case new --contact geneva@acme.example --short-description x >/dev/null
	csm --as anna case new --internal-user emma --short-description x >/dev/null
	run_csm --as anna case comment CS0000001 --text hi --on-behalf paul@acme.example
	ok
	run_csm --as anna case comment CS0000002 --text hi --on-behalf paul@acme.example
	fails 4 "is not the customer of CS0000002"
	csm contact edit paul@acme.example --roles customer,customer_case_manager >/dev/null
	run_csm --as anna case comment CS0000002 --text hi --on-behalf paul@acme.example
	ok
	run_csm --as anna case close CS0000002 --on-behalf nix@beta.example
	fails 4 "is not the customer of this case"
	csm config set contact.restrict_within_account_hierarchy false >/dev/null
	csm contact-relationship new --contact nix@beta.example --account Acme >/dev/null
	run_csm --as anna case close CS0000002 --on-behalf nix@beta.example
	ok
	run_csm --as anna case close CS0000003 --on-behalf carl
	fails 4 "is not the customer of this case"
	csm --as anna case close CS0000003 --on-behalf emma >/dev/null
	eq "$(get CS0000003 state,resolution_code)" closed,solved_by_customer
}

@test "T10: closed by an agent with code and notes; T11: by the customer without" {
	load_cases
	run_csm --as anna case close open --resolution-code duplicate
	fails 4 "needs --close-notes"
	csm --as anna case close open --resolution-code duplicate --close-notes "See the other" >/dev/null
	eq "$(get open state,closed_at,closed_by,resolution_code,resolved_at)" closed,2024-03-01T09:00:00Z,anna,duplicate,
	eq "$(csm comment list --where "parent_case = open" --count)" 0
	csm --as anna case close awaiting_info --on-behalf geneva@acme.example >/dev/null
	eq "$(get awaiting_info state,resolution_code,close_notes)" "closed,solved_by_customer,Closed by customer"
	eq "$(csm comment list --where "parent_case = awaiting_info" --fields author_contact.email,body --no-header -o csv)" \
		"geneva@acme.example,Closed by customer"
	run_csm --as anna case close resolved --resolution-code duplicate --close-notes x
	fails 4 "'close' is done by time, not by hand (allowed: none)"
	run_csm --as anna case close resolved --on-behalf geneva@acme.example
	fails 4 "(allowed: accept-solution, reject-solution)"
}

@test "T13: cancelled by the assignee or a manager, with a reason that is a note; its SLAs are cancelled too" {
	csm sla-definition new --name Fix --duration 8h --start-condition "priority <= 4" --stop-condition "state in (resolved, closed)" >/dev/null
	new_case
	csm --as anna case assign CS0000001 --assigned-to me >/dev/null
	eq "$(csm sla list --fields stage --no-header -o csv)" in_progress
	run_csm --as carl case cancel CS0000001 --reason x
	fails 4 "cancelled by anna, to whom it is assigned, or by a manager"
	run_csm --as anna case cancel CS0000001
	fails 4 "needs --reason"
	csm --as bert case cancel CS0000001 --reason "Wrong number" >/dev/null
	eq "$(get CS0000001 state,active,closed_at,resolution_code)" cancelled,false,,
	eq "$(csm work-note list --fields author,body --no-header -o csv)" "bert,Wrong number"
	eq "$(csm sla list --fields stage,active,has_breached --no-header -o csv)" cancelled,false,false
	new_case
	run_csm --as carl case cancel CS0000002 --reason x
	ok
}

@test "an end clears the marks and lifts what blocks, also where tasks are left open" {
	load_cases
	csm --as anna case-task new --parent-case open --short-description t >/dev/null
	csm --as anna case attention set open >/dev/null
	csm --as anna case close open --resolution-code duplicate --close-notes x >/dev/null
	eq "$(get open needs_attention,auto_close,action_status)" false,false,
	eq "$(csm blocking-task list --where "active = true" --count)" 0
	run_csm --as anna case-task close CSTASK0000001
	ok
	eq "$(get open state,needs_attention)" closed,false
}

@test "T15: what was solved or ended is not deleted" {
	load_cases
	for key in resolved closed cancelled; do
		run_csm --as anna case delete $key --yes
		fails 4 "'$key': only a case that is new, open or awaiting_info is deleted"
	done
	run_csm --as anna case delete new open awaiting_info --yes
	ok
	eq "$(csm case list --fields external_id --no-header -o csv | sort)" $'cancelled\nclosed\nresolved'
}

@test "T16: an ended case takes nothing any more" {
	load_cases
	for key in closed cancelled; do
		run_csm --as anna case edit $key --priority 1
		fails 4 "a case that is $key is not changed any more"
		run_csm --as anna case comment $key --text x
		fails 4 "is $key and takes no more comments and notes"
		run_csm --as anna case comment $key --text x --on-behalf geneva@acme.example
		fails 4 "is $key and takes no more comments and notes"
		run_csm --as anna case note $key --text x
		fails 4 "is $key and takes no more comments and notes"
		run_csm --as anna case attention set $key
		fails 4 "is not changed any more"
		run_csm --as anna case-task new --parent-case $key --short-description x
		fails 4 "is $key and takes no more tasks"
		run_csm --as anna blocking-task new --parent-case $key
		fails 4 "is $key and waits for nothing"
	done
}

@test "the state is not given by hand, and what a verb does not take is refused" {
	load_cases
	run_csm --as anna case edit new --state open
	fails 2 "unknown option '--state' of 'csm case edit'"
	run_csm --as anna case cancel new --reason x --priority 1
	fails 2 "unknown option '--priority' of 'csm case cancel'"
	run_csm --as anna case show CS0000001 -o yaml
	printf '%s\n' "$out" | sed 's/^\( *\)state: new/\1state: open/' >edited.yaml
	EDITOR="cp $PWD/edited.yaml" run_csm --as anna case edit CS0000001
	[ "$status" -ne 0 ] || wrong "the editor gave a state"
	eq "$(get new state)" new
}
