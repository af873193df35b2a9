#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Comments and work notes: who writes, what follows for the case, what parents hand to children, time worked, auto close.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		user: [{user_name: anna, last_name: Ott}, {user_name: bert, last_name: Kern}, {user_name: emma, last_name: Lund}]
		account:
		  - {name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}]}
		  - {name: Beta, contact: [{last_name: Nix, email: nix@beta.example}]}
		consumer: [{last_name: Holm, email: ida@holm.example}]
		case:
		  - {external_id: A, short_description: x, contact: geneva@acme.example, state: open, assigned_to: anna, opened_at: 2024-02-01T09:00:00Z}
		  - {external_id: P, short_description: x, consumer: ida@holm.example, opened_at: 2024-02-01T09:00:00Z}
		  - {external_id: E, short_description: x, internal_user: emma, state: awaiting_info, assigned_to: anna,
		     opened_at: 2024-02-01T09:00:00Z}
	EOF
	csm import world.yaml >/dev/null
}

get() { csm case list "$1" --fields "$2" --no-header -o csv; }
at() { export CSM_NOW=$1; }
comments() { csm comment list --fields author,author_contact.email,author_consumer.email,posted_at,body --no-header -o csv; }

@test "an agent's comment is the first response, once, and the last that the customer got" {
	csm --as anna case comment A --text "Hello" >/dev/null
	eq "$(get A first_response_time,last_agent_comment_at,last_customer_comment_at,needs_attention)" \
		"2024-03-01T09:00:00Z,2024-03-01T09:00:00Z,,false"
	at 2024-03-01T10:00:00Z
	csm --as anna case comment A --text "Again" >/dev/null
	eq "$(get A first_response_time,last_agent_comment_at)" "2024-03-01T09:00:00Z,2024-03-01T10:00:00Z"
	eq "$(comments)" "anna,,,2024-03-01T09:00:00Z,Hello
anna,,,2024-03-01T10:00:00Z,Again"
}

@test "a colleague's comment, and the customer's, need the attention of the one who has the case" {
	csm --as bert case comment A --text "By the way" >/dev/null
	eq "$(get A needs_attention,action_status)" true,needs_attention
	run_csm --as bert case attention clear A
	fails 77 "cleared by the assigned agent, a manager or an administrator"
	csm --as anna case attention clear A >/dev/null
	eq "$(get A needs_attention,action_status)" false,
	csm --as anna case comment A --text "It rains" --on-behalf geneva@acme.example >/dev/null
	eq "$(get A needs_attention,last_customer_comment_at,first_response_time)" true,2024-03-01T09:00:00Z,2024-03-01T09:00:00Z
	run_csm --as bert case attention set P
	ok
	run_csm --as bert case attention clear P
	fails 77
	run_csm --as anna case attention maybe A
	fails 2 "'maybe': expected set or clear"
}

@test "a consumer and an employee speak for themselves; a stranger does not" {
	csm --as anna case comment P --text "Mine" --on-behalf ida@holm.example >/dev/null
	eq "$(comments)" ",,ida@holm.example,2024-03-01T09:00:00Z,Mine"
	run_csm --as emma case comment E --text "Here it is"
	ok
	out_has "CS0000003	commented	open"
	eq "$(get E state,needs_attention,first_response_time)" open,true,
	csm --as anna case comment E --text "And this" --on-behalf emma >/dev/null
	eq "$(csm comment list --where "parent_case = E" --fields author,body --no-header -o csv)" $'emma,Here it is\nemma,And this'
	run_csm --as anna case comment A --text x --on-behalf nix@beta.example
	fails 4 "is not the customer of CS0000001"
	run_csm --as anna case comment A --text x --on-behalf bert
	fails 4 "bert is not the customer of CS0000001"
	run_csm --as anna case comment A --text x --on-behalf who
	fails 3 "'who' is no contact, consumer or user"
	eq "$(csm comment list --count)" 3
}

@test "a note is for colleagues: it is no response and wakes nobody" {
	csm --as bert case note A --text "He is always like that" >/dev/null
	eq "$(get A first_response_time,needs_attention,last_agent_comment_at)" ,false,
	eq "$(csm work-note list --fields author,body --no-header -o csv)" "bert,He is always like that"
	run_csm case note A --text x --on-behalf geneva@acme.example
	fails 2 "does not go with"
}

@test "text comes as words, from a file or from standard input; several records get the same" {
	echo "from a file" >text
	csm --as anna case comment A P --text @text >/dev/null
	echo "from a pipe" | csm --as anna case comment A --text - >/dev/null
	eq "$(csm comment list --fields body --no-header -o json | jq -r '.[].body')" $'from a file\nfrom a file\nfrom a pipe'
	run_csm --as anna case comment A
	fails 2 "text"
	run_csm --as anna case comment A --text ""
	[ "$status" -ne 0 ]
	eq "$(csm comment list --count)" 3
}

@test "what was said is never changed, and never said in the future" {
	csm --as anna case comment A --text "Hello" >/dev/null
	run_csm comment edit 1 --body x
	fails 2
	run_csm comment new --parent-case A --body x --posted-at 2024-03-01T09:00:01Z
	fails 4 "posted_at: is in the future"
	run_csm comment new --parent-case A --body x --author anna --author-contact geneva@acme.example
	fails 4 "has one author: user, contact or consumer"
	run_csm comment new --body x
	fails 4 "stands on either a case or a case task"
	at 2024-03-02T09:00:00Z
	csm comment new --parent-case A --body "earlier" --author-contact geneva@acme.example --posted-at 2024-02-20T09:00:00Z >/dev/null
	csm comment new --parent-case A --body "later" --author-contact geneva@acme.example --posted-at 2024-02-10T09:00:00Z >/dev/null
	eq "$(get A last_customer_comment_at)" 2024-02-20T09:00:00Z
}

@test "an import of comments leaves the case as it is stated" {
	cat >more.yaml <<-'EOF'
		csm: 1
		case:
		  - {external_id: B, short_description: x, account: Acme, state: closed, opened_at: 2020-01-01T00:00:00Z, closed_at: 2020-02-01T00:00:00Z,
		     comment: [{author_contact: nix@beta.example, posted_at: 2020-01-05T00:00:00Z, body: "Hm"}],
		     work_note: [{author: anna, posted_at: 2020-01-06T00:00:00Z, body: "So"}]}
	EOF
	csm import more.yaml >/dev/null
	eq "$(get B state,first_response_time,last_customer_comment_at,needs_attention)" closed,,,false
}

# ---- parent and children ----

family() {
	cat >family.yaml <<-'EOF'
		csm: 1
		case:
		  - {external_id: mother, short_description: x, account: Acme, state: open, opened_at: 2024-02-01T09:00:00Z}
		  - {external_id: one, short_description: x, account: Beta, parent_case: mother, opened_at: 2024-02-01T09:00:00Z}
		  - {external_id: two, short_description: x, account: Acme, parent_case: mother, state: resolved, resolved_at: 2024-02-02T09:00:00Z,
		     opened_at: 2024-02-01T09:00:00Z}
		  - {external_id: grandchild, short_description: x, account: Acme, parent_case: one, opened_at: 2024-02-01T09:00:00Z}
	EOF
	csm import family.yaml >/dev/null
}

@test "without the setting children go their own way" {
	family
	csm --as anna case edit mother --priority 1 >/dev/null
	csm --as anna case comment mother --text x >/dev/null
	eq "$(get one priority)" 4
	eq "$(csm comment list --count)" 1
}

@test "with it fields, comments and notes go to children that are new, open or awaiting info, and on to theirs" {
	family
	csm config set case.parent_child_sync true >/dev/null
	csm --as anna case edit mother --priority 1 --impact 1 >/dev/null
	eq "$(csm case list mother one two grandchild --fields external_id,priority,impact --no-header -o csv)" "mother,1,1
one,1,3
two,4,3
grandchild,1,3"
	csm --as anna case comment mother --text "We work on it" >/dev/null
	csm --as bert case note mother --text "Same cause" >/dev/null
	csm --as anna case comment mother --text "Ours too" --on-behalf geneva@acme.example >/dev/null
	eq "$(csm comment list --where "parent_case in (one, two, grandchild)" --fields parent_case.external_id,author,body --no-header -o csv)" \
		"one,anna,We work on it
grandchild,anna,We work on it"
	eq "$(csm work-note list --where "parent_case in (one, two, grandchild)" --fields parent_case.external_id,author,body --no-header -o csv)" \
		"one,bert,Same cause
grandchild,bert,Same cause"
	eq "$(get one first_response_time)" 2024-03-01T09:00:00Z
}

@test "the parent's solution is the children's, its end too; nothing comes back from them" {
	family
	csm config set case.parent_child_sync true >/dev/null
	csm --as anna case request-info mother --comment "Which?" >/dev/null
	eq "$(get one state,action_status)" awaiting_info,blocked_by_customer
	csm --as anna case resolve mother --resolution-code solved_guidance --close-notes "New drum" >/dev/null
	eq "$(csm case list one two grandchild --fields state,resolution_code,close_notes,auto_close,action_status --no-header -o csv)" \
		"resolved,solved_guidance,New drum,true,
resolved,,,false,
resolved,solved_guidance,New drum,true,"
	csm case reject-solution one --as anna --on-behalf nix@beta.example --reason No >/dev/null
	eq "$(get mother state)" resolved
	csm --as anna case reject-solution mother --on-behalf geneva@acme.example --reason No >/dev/null
	csm --as anna case close mother --resolution-code duplicate --close-notes x >/dev/null
	eq "$(csm case list one grandchild --fields state,active,closed_at,closed_by,resolution_code --no-header -o csv)" \
		"closed,false,2024-03-01T09:00:00Z,anna,duplicate
resolved,true,,,solved_guidance"
}

@test "what is handed on is a setting, and a state never goes without its notes and code" {
	family
	run_csm config set case.fields_to_sync priority,weather
	fails 65 "'weather' is not handed to children, expected priority, state"
	run_csm config set case.fields_to_sync state,close_notes
	fails 65 "with state, expected close_notes and resolution_code too"
	csm config set case.fields_to_sync assigned_to >/dev/null
	csm config set case.parent_child_sync true >/dev/null
	csm --as anna case edit mother --priority 1 --assigned-to bert >/dev/null
	csm --as anna case comment mother --text x >/dev/null
	eq "$(get one priority,assigned_to)" 4,bert
	eq "$(csm comment list --count)" 1
}

# ---- time worked ----

@test "a case keeps the sum of its time entries, whatever becomes of them" {
	csm --as anna case-task new --parent-case A --short-description t >/dev/null
	csm --as anna time-entry new --parent-case A --duration 1h >/dev/null
	csm --as bert time-entry new --case-task CSTASK0000001 --duration 20m >/dev/null
	eq "$(get A time_worked)" 1h20m
	eq "$(csm time-entry list --fields worked_by,worked_at,parent_case --no-header -o csv)" \
		$'anna,2024-03-01T09:00:00Z,CS0000001\nbert,2024-03-01T09:00:00Z,CS0000001'
	csm time-entry edit TIME0000001 --duration 2h >/dev/null
	eq "$(get A time_worked)" 2h20m
	csm time-entry edit TIME0000001 --parent-case P >/dev/null
	eq "$(get A time_worked)" 20m
	eq "$(get P time_worked)" 2h
	csm time-entry delete TIME0000002 --yes >/dev/null
	eq "$(get A state,time_worked)" open,
	run_csm time-entry new --parent-case P --case-task CSTASK0000001 --duration 1h
	fails 4 "CSTASK0000001 is a task of another case"
	run_csm time-entry new --parent-case P --duration 0s
	fails 4 "duration: must be longer than 0"
}

@test "time that is booked late counts too, and a load without the sum gets it" {
	csm --as anna case close A --resolution-code duplicate --close-notes x >/dev/null
	csm --as anna time-entry new --parent-case A --duration 1h >/dev/null
	eq "$(get A state,time_worked)" closed,1h
	cat >more.yaml <<-'EOF'
		csm: 1
		case:
		  - {external_id: B, short_description: x, account: Acme, state: closed, opened_at: 2020-01-01T00:00:00Z, closed_at: 2020-02-01T00:00:00Z}
		  - {external_id: C, short_description: x, account: Acme, time_worked: 5h, opened_at: 2020-01-01T00:00:00Z}
		time_entry:
		  - {parent_case: B, duration: 1h, worked_at: 2020-01-02T00:00:00Z}
		  - {parent_case: B, duration: 2h, worked_at: 2020-01-02T00:00:00Z}
		  - {parent_case: C, duration: 1h, worked_at: 2020-01-02T00:00:00Z}
	EOF
	csm import more.yaml >/dev/null
	eq "$(get B time_worked)" 3h
	eq "$(get C time_worked)" 5h
}

@test "a note or a comment of a clock before the record's last change is refused, as an edit is, unless --backdate says so" {
	at 2024-03-01T12:00:00Z
	csm case edit A --urgency 2 -q
	at 2024-03-01T11:00:00Z
	for verb in note comment; do
		run_csm case "$verb" A --text "Earlier"
		fails 4 "stands before"
		err_has "last change (2024-03-01T12:00:00Z), expected --backdate"
		out_is ""
	done
	run_csm case note A --text "Earlier" -o json
	fails 4 "work_note"
	eq "$(csm work-note list --count)$(csm comment list --count)" 00
	run_csm case note A --text "Earlier" --backdate -q
	eq "$status$out$err" 0
	eq "$(csm work-note list --fields posted_at --no-header -o csv)" 2024-03-01T11:00:00Z
}

@test "the page and the document of a case with many comments show all of them, in order; it goes and comes back; none are kept in memory" {
	csm account new --name Many >/dev/null
	awk 'BEGIN {
		for (text = "0123456789 abcdef "; length(text) < 500;) text = text text
		printf "{\"case\": {\"external_id\": \"many\", \"account\": \"Many\", \"short_description\": \"big\", \"comment\": ["
		for (i = 1; i <= 12000; i++) printf "%s{\"body\": \"%d %s\", \"posted_at\": \"2024-01-%02dT00:00:00Z\"}", (i > 1 ? "," : ""), i, text, (i % 20) + 1
		print "]}}"
	}' >in.ndjson
	csm -q import in.ndjson
	# a build with sanitizers needs terabytes of addresses
	limit=25000
	(ulimit -v $limit && "$CSM_BIN" --version) >/dev/null 2>&1 || limit=unlimited
	status=0
	(ulimit -v $limit && exec "$CSM_BIN" case show many) >page 2>err || status=$?
	eq "$status$(cat err)" 0
	eq "$(grep -c '0123456789 abcdef' page)" 12000
	eq "$(grep 'Comment by' page | cut -c1-22 | sort -c && echo sorted)" sorted
	grep -q '^Activity (12000)$' page
	(ulimit -v $limit && exec "$CSM_BIN" case show many -o json) >doc 2>err || status=$?
	eq "$status$(cat err)" 0
	eq "$(jq -r '.comment | length, ([.[].body[:6]] | unique | length)' doc)" $'12000\n12000'
	(ulimit -v $limit && exec "$CSM_BIN" case delete many --yes -q) >out 2>err || status=$?
	eq "$status$(cat out err)" 0
	eq "$(csm comment list --count)" 0
	(ulimit -v $limit && exec "$CSM_BIN" undo -q) >out 2>err || status=$?
	eq "$status$(cat out err)" 0
	csm case show many -o json | jq 'del(.version, .updated_at, .updated_by, .comment[].version, .comment[].updated_at, .comment[].updated_by)' >back
	jq 'del(.version, .updated_at, .updated_by, .comment[].version, .comment[].updated_at, .comment[].updated_by)' doc | cmp - back
	eq "$(sqlite3 "$CSM_DB" "SELECT count(*) FROM history WHERE type = 'comment' AND op = 'create' AND change = (SELECT max(id) FROM changes)")" 1
}

# talk AGENT...: a case with 700 comments, one a minute: those of the contact are the 300th, 550th and 690th, those of the agent as given, others are csm's own
talk() {
	awk -v agent=" $* " 'BEGIN {
		printf "{\"case\": {\"external_id\": \"talk\", \"account\": \"Many\", \"short_description\": \"talk\", \"state\": \"open\", \"comment\": ["
		for (i = 1; i <= 700; i++) {
			who = i == 300 || i == 550 || i == 690 ? "\"author_contact\": \"C\", " : "\"created_by\": \"system\", "
			if (index(agent, " " i " ")) who = "\"author\": \"anna\", "
			printf "%s{%s\"body\": \"%d\", \"posted_at\": \"2024-01-01T%02d:%02d:00Z\"}", (i > 1 ? "," : ""), who, i, i / 60, i % 60
		}
		print "]}}"
	}' | csm import -q -
	csm case show talk -o json | jq -r '.awaiting_reply_since'
	csm undo -q
}

@test "since when a case of many comments awaits an answer: the customer's first after the last of an agent" {
	csm account new --name Many -q
	csm contact new --external-id C --last-name C --account Many -q
	eq "$(talk 10)" 2024-01-01T05:00:00Z
	eq "$(talk 10 400)" 2024-01-01T09:10:00Z
	eq "$(talk 10 400 600)" 2024-01-01T11:30:00Z
	eq "$(talk 700)" null
}
