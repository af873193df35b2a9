#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The life of contracts by dates and verbs, what they cover and whom they concern, how they are renewed.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		user: [{user_name: anna, last_name: Ott}, {user_name: boss, last_name: Chief}]
		product: [{name: Printer}]
		location: [{name: Hall}]
		account:
		  - {name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}]}
		  - {name: East, account_parent: Acme, contact: [{last_name: East, email: east@acme.example}]}
		  - {name: Beta, contact: [{last_name: Nix, email: nix@beta.example}]}
		consumer: [{last_name: Holm, email: ida@holm.example}, {last_name: Solo, email: solo@one.example}]
		household: [{name: Holm, member: [{consumer: ida@holm.example, start_date: 2020-01-01}]}, {name: Other}]
		asset:
		  - {asset_tag: P-1, product: Printer, account: Acme}
		  - {asset_tag: P-2, product: Printer, account: East}
		  - {asset_tag: P-3, product: Printer, account: Beta}
		  - {asset_tag: W-1, product: Printer, consumer: ida@holm.example}
		  - {asset_tag: W-2, product: Printer, consumer: solo@one.example}
		install_base_item:
		  - {external_id: I1, name: Line, household: Holm}
		  - {external_id: I2, name: Line, household: Other}
		sold_product: [{external_id: S1, product: Printer, account: Acme, start_date: 2023-01-01}]
		schedule: [{name: Office, time_zone: UTC, span: [{days: [mon], start: "09:00", end: "17:00"}]}]
		sla_definition: [{name: Fix, duration: 8h, start_condition: active = true, stop_condition: state = closed}]
	EOF
	csm import world.yaml >/dev/null
}

at() { export CSM_NOW=$1; }
contract() {
	[[ " $* " == *" --account "* || " $* " == *" --consumer "* || " $* " == *" --household "* ]] || set -- "$@" --account Acme
	[[ " $* " == *" --start-date "* ]] || set -- "$@" --start-date 2024-01-01
	[[ " $* " == *" --end-date "* ]] || set -- "$@" --end-date 2024-12-31
	csm contract new --name Care "$@" >/dev/null
}
get() { csm contract list "${2-CNTR0000001}" --fields "$1" --no-header -o csv; }
ents() { csm entitlement list --fields name,state --no-header -o csv | tr '\n' ' '; }
act() { csm contract "$1" CNTR0000001 "${@:2}" >/dev/null; }
grant() {
	[[ " $* " == *" --start-date "* ]] || set -- "$@" --start-date 2024-01-01
	csm entitlement new --contract CNTR0000001 "$@" >/dev/null
}

@test "one customer, an end after the start" {
	run_csm contract new --name x --start-date 2024-01-01 --end-date 2024-12-31
	fails 4 "a contract needs an account, a consumer or a household"
	run_csm contract new --name x --account Acme --consumer ida@holm.example --start-date 2024-01-01 --end-date 2024-12-31
	fails 4 "a contract is of one customer: an account, a consumer or a household"
	run_csm contract new --name x --account Acme --start-date 2024-01-02 --end-date 2024-01-01
	fails 4 "end_date: 2024-01-01 is before start_date 2024-01-02"
	run_csm contract new --name x --account Acme --start-date 2024-01-02
	fails 65 "end_date: needs a value"
}

@test "submitted, rejected with a comment, submitted again, approved: in force at once when its time has come" {
	contract
	run_csm --as anna contract approve CNTR0000001
	fails 4 "approval: is not_requested; it is submitted first"
	csm --as anna contract submit CNTR0000001 --approver boss >/dev/null
	eq "$(get state,approval,approver)" draft,requested,boss
	run_csm --as anna contract submit CNTR0000001
	fails 4 "approval: is requested already"
	run_csm --as anna contract activate CNTR0000001
	fails 4 "approval: approval is requested"
	run_csm --as anna contract approve CNTR0000001
	fails 4 "approver: only boss decides"
	run_csm --as boss contract reject CNTR0000001
	fails 4 "needs --approval-comment"
	csm --as boss contract reject CNTR0000001 --approval-comment "Too cheap" >/dev/null
	eq "$(get state,approval,approval_comment)" "draft,rejected,Too cheap"
	run_csm --as anna contract activate CNTR0000001
	fails 4 "approval is rejected"
	csm --as anna contract submit CNTR0000001 >/dev/null
	eq "$(get approval,approval_comment)" requested,
	grant --name right
	eq "$(ents)" "right,draft "
	csm --as boss contract approve CNTR0000001 >/dev/null
	eq "$(get state,approval)" active,approved
	eq "$(ents)" "right,active "
}

@test "approved before its time it waits for the day" {
	contract --start-date 2024-04-01
	run_csm contract activate CNTR0000001
	fails 4 "start_date: starts on 2024-04-01, not yet"
	act submit
	act approve
	eq "$(get state,approval)" draft,approved
	at 2024-04-01T00:00:00Z
	csm tick >/dev/null
	eq "$(get state)" active
}

@test "activated by hand on its first day, not after its last" {
	contract --start-date 2024-03-01
	act activate
	eq "$(get state)" active
	contract --start-date 2023-01-01 --end-date 2024-02-29
	run_csm contract activate CNTR0000002
	fails 4 "end_date: ended on 2024-02-29"
}

@test "suspended: the header keeps its state, what it grants halts, and comes back as its dates say" {
	contract
	act activate
	grant --name right
	grant --name later --start-date 2024-03-10
	grant --name short --end-date 2024-03-05
	csm entitlement new --name own --account Acme >/dev/null
	run_csm contract suspend CNTR0000001
	fails 4 "needs --suspend-reason"
	act suspend --suspend-reason unpaid
	eq "$(get state,suspend_start,suspend_end,suspend_reason)" active,2024-03-01,,unpaid
	eq "$(ents)" "right,suspended later,suspended short,suspended own,active "
	run_csm contract suspend CNTR0000001 --suspend-reason again
	fails 4 "suspend_reason: the contract is suspended already"
	at 2024-03-06T09:00:00Z
	act resume
	eq "$(get state,suspend_start,suspend_end,suspend_reason)" active,,,
	eq "$(ents)" "right,active later,draft short,expired own,active "
	run_csm contract resume CNTR0000001
	fails 4 "suspend_reason: the contract is not suspended"
}

@test "a suspension with a beginning and an end is kept by the clock" {
	contract
	act activate
	grant --name right
	run_csm contract suspend CNTR0000001 --suspend-reason x --suspend-start 2024-03-10 --suspend-end 2024-03-09
	fails 4 "suspend_end: is before suspend_start"
	run_csm contract suspend CNTR0000001 --suspend-reason x --suspend-start 2024-02-01 --suspend-end 2024-02-09
	fails 4 "suspend_end: has passed already"
	act suspend --suspend-reason x --suspend-start 2024-03-10 --suspend-end 2024-03-12
	eq "$(ents)" "right,active "
	for day in 09 10 12 13; do
		at 2024-03-${day}T00:00:00Z
		csm tick >/dev/null
		echo "$day $(ents)$(get suspend_reason,state)"
	done >seen
	eq "$(cat seen)" "09 right,active x,active
10 right,suspended x,active
12 right,suspended x,active
13 right,active ,active"
}

@test "the end passes during a suspension: all of it expires" {
	contract --end-date 2024-03-10
	act activate
	grant --name right
	act suspend --suspend-reason x
	at 2024-03-11T00:00:00Z
	csm tick >/dev/null
	eq "$(get state,suspend_reason)" expired,
	eq "$(ents)" "right,expired "
}

@test "what was halted by its own verb stays so when the contract goes on" {
	contract
	act activate
	grant --name right
	csm entitlement suspend ENT0000001 >/dev/null
	act suspend --suspend-reason x
	act resume
	eq "$(ents)" "right,suspended "
}

@test "expired by the clock, the day after its end, with all that it grants" {
	contract
	act activate
	grant --name right
	at 2024-12-31T23:59:59Z
	csm tick >/dev/null
	eq "$(get state) $(ents)" "active right,active "
	at 2025-01-01T00:00:00Z
	csm tick >/dev/null
	eq "$(get state) $(ents)" "expired right,expired "
}

@test "canceled: final, for what it grants too, but what had expired stays so" {
	contract
	act activate
	grant --name right
	grant --name short --start-date 2024-02-01 --end-date 2024-02-20
	eq "$(ents)" "right,active short,expired "
	run_csm contract cancel CNTR0000001
	fails 4 "needs --cancel-reason"
	run_csm contract cancel CNTR0000001 --cancel-reason x --cancel-date 2024-03-02
	fails 4 "cancel_date: is in the future; set end_date, and the contract ends by itself"
	act cancel --cancel-reason "Moved away"
	eq "$(get state,cancel_date,cancel_reason)" "canceled,2024-03-01,Moved away"
	eq "$(csm entitlement list --fields name,state,cancel_reason --no-header -o csv)" $'right,canceled,Moved away\nshort,expired,'
	run_csm contract renew CNTR0000001
	fails 4 "(allowed: none)"
}

@test "renewed: a draft that follows, as long as before, with coverage, contacts, SLAs and entitlements" {
	contract --cost "1200 EUR" --terms "As before" --renewable true
	act activate
	csm contract-coverage new --contract CNTR0000001 --asset P-1 --include-children true >/dev/null
	csm contract-coverage new --contract CNTR0000001 --product Printer --removed-on 2024-03-01 >/dev/null
	csm contract-contact new --contract CNTR0000001 --contact geneva@acme.example >/dev/null
	csm contract-sla new --contract CNTR0000001 --sla-definition Fix >/dev/null
	csm entitlement new --name Calls --contract CNTR0000001 --start-date 2024-02-01 --end-date 2024-12-31 --channels phone --per-unit true \
		--unit cases --total-units 5 --business-hours Office >/dev/null
	grant --name given-up
	csm entitlement cancel ENT0000002 --cancel-reason x >/dev/null
	csm case new --account Acme --asset P-1 --channel phone --short-description x >/dev/null
	csm case close CS0000001 --resolution-code duplicate --close-notes x >/dev/null
	run_csm contract renew CNTR0000001
	ok
	eq "$(get number,state,approval,start_date,end_date,renewed_from,renewal_root,cost,terms,renewable CNTR0000002)" \
		"CNTR0000002,draft,not_requested,2025-01-01,2025-12-31,CNTR0000001,CNTR0000001,1200.00 EUR,As before,true"
	eq "$(csm contract-coverage list --where "contract = CNTR0000002" --fields asset.asset_tag,include_children,product --no-header -o csv)" P-1,true,
	eq "$(csm contract-contact list --where "contract = CNTR0000002" --count)" 1
	eq "$(csm contract-sla list --where "contract = CNTR0000002" --fields sla_definition --no-header -o csv)" Fix
	eq "$(csm entitlement list --fields name,state,start_date,end_date,channels,remaining_units,business_hours --where "contract = CNTR0000002" \
		--no-header -o csv)" "Calls,draft,2025-02-01,2025-12-31,phone,5,Office"
	eq "$(csm entitlement list ENT0000001 --fields remaining_units --no-header -o csv)" 4
	run_csm contract renew CNTR0000001
	fails 4 "renewed_from: is renewed already, by CNTR0000002"
	csm contract renew CNTR0000002 >/dev/null
	eq "$(get start_date,renewed_from,renewal_root CNTR0000003)" 2026-01-01,CNTR0000002,CNTR0000001
	csm contract cancel CNTR0000003 --cancel-reason x >/dev/null
	csm contract renew CNTR0000002 >/dev/null
	eq "$(get renewed_from CNTR0000004)" CNTR0000002
}

@test "as long as before: in months where it was months, else in days" {
	local n=0 from to start end

	while read -r from to start end; do
		contract --start-date "$from" --end-date "$to"
		n=$((n + 1))
		csm contract renew "CNTR000000$n" >/dev/null
		n=$((n + 1))
		eq "$(get start_date,end_date "CNTR000000$n")" "$start,$end"
	done <<-EOF
		2023-01-01 2023-12-31 2024-01-01 2024-12-31
		2024-02-15 2024-03-14 2024-03-15 2024-04-14
		2024-11-01 2025-01-31 2025-02-01 2025-04-30
		2024-01-01 2024-01-10 2024-01-11 2024-01-20
	EOF
}

@test "what is covered is one thing, and the contract's customer's or below him" {
	contract
	covers() { csm contract-coverage new --contract "$1" "${@:2}" >/dev/null; }
	run_csm contract-coverage new --contract CNTR0000001
	fails 4 "a covered row is one of asset, product, sold_product, install_base_item"
	run_csm contract-coverage new --contract CNTR0000001 --asset P-1 --product Printer
	fails 4 "a covered row is one of"
	run_csm contract-coverage new --contract CNTR0000001 --asset P-1 --added-on 2024-03-02 --removed-on 2024-03-01
	fails 4 "removed_on: is before added_on"
	covers CNTR0000001 --asset P-1
	covers CNTR0000001 --asset P-2
	covers CNTR0000001 --sold-product S1
	run_csm contract-coverage new --contract CNTR0000001 --asset P-3
	fails 4 "is of ACCT0000003, which is not the contract's account or below it"
	run_csm contract-coverage new --contract CNTR0000001 --asset W-1
	fails 4 "is of another consumer than the contract"
	contract --consumer ida@holm.example
	covers CNTR0000002 --asset W-1
	run_csm contract-coverage new --contract CNTR0000002 --asset W-2
	fails 4 "is of another consumer than the contract"
	run_csm contract-coverage new --contract CNTR0000002 --asset P-1
	fails 4 "is of ACCT0000001, which is not the contract's account"
	contract --household Holm
	covers CNTR0000003 --asset W-1
	covers CNTR0000003 --install-base-item I1
	run_csm contract-coverage new --contract CNTR0000003 --install-base-item I2
	fails 4 "is of another household than the contract"
	run_csm contract-coverage new --contract CNTR0000003 --asset W-2
	fails 4 "is of another consumer than the contract"
	csm sold-product delete S1 --yes >/dev/null
	eq "$(csm contract-coverage list --where "contract = CNTR0000001" --count)" 2
}

@test "whom it concerns is a contact of its account, or acts for it" {
	contract
	csm contract-contact new --contract CNTR0000001 --contact geneva@acme.example >/dev/null
	run_csm contract-contact new --contract CNTR0000001 --contact east@acme.example
	fails 4 "is no contact of the contract's account and has no relationship to it"
	csm contact-relationship new --contact east@acme.example --account Acme >/dev/null
	csm contract-contact new --contract CNTR0000001 --contact east@acme.example >/dev/null
}

@test "its SLAs: those of the contract for its cases, and for the tasks of its cases" {
	csm sla-definition new --name Task --target-type case_task --duration 4h --start-condition "active = true" --stop-condition "state = closed" >/dev/null
	csm sla-definition new --name General --duration 1h --start-condition "active = true" --stop-condition "state = closed" >/dev/null
	contract
	act activate
	csm contract-sla new --contract CNTR0000001 --sla-definition Fix >/dev/null
	csm contract-sla new --contract CNTR0000001 --sla-definition Task >/dev/null
	csm case new --account Acme --contract CNTR0000001 --short-description x >/dev/null
	csm case new --account Acme --short-description x >/dev/null
	for n in 1 2; do
		csm case-task new --parent-case CS000000$n --short-description t >/dev/null
	done
	eq "$(csm sla list --fields parent_case,case_task,sla_definition --no-header -o csv)" "CS0000001,,Fix
CS0000002,,General
,CSTASK0000001,Task"
}

@test "an import states a contract as it is; the clock goes on from there" {
	cat >old.yaml <<-'EOF'
		csm: 1
		contract:
		  - {external_id: A, name: a, account: Acme, state: active, start_date: 2020-01-01, end_date: 2020-12-31}
		  - {external_id: B, name: b, account: Acme, state: expired, start_date: 2020-01-01, end_date: 2030-12-31}
		  - {external_id: C, name: c, account: Acme, start_date: 2020-01-01, end_date: 2030-12-31}
	EOF
	csm import old.yaml >/dev/null
	eq "$(csm contract list --fields external_id,state --no-header -o csv | tr '\n' ' ')" "A,active B,expired C,draft "
	csm tick >/dev/null
	eq "$(csm contract list --fields external_id,state --no-header -o csv | tr '\n' ' ')" "A,expired B,expired C,active "
}
