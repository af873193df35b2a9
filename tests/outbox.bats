#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The outbox: who is told, what a program that sends needs, and that what was sent is said once.

load helpers

setup() {
	csm_setup
	csm init
	cat >base.yaml <<-'EOF'
		csm: 1
		user:
		  - {user_name: anna, last_name: Ott, email: anna@x.example, manager: mia}
		  - {user_name: bert, last_name: Bo}
		  - {user_name: gus, last_name: Away, active: false, manager: mia}
		  - {user_name: max, last_name: Quiet, notification: 1}
		  - {user_name: mia, last_name: Mut, email: mia@x.example}
		  - {user_name: otto, last_name: Own, email: otto@x.example}
		group:
		  - {name: Box, email: box@x.example, manager: otto, member: [{member: anna}]}
		  - {name: Desk, manager: mia, member: [{member: bert}, {member: gus}, {member: max}, {member: otto}]}
		  - {name: Empty}
		account: [{name: Acme}]
		sla_definition:
		  - {name: R, duration: 8h, start_condition: active = true, stop_condition: state = closed, milestone: [{percentage: 50}, {percentage: 80}]}
	EOF
	csm import base.yaml >/dev/null
}

new_case() { csm --as otto case new --account Acme --short-description "Printer prints blank pages" "$@" >/dev/null; }
at() { export CSM_NOW=$1; }
tick_at() { CSM_NOW=$1 csm tick -q; }
to() { csm outbox list --fields recipients,recipient_group --no-header -o csv; }
roles() { csm import - >/dev/null <<<"sla_definition: [{name: R, milestone: [{percentage: 50, recipients: [$1]}]}]"; }

@test "below 75 % assignee and owner are told, from there on assignee and manager" {
	new_case --assigned-to anna
	tick_at 2024-03-02T09:00:00Z
	eq "$(to)" '"anna,otto",
"anna,mia",'
}

@test "before due: the manager is told in the last quarter of the time" {
	csm sla-milestone new --sla-definition R --before-due 2h1m >/dev/null
	csm sla-milestone new --sla-definition R --before-due 2h >/dev/null
	new_case --assigned-to anna
	tick_at 2024-03-02T09:00:00Z
	eq "$(csm outbox list --fields recipients,subject --no-header)" \
		"anna,otto	CS0000001: 50% of R used: Printer prints blank pages
anna,otto	CS0000001: R, 2h1m before due: Printer prints blank pages
anna,mia	CS0000001: R, 2h before due: Printer prints blank pages
anna,mia	CS0000001: 80% of R used: Printer prints blank pages"
}

@test "without an assignee, and for one who is away or wants no messages, the group stands in" {
	new_case --assignment-group Box
	new_case --assignment-group Desk
	new_case --assignment-group Box --assigned-to anna
	csm user edit anna --notification 1
	tick_at 2024-03-01T13:00:00Z
	# a group without an address is its members who can be told; Box has one
	eq "$(to)" 'otto,Box
"otto,bert",Desk
otto,Box'
}

@test "the manager is the assignee's, else the group's" {
	roles manager
	new_case --assigned-to anna
	new_case --assignment-group Box
	new_case --assignment-group Desk --assigned-to bert
	tick_at 2024-03-01T13:00:00Z
	eq "$(to)" 'mia,
otto,
mia,'
}

@test "rows of a definition say who: each of the roles, and nobody twice" {
	roles owner,assignee,manager,group
	new_case --assigned-to otto
	new_case --assignment-group Box --assigned-to anna
	tick_at 2024-03-01T13:00:00Z
	eq "$(to)" 'otto,
"anna,otto,mia",Box'
}

@test "a message for which nobody is found is not lost: group, then who has to do with it, then nobody" {
	roles manager
	new_case --assignment-group Empty
	new_case
	csm case new --account Acme --short-description x >/dev/null
	tick_at 2024-03-01T13:00:00Z
	eq "$(to)" ',Empty
otto,
,'
	eq "$(csm outbox list --unsent --count)" 3
}

@test "the message says what, when and until when, in the zone of the SLA" {
	csm sla-definition edit R --time-zone America/New_York >/dev/null
	new_case --assigned-to anna --priority 2
	tick_at 2024-03-01T15:24:00Z
	run_csm outbox show OUT0000002 -o json
	ok
	eq "$(json '.body')" "CS0000001: 80% of R used
Printer prints blank pages

Reached: 2024-03-01T10:24:00-05:00
Due: 2024-03-01T12:00:00-05:00
Priority: High
State: New"
	eq "$(json '[.event, .parent_case, .sla, .queued_at, .sent_at] | @csv')" \
		'"sla_milestone","CS0000001","SLA0000001","2024-03-01T15:24:00Z",'
}

@test "the message of a late tick says that the SLA has ended by then" {
	new_case --assigned-to anna
	CSM_NOW=2024-03-01T14:00:00Z csm case close CS0000001 --resolution-code duplicate --close-notes x >/dev/null
	tick_at 2024-03-01T16:00:00Z
	run_csm outbox show OUT0000001 -o json
	ok
	eq "$(json '.body' | sed -n '/^Reached/,$p')" "Reached: 2024-03-01T13:00:00+00:00
Due: 2024-03-01T17:00:00+00:00
Completed: 2024-03-01T14:00:00+00:00
Priority: Low
State: Closed"
}

@test "a long subject is cut, not refused" {
	csm sla-definition edit R --name "$(printf 'ä%.0s' $(seq 100))" >/dev/null
	csm case new --account Acme --short-description "$(printf 'ü%.0s' $(seq 160))" --assigned-to anna >/dev/null
	tick_at 2024-03-01T13:00:00Z
	eq "$(csm outbox list --fields subject --no-header | LC_ALL=C.UTF-8 wc -m)" 256
}

@test "a subject is one line, whatever a customer wrote: it becomes a header of a mail" {
	csm --as otto case new --account Acme --short-description $'Help\nBcc: all@x.example\tnow' --assigned-to anna >/dev/null
	tick_at 2024-03-01T13:00:00Z
	eq "$(csm outbox list --fields subject --no-header -o csv)" "CS0000001: 50% of R used: Help Bcc: all@x.example now"
	csm import - >/dev/null <<<'escalation_path: [{name: Old, level: 1, after_duration: 1h}]'
	tick_at 2024-03-01T13:00:01Z
	eq "$(csm outbox list --fields subject --no-header -o csv | tail -n 1)" "CS0000001 escalated to Moderate: Help Bcc: all@x.example now"
}

@test "list --unsent: the oldest first; with filters, counts and a limit as lists have them" {
	new_case --assigned-to anna
	new_case --assigned-to bert
	tick_at 2024-03-01T13:00:00Z
	tick_at 2024-03-01T16:00:00Z
	at 2024-03-01T16:00:00Z
	csm outbox ack OUT0000002 >/dev/null
	eq "$(csm outbox list --unsent --fields number --no-header | tr '\n' ' ')" "OUT0000001 OUT0000003 OUT0000004 "
	eq "$(csm outbox list --fields number --no-header | tr '\n' ' ')" "OUT0000001 OUT0000002 OUT0000003 OUT0000004 "
	eq "$(csm outbox list --unsent --where 'parent_case = CS0000002' --count)" 1
	eq "$(csm outbox list --unsent --parent-case CS0000001 --sort -queued_at --fields number --no-header | tr '\n' ' ')" "OUT0000003 OUT0000001 "
	run_csm outbox list --unsent --limit 1 --fields number --no-header
	out_is OUT0000001
	run_csm outbox list --unsent OUT0000001
	fails 2 "named, or selected by filters, not both"
}

@test "a table of 80 columns shows who and what" {
	new_case --assigned-to anna
	tick_at 2024-03-01T13:00:00Z
	on_tty "$CSM_BIN outbox list --unsent"
	[ "$status" -eq 0 ]
	out_has "OUT0000001  2024-03-01T13:00:00Z  anna,otto"
	out_has "CS0000001: 50%"
}

@test "what a program that sends needs: addresses, as they are when it asks" {
	new_case --assignment-group Box --assigned-to anna
	new_case --assignment-group Desk
	tick_at 2024-03-01T13:00:00Z
	run_csm outbox list --unsent --fields number,recipients.email,recipient_group.email,subject -o ndjson
	ok
	out_is '{"number":"OUT0000001","recipients.email":"anna@x.example,otto@x.example","recipient_group.email":null,"subject":"CS0000001: 50% of R used: Printer prints blank pages"}
{"number":"OUT0000002","recipients.email":"otto@x.example","recipient_group.email":null,"subject":"CS0000002: 50% of R used: Printer prints blank pages"}'
	csm user edit bert --email bert@x.example >/dev/null
	eq "$(csm outbox list OUT0000002 --fields recipients.email --no-header)" otto@x.example,bert@x.example
	eq "$(csm outbox list OUT0000002 --format '%(number) %(recipients.name) %(recipients.manager)')" "OUT0000002 Own,Bo "
}

@test "paths through lists of references: any list has them, one step far, to be read only" {
	new_case --watch-list anna,otto
	eq "$(csm case list --fields watch_list.email,watch_list.manager --no-header)" "anna@x.example,otto@x.example	mia"
	run_csm case list --fields watch_list.manager.email
	fails 2 "'watch_list.manager.email' goes on behind a list of references"
	run_csm case list --fields watch_list.mail
	fails 2 "'mail' is not a field of user"
	run_csm case list --sort watch_list.email
	fails 2 "case.watch_list is not a reference that a path can go through"
	run_csm sla-definition new --name X --duration 1h --start-condition "active = true" --stop-condition "state = closed" \
		--schedule-source field --schedule-field watch_list.schedule
	fails 4 "'watch_list.schedule' is no reference to a schedule"
}

@test "ack: sent_at is the clock; the second time says so and keeps the first moment" {
	new_case --assigned-to anna
	tick_at 2024-03-02T09:00:00Z
	at 2024-03-02T10:00:00Z
	run_csm outbox ack OUT0000001
	ok
	out_is "$(printf 'key\tdone\nOUT0000001\tacknowledged')"
	at 2024-03-02T11:00:00Z
	changes=$(csm log --count)
	run_csm outbox ack OUT0000001
	ok
	out_is "$(printf 'key\tdone\nOUT0000001\twas acknowledged before')"
	eq "$(csm log --count)" "$changes"
	run_csm outbox ack OUT0000001 OUT0000002
	ok
	eq "$(csm outbox list --fields sent_at --no-header | tr '\n' ' ')" "2024-03-02T10:00:00Z 2024-03-02T11:00:00Z "
	run_csm outbox ack OUT0000002 -o json
	ok
	eq "$(json '.[0].sent_at')" 2024-03-02T11:00:00Z
}

@test "ack of many: names, standard input, a filter, all; one that is not there stores nothing" {
	for _ in 1 2 3; do new_case --assigned-to anna; done
	tick_at 2024-03-02T09:00:00Z
	at 2024-03-02T10:00:00Z
	run_csm outbox ack OUT0000001 OUT0000009
	fails 3 "there is no outbox 'OUT0000009'"
	err_has "nothing was stored"
	eq "$(csm outbox list --unsent --count)" 6
	run_csm outbox ack
	fails 2 "no record is named"
	csm outbox list --unsent --where 'parent_case = CS0000001' --fields number --no-header | csm outbox ack - >/dev/null
	eq "$(csm outbox list --unsent --count)" 4
	csm outbox ack --where 'sent_at is null and subject ~ "*50%*"' >/dev/null
	eq "$(csm outbox list --unsent --count)" 2
	csm outbox ack --all --dry-run >/dev/null
	eq "$(csm outbox list --unsent --count)" 2
	csm outbox ack --all >/dev/null
	eq "$(csm outbox list --unsent --count)" 0
}

@test "ack is undone like any change; the outbox is csm's own: no new, edit or delete" {
	new_case --assigned-to anna
	tick_at 2024-03-01T13:00:00Z
	at 2024-03-01T14:00:00Z
	csm outbox ack OUT0000001 >/dev/null
	csm undo >/dev/null
	eq "$(csm outbox list --unsent --count)" 1
	for verb in new "edit OUT0000001 --sent-at now" "delete OUT0000001"; do
		# shellcheck disable=SC2086
		run_csm outbox $verb
		fails 2 "is no verb of 'csm outbox'"
	done
}

@test "the loop of the manual: each message is sent once, one that can't be sent is tried again" {
	new_case --assigned-to anna
	new_case --assigned-to bert
	tick_at 2024-03-01T13:00:00Z
	at 2024-03-01T14:00:00Z
	send() { [ "$broken" != "$1" ] && echo "$1: $2" >>sent; }
	deliver() {
		csm outbox list --unsent --fields number,recipients.email,recipient_group.email,subject,body -o ndjson |
			while read -r message; do
				number=$(jq -r .number <<<"$message")
				send "$number" "$(jq -r '[.["recipients.email"], .["recipient_group.email"]] | map(select(.)) | join(",")' <<<"$message")" &&
					echo "$number"
			done | csm outbox ack - >/dev/null
	}
	broken=OUT0000001
	deliver
	broken=
	deliver
	deliver
	eq "$(cat sent)" "OUT0000002: otto@x.example
OUT0000001: anna@x.example,otto@x.example"
}

@test "what is told goes with what it is about" {
	new_case --assigned-to anna
	tick_at 2024-03-01T13:00:00Z
	at 2024-03-01T14:00:00Z
	csm case delete CS0000001 >/dev/null
	eq "$(csm outbox list --count)$(csm sla-alert list --count)" 00
}
