#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a case takes from its parties and products, and what it refuses because they do not belong together.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		user: [{user_name: anna, last_name: Ott}, {user_name: emma, last_name: Lund}]
		product: [{name: Printer}, {name: Washer}, {name: Toner}]
		location: [{name: Hall}]
		account:
		  - name: Acme
		    contact: [{last_name: Roth, email: geneva@acme.example, time_zone: Europe/Berlin}]
		  - {name: Acme East, account_parent: Acme, contact: [{last_name: East, email: east@acme.example}]}
		  - {name: Beta, contact: [{last_name: Nix, email: nix@beta.example}]}
		  - name: Helpers
		    customer: false
		    partner: true
		    contact: [{last_name: Hand, email: hand@helpers.example}]
		consumer:
		  - {last_name: Holm, first_name: Ida, email: ida@holm.example, time_zone: Asia/Tokyo}
		  - {last_name: Holm, first_name: Nils, email: nils@holm.example}
		  - {last_name: Solo, email: solo@one.example}
		household:
		  - {name: Holm, member: [{consumer: ida@holm.example, start_date: 2020-01-01}, {consumer: nils@holm.example, start_date: 2020-01-01}]}
		  - {name: Solo, member: [{consumer: solo@one.example, start_date: 2020-01-01}]}
		  - {name: Old, member: [{consumer: ida@holm.example, start_date: 2010-01-01, end_date: 2012-01-01}]}
		asset:
		  - {asset_tag: P-1, product: Printer, account: Acme}
		  - {asset_tag: P-2, product: Printer, account: Acme East}
		  - {asset_tag: P-3, product: Printer, account: Beta}
		  - {asset_tag: W-1, product: Washer, consumer: ida@holm.example}
		install_base_item:
		  - {name: Line 1, external_id: L1, account: Acme, contact: geneva@acme.example, product: Printer, asset: P-1}
		  - {name: Line 2, external_id: L2, consumer: ida@holm.example, product: Washer}
		  - {name: Line 3, external_id: L3, household: Holm, product: Washer}
		  - {name: Line 4, external_id: L4, account: Acme, product: Printer, state: inactive, uninstall_date: 2024-01-01}
		sold_product:
		  - {external_id: S1, product: Printer, account: Acme, contact: geneva@acme.example, start_date: 2023-01-01}
		  - {external_id: S2, product: Washer, household: Holm, start_date: 2023-01-01}
	EOF
	csm import world.yaml >/dev/null
}

new() { csm case new --short-description x "$@" >/dev/null; }
refuses() {
	local text=$1

	shift
	run_csm case new --short-description x "$@"
	fails 4 "$text" && eq "$(csm case list --count)" 0
}
last() { csm case list --sort -number --limit 1 --fields "$1" --no-header -o csv; }

@test "the account is the contact's, and the zone" {
	new --contact geneva@acme.example
	eq "$(last account.name,contact_time_zone)" Acme,Europe/Berlin
	csm contact edit geneva@acme.example --time-zone UTC >/dev/null
	run_csm case edit CS0000001 --contact-time-zone UTC
	fails 2 "unknown option"
	eq "$(last contact_time_zone)" Europe/Berlin
}

@test "a contact of another account needs a relationship to this one" {
	refuses "is a contact of ACCT0000003, not of ACCT0000001, and has no relationship to it" --account Acme --contact nix@beta.example
	csm config set contact.restrict_within_account_hierarchy false >/dev/null
	csm contact-relationship new --contact nix@beta.example --account Acme >/dev/null
	new --account Acme --contact nix@beta.example
	eq "$(last account.name,contact.name)" Acme,Nix
}

@test "with another contact the account follows, unless it is given; a bond that ends later leaves old cases as they are" {
	new --contact geneva@acme.example
	csm case edit CS0000001 --contact nix@beta.example >/dev/null
	eq "$(last account.name)" Beta
	run_csm case edit CS0000001 --account Acme
	fails 4 "is a contact of ACCT0000003, not of ACCT0000001"
	csm contact edit nix@beta.example --account "Acme East" >/dev/null
	run_csm case edit CS0000001 --priority 2
	ok
	eq "$(last account.name,priority)" Beta,2
}

@test "product and customer are the asset's" {
	new --asset P-1
	eq "$(last account.name,product.name)" Acme,Printer
	new --asset W-1
	eq "$(last account.name,consumer.email,household.name,product.name)" ",ida@holm.example,Holm,Washer"
	csm case edit CS0000002 --consumer nils@holm.example --asset "" >/dev/null
	eq "$(last consumer.email,asset,product.name)" nils@holm.example,,Washer
	csm case edit CS0000001 --asset P-2 >/dev/null
	eq "$(csm case list CS0000001 --fields asset.asset_tag,account.name --no-header -o csv)" P-2,Acme
}

@test "an asset is a piece of the product, and the customer's: his own, below his account, or of one related to it" {
	refuses "product: asset AST0000001 is a" --asset P-1 --product Washer --account Acme
	refuses "asset: AST0000003 belongs to another customer" --asset P-3 --account Acme
	refuses "asset: AST0000001 belongs to another customer" --asset P-1 --account "Acme East"
	refuses "asset: AST0000001 belongs to another customer" --asset P-1 --consumer ida@holm.example
	refuses "asset: AST0000004 belongs to another customer" --asset W-1 --consumer solo@one.example
	refuses "asset: AST0000004 belongs to another customer" --asset W-1 --account Acme
	new --asset P-2 --account Acme
	csm account-relationship new --from-account Acme --to-account Beta --relationship-type Business >/dev/null
	new --asset P-3 --account Acme
	eq "$(csm case list --count)" 2
}

@test "where assets are assigned to contacts, the case's contact has the case's asset" {
	csm config set asset.use_contact_relationship true >/dev/null
	refuses "asset: AST0000001 is not assigned to" --asset P-1 --contact geneva@acme.example
	new --asset P-1 --account Acme
	csm asset-contact new --asset P-1 --contact geneva@acme.example >/dev/null
	new --asset P-1 --contact geneva@acme.example
	csm asset edit P-2 --contact east@acme.example >/dev/null
	new --asset P-2 --contact east@acme.example
	csm config set asset.use_contact_relationship false >/dev/null
	eq "$(csm case list --count)" 3
}

@test "an item brings customer, contact, product and asset; it is in use, and the customer's" {
	new --install-base-item L1
	eq "$(last account.name,contact.email,product.name,asset.asset_tag)" Acme,geneva@acme.example,Printer,P-1
	new --install-base-item L2
	eq "$(last account.name,consumer.email,household.name,product.name)" ,ida@holm.example,Holm,Washer
	new --install-base-item L3
	eq "$(last consumer,household.name)" ,Holm
	csm case edit CS0000001 --install-base-item "" >/dev/null
	csm case edit CS0000003 --install-base-item L2 --consumer ida@holm.example >/dev/null
	eq "$(last consumer.email,product.name)" ida@holm.example,Washer
	run_csm case new --short-description x --install-base-item L4
	fails 4 "install_base_item: IBITM0000004 is no longer in use"
	run_csm case new --short-description x --install-base-item L1 --account Beta
	fails 4 "belongs to another customer"
	run_csm case new --short-description x --install-base-item L1 --consumer ida@holm.example
	fails 4 "belongs to another customer"
	run_csm case new --short-description x --install-base-item L3 --consumer solo@one.example
	fails 4 "belongs to another customer"
	csm install-base-item uninstall L2 >/dev/null
	run_csm case edit CS0000003 --priority 2
	ok
}

@test "a sold product brings the same, and is the customer's" {
	new --sold-product S1
	eq "$(last account.name,contact.email,product.name)" Acme,geneva@acme.example,Printer
	new --sold-product S2 --consumer nils@holm.example
	eq "$(last consumer.email,household.name,product.name)" nils@holm.example,Holm,Washer
	run_csm case new --short-description x --sold-product S1 --account Beta
	fails 4 "sold_product: SLPRD0000001 belongs to another customer"
	run_csm case new --short-description x --sold-product S2 --consumer solo@one.example
	fails 4 "sold_product: SLPRD0000002 belongs to another customer"
}

@test "a partner acts for accounts that it serves, and with its own contact" {
	refuses "partner: ACCT0000003 is no partner" --account Acme --partner Beta
	refuses "partner: ACCT0000004 has no account relationship as partner of ACCT0000001" --account Acme --partner Helpers
	refuses "partner: a partner acts for an account, and the case has none" --consumer ida@holm.example --partner Helpers
	refuses "partner_contact: needs a partner" --account Acme --partner-contact hand@helpers.example
	csm account-relationship new --from-account Helpers --to-account Acme --relationship-type Business >/dev/null
	refuses "has no account relationship as partner" --account Acme --partner Helpers
	csm account-relationship new --from-account Helpers --to-account Acme --relationship-type Partner >/dev/null
	refuses "partner_contact: CNT0000003 is no contact of ACCT0000004" --account Acme --partner Helpers --partner-contact nix@beta.example
	new --account Acme --partner Helpers --partner-contact hand@helpers.example
	csm case edit CS0000001 --partner "" >/dev/null
	eq "$(last partner,partner_contact)" ,
	csm case edit CS0000001 --partner Helpers >/dev/null
	csm account-relationship-type edit Partner --active false >/dev/null
	run_csm case edit CS0000001 --priority 2
	ok
	run_csm case new --short-description x --account Acme --partner Helpers
	fails 4 "has no account relationship as partner"
}

@test "one customer: company, person or household, or employee" {
	refuses "a case needs a customer"
	refuses "an employee is the customer only where no account or consumer is" --account Acme --internal-user emma
	refuses "is no consumer of ACCT0000001; a case has an account or a consumer" --account Acme --consumer ida@holm.example
	refuses "household: a case has an account or a household" --account Acme --household Solo --consumer ""
	refuses "household: CSMR0000003 is no current member of HOLD0000001" --household Holm --consumer solo@one.example
	refuses "is no current member of HOLD0000003" --household Old --consumer ida@holm.example
	csm consumer-account new --consumer ida@holm.example --account Acme >/dev/null
	new --account Acme --consumer ida@holm.example
	eq "$(last household.name,contact_time_zone)" Holm,Asia/Tokyo
}

@test "the only member stands for his household, and the other way round; with another consumer the household changes" {
	new --household Solo
	eq "$(last consumer.email)" solo@one.example
	new --household Holm
	eq "$(last consumer,household.name)" ,Holm
	new --consumer ida@holm.example
	csm case edit CS0000003 --consumer solo@one.example >/dev/null
	eq "$(last household.name)" Solo
}

@test "impact and urgency give the priority, where the setting says so and none is given" {
	new --account Acme --impact 1 --urgency 1
	eq "$(last priority)" 4
	csm config set priority.matrix true >/dev/null
	for pair in 1,1=1 1,2=2 1,3=3 2,1=2 2,2=3 2,3=4 3,1=3 3,2=4 3,3=4; do
		new --account Acme --impact "${pair:0:1}" --urgency "${pair:2:1}"
		eq "$(last priority)" "${pair#*=}"
	done
	csm case edit CS0000010 --impact 1 --urgency 2 >/dev/null
	eq "$(last priority)" 2
	csm case edit CS0000010 --impact 1 --urgency 1 --priority 4 >/dev/null
	eq "$(last priority)" 4
	csm case edit CS0000010 --description x >/dev/null
	eq "$(last priority)" 4
}

@test "each change of the assignee is counted, not the first" {
	csm user new --user-name bert --last-name K >/dev/null
	new --account Acme --assigned-to anna
	eq "$(last assigned_on,reassignment_count)" 2024-03-01T09:00:00Z,0
	export CSM_NOW=2024-03-01T10:00:00Z
	csm case edit CS0000001 --assigned-to bert >/dev/null
	csm case edit CS0000001 --priority 1 >/dev/null
	eq "$(last assigned_on,reassignment_count)" 2024-03-01T10:00:00Z,1
	csm case edit CS0000001 --assigned-to "" >/dev/null
	eq "$(last assigned_on,reassignment_count)" ,2
}

@test "a parent is not below its child" {
	new --account Acme
	new --account Acme --parent-case CS0000001
	run_csm case edit CS0000001 --parent-case CS0000002
	fails 4 "parent_case: 'CS0000002' would make the record its own ancestor"
}

@test "an import states a case as it is: given values stay, nothing acts, only what contradicts itself is refused" {
	cat >old.yaml <<-'EOF'
		csm: 1
		case:
		  - {external_id: A, short_description: x, account: Acme, contact: nix@beta.example, asset: P-3, state: awaiting_info, needs_attention: true,
		     assigned_to: anna, reassignment_count: 7, opened_at: 2019-01-01T00:00:00Z}
		  - {external_id: B, short_description: x, contact: geneva@acme.example, state: resolved, resolved_at: 2020-01-02T00:00:00Z,
		     opened_at: 2020-01-01T00:00:00Z}
	EOF
	csm import old.yaml >/dev/null
	eq "$(csm case list --fields account.name,state,assigned_on,reassignment_count,auto_close,action_status,product.name --no-header -o csv)" \
		"Acme,awaiting_info,,7,false,needs_attention,Printer
Acme,resolved,,0,false,,"
	eq "$(csm blocking-task list --count)" 0
	for bad in 'state: resolved' 'state: closed' 'state: open, closed_at: 2024-01-02T00:00:00Z' 'state: open, resolved_at: 2024-01-02T00:00:00Z' \
		'state: closed, closed_at: 2023-01-01T00:00:00Z' 'internal_user: emma' \
		'state: closed, resolved_at: 2024-01-03T00:00:00Z, closed_at: 2024-01-02T00:00:00Z'; do
		printf 'csm: 1\ncase: [{short_description: x, account: Acme, opened_at: 2024-01-01T00:00:00Z, %s}]\n' "$bad" >bad.yaml
		run_csm import bad.yaml
		[ "$status" -ne 0 ] || wrong "taken: $bad"
	done
	eq "$(csm case list --count)" 2
}
