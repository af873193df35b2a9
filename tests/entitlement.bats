#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Which entitlement a case has: candidates, channel, targets, contract, weights, ties; what is used up of it; its own rules.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		user: [{user_name: anna, last_name: Ott}]
		product: [{name: Printer}, {name: Washer}]
		account:
		  - {name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}, {last_name: Paul, email: paul@acme.example}]}
		  - {name: East, account_parent: Acme}
		  - {name: Beta}
		consumer: [{last_name: Holm, email: ida@holm.example}, {last_name: Holm, email: nils@holm.example}]
		household:
		  - {name: Holm, member: [{consumer: ida@holm.example, start_date: 2020-01-01}, {consumer: nils@holm.example, start_date: 2020-01-01}]}
		asset:
		  - {asset_tag: P-1, product: Printer, account: Acme}
		  - {asset_tag: P-2, product: Printer, account: Acme, parent: P-1}
		  - {asset_tag: P-3, product: Printer, account: Acme}
		install_base_item:
		  - {external_id: I1, name: Line, account: Acme, product: Printer}
		  - {external_id: I2, name: Part, account: Acme, product: Printer, parent: I1}
		sold_product:
		  - {external_id: S1, product: Printer, account: Acme, start_date: 2023-01-01}
	EOF
	csm import world.yaml >/dev/null
}

at() { export CSM_NOW=$1; }
ent() {
	[[ " $* " == *" --start-date "* ]] || set -- "$@" --start-date 2024-01-01
	csm entitlement new "$@" >/dev/null
}
contract() { csm contract new --start-date 2024-01-01 --end-date 2024-12-31 "$@" >/dev/null && csm contract activate "$(csm contract list --sort -number --limit 1 --fields number --no-header -o csv)" >/dev/null; }
# check OPTION...: the name of the entitlement found, and the status
check() {
	run_csm entitlement check "$@" --fields name --no-header -o csv
	[ "$status" -le 1 ] || wrong "check failed"
}
finds() {
	local name=$1

	shift
	check "$@"
	eq "$out $status" "$name 0"
}
finds_none() {
	check "$@"
	eq "$out $status $err" " 1 csm: not entitled"
}
why() { csm entitlement check "$@" --explain --fields name,fits,score,why --no-header -o csv || true; }
case_has() { csm case list "$1" --fields entitlement.name,contract.name --no-header -o csv; }

@test "the owner: account, consumer, household, or nobody in particular" {
	ent --name company --account Acme
	ent --name person --consumer ida@holm.example
	ent --name home --household Holm
	ent --name piece --asset P-3
	finds company --account Acme
	finds_none --account Beta
	finds company --contact geneva@acme.example
	finds person --consumer ida@holm.example
	finds home --household Holm
	finds home --consumer nils@holm.example
	finds piece --asset P-3
	finds company --asset P-1
	run_csm entitlement check
	fails 2 "expected a CASE, or a customer, asset, item or contract as options"
}

@test "a head company's counts for those below where the setting says so" {
	ent --name company --account Acme
	finds_none --account East
	csm config set entitlement.account_ancestors true >/dev/null
	finds company --account East
	eq "$(why --account East)" "company,true,1,account above 1 = 1"
	finds_none --account Beta
}

@test "an entitlement of an account and one of its consumers is of both" {
	csm consumer-account new --consumer ida@holm.example --account Acme >/dev/null
	csm consumer-account new --consumer ida@holm.example --account Beta >/dev/null
	cat >both.yaml <<-'EOF'
		csm: 1
		entitlement: [{name: both, account: Acme, consumer: ida@holm.example, start_date: 2024-01-01}]
	EOF
	csm import both.yaml >/dev/null
	finds both --account Acme --consumer ida@holm.example
	finds_none --account Beta --consumer ida@holm.example
	finds_none --account Acme
	eq "$(why --account Beta --consumer ida@holm.example)" "both,false,,it is of another account"
}

@test "weights: product 2, asset, sold product and item 3, contract 4, account and consumer 1; they add up" {
	contract --name Care --account Acme
	ent --name a-account --account Acme
	ent --name b-product --account Acme --product Printer
	ent --name c-asset --account Acme --asset P-1
	ent --name d-sold --account Acme --sold-product S1
	ent --name e-item --account Acme --install-base-item I1
	ent --name f-contact --account Acme --contact geneva@acme.example
	ent --name g-contract --contract Care
	eq "$(why --account Acme --product Printer --asset P-1 --sold-product S1 --install-base-item I1 --contact geneva@acme.example)" \
		"g-contract,true,5,account 1 + contract 4 = 5
c-asset,true,4,account 1 + asset 3 = 4
d-sold,true,4,account 1 + sold product 3 = 4
e-item,true,4,account 1 + install base item 3 = 4
b-product,true,3,account 1 + product 2 = 3
f-contact,true,2,account 1 + contact 1 = 2
a-account,true,1,account 1 = 1"
	eq "$(why --account Acme --product Washer | head -n 2)" "g-contract,true,5,account 1 + contract 4 = 5
a-account,true,1,account 1 = 1"
	eq "$(why --account Acme --product Washer | grep -c false)" 5
}

@test "weights are settings" {
	ent --name product --account Acme --product Printer
	ent --name asset --account Acme --asset P-1
	finds asset --asset P-1
	csm config set entitlement.weight_product 3.5 >/dev/null
	finds product --asset P-1
	eq "$(why --asset P-1 | head -n 1)" "product,true,4.5,account 1 + product 3.5 = 4.5"
	for w in account consumer product asset sold_product install_base_item contract; do
		csm config set "entitlement.weight_$w" 0 >/dev/null
	done
	eq "$(why --asset P-1 | cut -d, -f1-3)" $'product,true,0\nasset,true,0'
}

@test "ties: the highest single weight, then the earliest end, then the lowest number" {
	csm config set entitlement.weight_product 1.5 >/dev/null
	csm config set entitlement.weight_account 1.5 >/dev/null
	ent --name two-halves --account Acme --product Printer
	ent --name one-whole --asset P-1
	finds one-whole --asset P-1
	ent --name later --account Beta --end-date 2025-12-31
	ent --name never --account Beta
	ent --name sooner --account Beta --end-date 2025-06-30
	ent --name same --account Beta --end-date 2025-06-30
	eq "$(why --account Beta | cut -d, -f1)" $'sooner\nsame\nlater\nnever'
}

@test "the channel: in the list, or the list is empty, or nobody asks" {
	ent --name phone --account Acme --product Printer --channels phone,chat
	ent --name any --account Acme
	finds phone --account Acme --product Printer --channel chat
	finds any --account Acme --product Printer --channel email
	finds phone --account Acme --product Printer
	eq "$(why --account Acme --product Printer --channel email | tail -n 1)" 'phone,false,,"channel email is not in chat,phone"'
}

@test "every target that is named must be met" {
	ent --name targeted --account Acme --product Printer --asset P-1
	finds targeted --asset P-1
	finds_none --asset P-3
	finds_none --account Acme --product Printer
	eq "$(why --asset P-3 | cut -d, -f4)" "it is for asset AST0000001"
	ent --name one-contact --account Beta --contact geneva@acme.example
	finds_none --account Beta
}

@test "in force: by its state and dates at the moment of the case" {
	ent --name now --account Acme --start-date 2024-02-01 --end-date 2024-03-31
	ent --name then --account Acme --start-date 2024-04-01 --end-date 2024-05-31
	ent --name canceled --account Beta
	csm entitlement cancel ENT0000003 --cancel-reason x >/dev/null
	ent --name halted --account Beta
	csm entitlement suspend ENT0000004 >/dev/null
	finds now --account Acme
	finds now --account Acme --at 2024-03-31T23:59:59Z
	finds then --account Acme --at 2024-04-01T00:00:00Z
	finds_none --account Acme --at 2024-06-01T00:00:00Z
	finds_none --account Acme --at 2024-01-31T00:00:00Z
	eq "$(why --account Beta | cut -d, -f1,4)" $'canceled,it is canceled\nhalted,it is suspended'
	eq "$(why --account Acme --at 2024-06-01T00:00:00Z | cut -d, -f4 | head -n 1)" "2024-06-01 is not within 2024-02-01 and 2024-03-31"
}

@test "its contract is in force too" {
	contract --name Care --account Acme
	ent --name granted --contract Care
	finds granted --account Acme
	csm contract suspend CNTR0000001 --suspend-reason unpaid >/dev/null
	finds_none --account Acme
	csm contract resume CNTR0000001 >/dev/null
	finds granted --account Acme
	finds_none --account Acme --at 2025-01-01T00:00:00Z
	csm contract cancel CNTR0000001 --cancel-reason x >/dev/null
	finds_none --account Acme
	csm contract new --name Draft --account Beta --start-date 2024-01-01 --end-date 2024-12-31 >/dev/null
	ent --name drafted --contract Draft
	finds_none --account Beta
}

@test "a contract covers by asset, product, sold product, item; by their parts where it says so; from day to day" {
	local what

	for what in "asset P-1" "product Printer" "sold-product S1" "install-base-item I1"; do
		csm contract new --name "By $what" --account Acme --start-date 2024-01-01 --end-date 2024-12-31 >/dev/null
		csm contract-coverage new --contract "By $what" "--${what% *}" "${what#* }" --added-on 2024-02-01 >/dev/null
		ent --name "by $what" --contract "By $what"
	done
	csm contract activate --all >/dev/null
	fits() { { csm entitlement check --account Acme "$@" --explain --fields name,fits --no-header -o csv 2>/dev/null || true; } | grep ,true | cut -d, -f1 | sort | tr '\n' ';'; }
	eq "$(fits --asset P-1)" "by asset P-1;by product Printer;"
	eq "$(fits --asset P-2)" "by product Printer;"
	eq "$(fits --sold-product S1)" "by product Printer;by sold-product S1;"
	eq "$(fits --install-base-item I2)" "by product Printer;"
	eq "$(fits --product Washer)" ""
	eq "$(fits)" ""
	for n in 1 4; do
		csm contract-coverage edit "#$n" --include-children true >/dev/null
	done
	eq "$(fits --asset P-2)" "by asset P-1;by product Printer;"
	eq "$(fits --install-base-item I2)" "by install-base-item I1;by product Printer;"
	eq "$(fits --asset P-1 --at 2024-01-31T12:00:00Z)" ""
	csm contract-coverage edit "#1" --removed-on 2024-02-10 >/dev/null
	eq "$(fits --asset P-1 --at 2024-02-10T12:00:00Z)" "by asset P-1;by product Printer;"
	eq "$(fits --asset P-1 --at 2024-02-11T12:00:00Z)" "by product Printer;"
}

@test "a contract without covered rows covers all that its customer has; the contract that is asked for is the only one" {
	contract --name One --account Acme
	contract --name Two --account Acme
	ent --name one --contract One
	ent --name two --contract Two
	ent --name free --account Acme
	finds one --account Acme
	finds two --account Acme --contract Two
	finds two --contract Two
	eq "$(why --account Acme --contract Two | cut -d, -f1,2,4)" "two,true,account 1 + contract 4 = 5
free,true,account 1 = 1
one,false,it is of contract CNTR0000001"
}

@test "used up: still found, with a word about it, unless the setting passes it over" {
	ent --name spent --account Acme --product Printer --per-unit true --unit cases --total-units 1
	ent --name plain --account Acme
	csm case new --account Acme --product Printer --short-description x >/dev/null
	csm --as anna case close CS0000001 --resolution-code duplicate --close-notes x >/dev/null
	run_csm entitlement check --account Acme --product Printer --fields name,why --no-header -o csv
	[ "$status" -eq 0 ]
	out_is 'spent,"account 1 + product 2 = 3, no units remain"'
	err_has "no units remain on the entitlement"
	csm --as anna case new --account Acme --product Printer --short-description x >/dev/null
	eq "$(case_has CS0000002)" spent,
	eq "$(csm work-note list --where "parent_case = CS0000002" --fields body --no-header -o csv)" "No cases remain on entitlement ENT0000001."
	csm config set entitlement.skip_exhausted true >/dev/null
	finds plain --account Acme --product Printer
	eq "$(why --account Acme --product Printer | tail -n 1)" "spent,false,,no units remain"
}

@test "a case finds its own when it is made, and again when what decides changes; not when it was set by hand" {
	contract --name Care --account Acme
	ent --name general --account Acme
	ent --name printer --account Acme --product Printer
	ent --name mailed --contract Care --channels email
	ent --name beta --account Beta
	csm case new --account Acme --short-description x --channel phone >/dev/null
	eq "$(case_has CS0000001)" general,
	csm case edit CS0000001 --product Printer >/dev/null
	eq "$(case_has CS0000001)" printer,
	csm case edit CS0000001 --channel email >/dev/null
	eq "$(case_has CS0000001)" mailed,Care
	csm case edit CS0000001 --priority 1 >/dev/null
	csm case edit CS0000001 --account Beta >/dev/null
	eq "$(case_has CS0000001)" beta,
	csm case edit CS0000001 --account Acme --channel phone >/dev/null
	csm case edit CS0000001 --entitlement general >/dev/null
	csm case edit CS0000001 --channel email >/dev/null
	eq "$(csm case list CS0000001 --fields entitlement.name,entitlement_manual --no-header -o csv)" general,true
	csm case edit CS0000001 --entitlement "" >/dev/null
	eq "$(csm case list CS0000001 --fields entitlement.name,entitlement_manual,contract.name --no-header -o csv)" mailed,false,Care
	run_csm entitlement check CS0000001 --fields name --no-header -o csv
	out_is mailed
	run_csm entitlement check CS0000001 --channel phone --fields name --no-header -o csv
	out_is printer
	run_csm entitlement check CS0000001 --at 2023-02-01T00:00:00Z --no-header -o csv
	fails 1 "not entitled"
}

@test "a case that ends uses up one unit, once, and not below 0; a cancelled one none" {
	ent --name cases --account Acme --per-unit true --unit cases --total-units 2
	for n in 1 2 3 4; do
		csm case new --account Acme --short-description x >/dev/null
	done
	left() { csm entitlement list ENT0000001 --fields remaining_units --no-header -o csv; }
	eq "$(left)" 2
	csm --as anna case cancel CS0000004 --reason x >/dev/null
	eq "$(left)" 2
	csm --as anna case close CS0000001 --resolution-code duplicate --close-notes x >/dev/null
	csm --as anna case close CS0000002 --on-behalf geneva@acme.example >/dev/null
	eq "$(left)" 0
	csm --as anna case close CS0000003 --resolution-code duplicate --close-notes x >/dev/null
	eq "$(left)" 0
	eq "$(csm entitlement-use list --fields parent_case,units,used_at,note --no-header -o csv)" "CS0000001,1,2024-03-01T09:00:00Z,
CS0000002,1,2024-03-01T09:00:00Z,
CS0000003,1,2024-03-01T09:00:00Z,overrun: 1 cases more than remained"
	csm --as anna undo >/dev/null
	csm --as anna undo >/dev/null
	eq "$(left)" 1
}

@test "hours are the time worked, whatever closes the case; what is over is told" {
	ent --name hours --account Acme --per-unit true --unit hours --total-units 2
	for n in 1 2 3; do
		csm --as anna case new --account Acme --short-description x >/dev/null
	done
	csm --as anna time-entry new --parent-case CS0000001 --duration 1h20m >/dev/null
	csm --as anna time-entry new --parent-case CS0000002 --duration 1h >/dev/null
	csm config set case.auto_close true >/dev/null
	csm --as anna case assign CS0000001 --assigned-to me >/dev/null
	csm --as anna case resolve CS0000001 --resolution-code solved_guidance --close-notes x >/dev/null
	eq "$(csm entitlement list ENT0000001 --fields remaining_units --no-header -o csv)" 2
	at 2024-04-01T09:00:00Z
	csm tick >/dev/null
	eq "$(csm entitlement list ENT0000001 --fields remaining_units --no-header -o csv)" 0.6667
	csm --as anna case close CS0000002 CS0000003 --resolution-code duplicate --close-notes x >/dev/null
	eq "$(csm entitlement-use list --fields parent_case,units,note --no-header -o csv)" "CS0000001,1.3333,
CS0000002,1,overrun: 0.3333 hours more than remained"
	eq "$(csm entitlement list ENT0000001 --fields remaining_units --no-header -o csv)" 0
}

@test "a child that ends with its parent uses up its own" {
	ent --name cases --account Beta --per-unit true --unit cases --total-units 2
	csm config set case.parent_child_sync true >/dev/null
	csm case new --account Acme --short-description x >/dev/null
	csm case new --account Beta --short-description x --parent-case CS0000001 >/dev/null
	csm --as anna case close CS0000001 --resolution-code duplicate --close-notes x >/dev/null
	eq "$(csm case list CS0000002 --fields state,entitlement.remaining_units --no-header -o csv)" closed,1
}

@test "what remains is all at first, and follows what is granted later" {
	ent --name cases --account Acme --per-unit true --unit cases --total-units 2
	csm case new --account Acme --short-description x >/dev/null
	csm --as anna case close CS0000001 --resolution-code duplicate --close-notes x >/dev/null
	left() { csm entitlement list ENT0000001 --fields total_units,remaining_units --no-header -o csv; }
	csm entitlement edit ENT0000001 --total-units 10 >/dev/null
	eq "$(left)" 10,9
	csm entitlement edit ENT0000001 --total-units 1 >/dev/null
	eq "$(left)" 1,0
	run_csm entitlement edit ENT0000001 --remaining-units 5
	fails 2
}

@test "an entitlement has an owner, dates in order, units that make sense; its customer is its contract's" {
	run_csm entitlement new --name x --product Printer
	fails 4 "needs one of account, consumer, household, contract, asset, sold_product, install_base_item"
	run_csm entitlement new --name x --account Acme --start-date 2024-03-02 --end-date 2024-03-01
	fails 4 "end_date: is before start_date"
	run_csm entitlement new --name x --account Acme --per-unit true --total-units 5
	fails 4 "unit: is needed with per_unit: cases or hours"
	run_csm entitlement new --name x --account Acme --per-unit true --unit cases
	fails 4 "total_units: is needed with per_unit"
	contract --name Care --account Acme
	ent --name x --contract Care
	eq "$(csm entitlement list --fields account.name,start_date,state,active --no-header -o csv)" Acme,2024-01-01,active,true
	run_csm entitlement new --name x --account Acme
	ok
	eq "$(csm entitlement list ENT0000002 --fields start_date,state --no-header -o csv)" 2024-03-01,active
	printf 'csm: 1\nentitlement: [{name: x, account: Acme, start_date: 2024-01-01, total_units: 2, remaining_units: 3}]\n' >bad.yaml
	run_csm import bad.yaml
	err_has "remaining_units: must be between 0 and total_units"
}

@test "its own life: by dates, verbs and contract" {
	ent --name later --account Acme --start-date 2024-04-01
	run_csm entitlement activate ENT0000001
	fails 4 "start_date: starts on 2024-04-01, not yet"
	csm contract new --name Draft --account Acme --start-date 2024-01-01 --end-date 2024-12-31 >/dev/null
	ent --name granted --contract Draft
	run_csm entitlement activate ENT0000002
	fails 4 "contract: CNTR0000001 is draft"
	ent --name plain --account Acme
	run_csm entitlement suspend ENT0000003 --suspend-start 2024-03-02
	fails 4 "suspend_start: is in the future; it is suspended at once"
	run_csm entitlement suspend ENT0000003 --suspend-start 2024-02-01 --suspend-end 2024-02-10
	fails 4 "suspend_end: has passed already"
	csm entitlement suspend ENT0000003 --suspend-end 2024-03-10 --suspend-reason x >/dev/null
	eq "$(csm entitlement list ENT0000003 --fields state,active,suspend_start,suspend_end --no-header -o csv)" suspended,false,2024-03-01,2024-03-10
	csm entitlement resume ENT0000003 >/dev/null
	eq "$(csm entitlement list ENT0000003 --fields state,active,suspend_start,suspend_end --no-header -o csv)" active,true,,
	run_csm entitlement cancel ENT0000003
	fails 4 "needs --cancel-reason"
	csm entitlement cancel ENT0000003 --cancel-reason x >/dev/null
	run_csm entitlement resume ENT0000003
	fails 4 "(allowed: none)"
}
