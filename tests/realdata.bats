#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Data of the world through the mappings in schema/map: how many records of each type came in, how many rows were rejected and for which
# reason. Each figure stands here, and is counted again by sqlite3 or jq from the file itself.
load helpers

setup() {
	[ -d "${CSM_TEST_DATA-}" ] || skip "CSM_TEST_DATA is not set"
	csm_setup
	csm init 2>/dev/null
	maps=$CSM_ROOT/schema/map
	northwind=$CSM_TEST_DATA/customers/northwind
	classic=$CSM_TEST_DATA/customers/classicmodels
	salesforce=$CSM_TEST_DATA/salesforce/jml-dx-box/data
	tickets=$CSM_TEST_DATA/tickets
}

# take MAP FILE: import what can be imported; status, out (the counts) and err (the findings) are of this load
take() {
	run_csm import "$2" --map "$maps/$1.yaml" --on-error=skip -o tsv -v
}

# whole: nothing was rejected
whole() {
	[ "$status" -eq 0 ] || wrong "the status is not 0"
	eq "$(awk -F '\t' 'NR > 1 { n += $7 } END { print n + 0 }' <<<"$out")" 0
}

# partly: some was, and the status says so
partly() {
	[ "$status" -eq 1 ] || wrong "the status is not 1"
	[ -n "$err" ] || wrong "no findings"
}

# counts: "TYPE CREATED REJECTED" of the load, a line each
counts() {
	awk -F '\t' 'NR > 1 { print $1, $3, $7 }' <<<"$out"
}

# reasons: how often each reason was given; without file, line, number and moments
reasons() {
	# the columns are told in map-faults.bats
	grep -v -e 'were rejected, whole or in part$' -e ' created$' -e ' updated: ' <<<"$err" | sed -E -e 's/^csm: [^ ]*:[0-9]+(:[0-9]+)?: //' -e 's/^([a-z_]+) [^:]+: /\1: /' -e "s/: columns? '[^:]*': /: /" \
		-e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z/MOMENT/g' -e 's/; did you mean .*//' -e 's/(record at )[^ ]*:[0-9]+/\1FILE:LINE/' |
		sort | uniq -c | sed 's/^ *//'
}

# table FILE NAME: the file as a table of a scratch database, read by the sqlite3 shell
table() {
	sqlite3 scratch.db ".import --csv '$1' $2"
}

sql() {
	sqlite3 -separator ' ' scratch.db "$1"
}

# stored SQL: from csm's database, by the sqlite3 shell
stored() {
	sqlite3 -readonly -separator ' ' "$CSM_DB" "$1"
}

# again MAP FILE: the same load again changes nothing
again() {
	take "$1" "$2"
	eq "$(awk -F '\t' 'NR > 1 { n += $3 + $4 } END { print n + 0 }' <<<"$out")" 0
}

# --- Northwind ---

@test "northwind customers.csv: 91 accounts, 91 contacts, none rejected; NULL is nothing" {
	table "$northwind/customers.csv" t
	take northwind-customers "$northwind/customers.csv"
	whole
	eq "$(counts)" $'account 91 0\ncontact 91 0'
	eq "$(sql "SELECT count(*), count(DISTINCT contactName) FROM t")" "91 91"
	eq "$(stored "SELECT count(*) FROM accounts WHERE state IS NULL")" "$(sql "SELECT count(*) FROM t WHERE region = 'NULL'")"
	eq "$(stored "SELECT count(*) FROM accounts WHERE fax_phone IS NOT NULL")" "$(sql "SELECT count(*) FROM t WHERE fax <> 'NULL'")"
	eq "$(stored "SELECT name FROM accounts ORDER BY name" | md5sum)" "$(sql "SELECT companyName FROM t ORDER BY companyName" | md5sum)"
	eq "$(stored "SELECT count(*) FROM accounts a JOIN contacts c ON c.id = a.primary_contact AND c.account = a.id")" 91
	eq "$(csm account list --where 'country = "Norway"' --fields name,primary_contact.name --no-header -o tsv)" \
		"$(sql "SELECT companyName || char(9) || contactName FROM t WHERE country = 'Norway'")"
	eq "$(csm account list --where 'customer = true and partner = false' --count)" 91
	again northwind-customers "$northwind/customers.csv"
}

@test "northwind suppliers.csv: 29 partners, 29 contacts, none rejected" {
	table "$northwind/suppliers.csv" t
	take northwind-suppliers "$northwind/suppliers.csv"
	whole
	eq "$(counts)" $'account 29 0\ncontact 29 0'
	eq "$(sql "SELECT count(*), count(DISTINCT contactName) FROM t")" "29 29"
	eq "$(csm account list --where 'partner = true and customer = false' --count)" 29
	eq "$(stored "SELECT count(*) FROM accounts WHERE website IS NOT NULL")" "$(sql "SELECT count(*) FROM t WHERE homePage LIKE '%#%'")"
	eq "$(stored "SELECT website FROM accounts WHERE name = 'Formaggi Fortini s.r.l.'")" FORMAGGI.HTM
	again northwind-suppliers "$northwind/suppliers.csv"
}

@test "northwind employees.csv: 9 users with their managers, in whatever order they come" {
	table "$northwind/employees.csv" t
	take northwind-employees "$northwind/employees.csv"
	whole
	eq "$(counts)" "user 9 0"
	eq "$(sql "SELECT count(*) FROM t")" 9
	eq "$(stored "SELECT u.first_name, m.first_name FROM users u LEFT JOIN users m ON m.id = u.manager ORDER BY u.id")" \
		"$(sql "SELECT e.firstName, m.firstName FROM t e LEFT JOIN t m ON m.employeeID = e.reportsTo ORDER BY e.employeeID + 0")"
	again northwind-employees "$northwind/employees.csv"
}

@test "northwind categories.csv and products.csv: 8 product lines, 77 products, none rejected" {
	table "$northwind/categories.csv" c
	table "$northwind/products.csv" p
	take northwind-categories "$northwind/categories.csv"
	whole
	eq "$(counts)" "product_line 8 0"
	take northwind-products "$northwind/products.csv"
	whole
	eq "$(counts)" "product 77 0"
	eq "$(sql "SELECT (SELECT count(*) FROM c), (SELECT count(*) FROM p)")" "8 77"
	eq "$(stored "SELECT l.name, count(*), sum(p.cost) FROM products p JOIN product_lines l ON l.id = p.product_line GROUP BY 1 ORDER BY 1")" \
		"$(sql "SELECT categoryName, count(*), CAST(round(sum(unitPrice * 100)) AS INTEGER) FROM p JOIN c USING (categoryID) GROUP BY 1 ORDER BY 1")"
	eq "$(csm product list --status retired --count)" "$(sql "SELECT count(*) FROM p WHERE discontinued = '1'")"
	again northwind-products "$northwind/products.csv"
}

@test "northwind products.csv before its categories: all 77 rejected, since there is no such product line" {
	take northwind-products "$northwind/products.csv"
	partly
	eq "$(counts)" "product 0 77"
	eq "$(reasons | awk '{ n += $1 } /product_line: there is no product_line/ { m += $1 } END { print n, m }')" "77 77"
	eq "$(stored "SELECT count(*) FROM products")" 0
}

# --- Classic Models ---

@test "classicmodels offices and employees: 7 locations; 22 of 23 users, one has another one's e-mail" {
	table "$classic/Offices.csv" o
	table "$classic/Employees.csv" e
	take classicmodels-offices "$classic/Offices.csv"
	whole
	eq "$(counts)" "location 7 0"
	eq "$(sql "SELECT count(*) FROM o")" 7
	take classicmodels-employees "$classic/Employees.csv"
	partly
	eq "$(counts)" "user 22 1"
	eq "$(sql "SELECT count(DISTINCT email), count(*) - count(DISTINCT email) FROM e")" "22 1"
	eq "$(reasons)" "1 user: user_name: 'jfirrelli' is also the key of the record at FILE:LINE of this load"
	err_has "Employees.csv:10:"
	eq "$(sql "SELECT email FROM e GROUP BY 1 HAVING count(*) > 1")" jfirrelli@classicmodelcars.com
	eq "$(stored "SELECT l.city, count(*) FROM users u JOIN locations l ON l.id = u.location GROUP BY 1 ORDER BY 1")" \
		"$(sql "SELECT city, count(*) FROM (SELECT min(employeeNumber), officeCode FROM e GROUP BY email) JOIN o USING (officeCode) GROUP BY 1 ORDER BY 1")"
	again classicmodels-employees "$classic/Employees.csv"
}

@test "classicmodels customers: 122 accounts, 122 contacts; 94 of 100 account managers, 6 are the user that was rejected" {
	table "$classic/Customers.csv" c
	csm import "$classic/Offices.csv" --map "$maps/classicmodels-offices.yaml" -q >/dev/null
	take classicmodels-employees "$classic/Employees.csv"
	take classicmodels-customers "$classic/Customers.csv"
	partly
	eq "$(counts)" $'account 122 0\naccount_team_member 94 6\ncontact 122 0'
	eq "$(sql "SELECT count(*), sum(salesRepEmployeeNumber NOT IN ('', '1188')), sum(salesRepEmployeeNumber = '1188') FROM c")" "122 94 6"
	eq "$(reasons)" "6 account_team_member: member: there is no user 'classicmodels-1188'"
	eq "$(stored "SELECT u.external_id, count(*) FROM account_team_members t JOIN users u ON u.id = t.member GROUP BY 1 ORDER BY 1")" \
		"$(sql "SELECT 'classicmodels-' || salesRepEmployeeNumber, count(*) FROM c WHERE salesRepEmployeeNumber NOT IN ('', '1188') GROUP BY 1 ORDER BY 1")"
	eq "$(stored "SELECT count(*) FROM accounts WHERE street LIKE '%, %'")" \
		"$(sql "SELECT count(*) FROM c WHERE trim(addressLine1) LIKE '%, %' OR trim(addressLine2) <> ''")"
	eq "$(stored "SELECT country, count(*) FROM accounts GROUP BY 1 ORDER BY 1")" \
		"$(sql "SELECT trim(country), count(*) FROM c GROUP BY 1 ORDER BY 1")"
	again classicmodels-customers "$classic/Customers.csv"
}

@test "classicmodels product lines and products: 7 and 110, none rejected" {
	table "$classic/ProductLines.csv" l
	table "$classic/Products.csv" p
	take classicmodels-productlines "$classic/ProductLines.csv"
	whole
	eq "$(counts)" "product_line 7 0"
	take classicmodels-products "$classic/Products.csv"
	whole
	eq "$(counts)" "product 110 0"
	eq "$(sql "SELECT (SELECT count(*) FROM l), (SELECT count(*) FROM p)")" "7 110"
	eq "$(stored "SELECT l.name, count(*), sum(p.cost) FROM products p JOIN product_lines l ON l.id = p.product_line GROUP BY 1 ORDER BY 1")" \
		"$(sql "SELECT productLine, count(*), CAST(round(sum(buyPrice * 100)) AS INTEGER) FROM p GROUP BY 1 ORDER BY 1")"
	again classicmodels-products "$classic/Products.csv"
}

# --- Salesforce ---

@test "salesforce: 16 accounts, 20 contacts; of 26 cases the 3 new ones, 23 are closed and nobody knows when" {
	for kind in Accounts Contacts Cases; do
		jq -c '.records[]' "$salesforce/$kind.json" >"$kind.ndjson"
	done
	take salesforce-accounts Accounts.ndjson
	whole
	eq "$(counts)" "account 16 0"
	eq "$(jq '.records | length' "$salesforce/Accounts.json")" 16
	take salesforce-contacts Contacts.ndjson
	whole
	eq "$(counts)" "contact 20 0"
	eq "$(jq '.records | length' "$salesforce/Contacts.json")" 20
	take salesforce-cases Cases.ndjson
	partly
	eq "$(counts)" "case 3 23"
	eq "$(jq -r '[.records[].Status] | map(select(. == "Closed")) | length' "$salesforce/Cases.json")" 23
	eq "$(jq '[.records[] | select(has("ClosedDate") or has("CreatedDate"))] | length' "$salesforce/Cases.json")" 0
	eq "$(reasons)" "23 case: closed_at: is needed in state closed"
	again salesforce-contacts Contacts.ndjson
}

@test "salesforce with the day of the export for the moments it leaves out: all 26 cases, each with its account and contact" {
	jq -c '.records[]' "$salesforce/Accounts.json" >accounts.ndjson
	jq -c '.records[]' "$salesforce/Contacts.json" >contacts.ndjson
	# the step that the mapping's heading tells
	jq -c --arg at 2024-01-31T00:00:00Z '.records[] | .CreatedDate //= $at
		| if .Status == "Closed" then .ClosedDate //= $at else . end' "$salesforce/Cases.json" >cases.ndjson
	csm import accounts.ndjson --map "$maps/salesforce-accounts.yaml" -q >/dev/null
	csm import contacts.ndjson --map "$maps/salesforce-contacts.yaml" -q >/dev/null
	take salesforce-cases cases.ndjson
	whole
	eq "$(counts)" "case 26 0"
	eq "$(stored "SELECT state || ' ' || priority || ' ' || channel, count(*) FROM cases GROUP BY 1 ORDER BY 1")" \
		"$(jq -r '.records[] | [(.Status | ascii_downcase), {High: 2, Medium: 3, Low: 4}[.Priority], (.Origin | ascii_downcase)] | join(" ")' \
			"$salesforce/Cases.json" | sort | uniq -c | awk '{ print $2, $3, $4, $1 }')"
	eq "$(stored "SELECT a.external_id, c.external_id FROM cases s JOIN accounts a ON a.id = s.account JOIN contacts c ON c.id = s.contact ORDER BY s.id")" \
		"$(jq -r '.records[] | "salesforce-\(.AccountId | ltrimstr("@")) salesforce-\(.ContactId | ltrimstr("@"))"' "$salesforce/Cases.json")"
	again salesforce-cases cases.ndjson
}

# --- tickets ---

@test "support tickets: 8320 consumers, 42 products, 7104 of 8469 cases; 1365 were resolved before the first response" {
	table "$tickets/customer_support_tickets_variant.csv" t
	take support-tickets "$tickets/customer_support_tickets_variant.csv"
	partly
	eq "$(counts)" $'consumer 8320 0\nproduct 42 0\ncase 7104 1365'
	eq "$(reasons)" "1365 case: resolved_at: MOMENT is before opened_at (MOMENT)"
	# hours have one digit before ten, so the moments are brought into one form first
	sql "CREATE VIEW v AS SELECT *, substr(\"First Response Time\", 1, 10) || substr('0' || substr(\"First Response Time\", 12), -5) AS answered,
		substr(\"Time to Resolution\", 1, 10) || substr('0' || substr(\"Time to Resolution\", 12), -5) AS solved FROM t"
	eq "$(sql "SELECT count(DISTINCT lower(\"Customer Email\")), count(DISTINCT \"Product Purchased\"), count(*) FROM t")" "8320 42 8469"
	eq "$(sql "SELECT count(*) FROM v WHERE \"Ticket Status\" = 'Closed' AND solved < answered")" 1365
	eq "$(stored "SELECT state, priority, channel, count(*) FROM cases GROUP BY 1, 2, 3 ORDER BY 1, 2, 3")" \
		"$(sql "SELECT CASE \"Ticket Status\" WHEN 'Open' THEN 'new' WHEN 'Closed' THEN 'closed' ELSE 'awaiting_info' END,
			CASE \"Ticket Priority\" WHEN 'Critical' THEN 1 WHEN 'High' THEN 2 WHEN 'Medium' THEN 3 ELSE 4 END,
			CASE \"Ticket Channel\" WHEN 'Social media' THEN 'social' ELSE lower(\"Ticket Channel\") END, count(*)
			FROM v WHERE NOT (\"Ticket Status\" = 'Closed' AND solved < answered) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3")"
	# of several names of one address the first stands, and each ticket has the consumer of its address
	[ "$(sql "SELECT count(*) FROM (SELECT 1 FROM t GROUP BY \"Customer Email\" HAVING count(DISTINCT \"Customer Name\") > 1)")" -gt 100 ]
	eq "$(stored "SELECT email, name FROM consumers ORDER BY 1" | md5sum)" \
		"$(sql "SELECT \"Customer Email\", \"Customer Name\" FROM t GROUP BY 1 HAVING min(rowid) ORDER BY 1" | md5sum)"
	eq "$(stored "SELECT substr(c.external_id, 8) + 0, p.email FROM cases c JOIN consumers p ON p.id = c.consumer ORDER BY 1" | md5sum)" \
		"$(sql "ATTACH '$CSM_DB' AS d; SELECT \"Ticket ID\" + 0, lower(\"Customer Email\") FROM t
			WHERE 'ticket-' || \"Ticket ID\" IN (SELECT external_id FROM d.cases) ORDER BY 1" | md5sum)"
	csm db check
	again support-tickets "$tickets/customer_support_tickets_variant.csv"
}

@test "ibm incidents: 1 account, 6 groups, 13 users, 39 of 67 cases; 20 closed before they were resolved, 8 open ones have a closing moment" {
	table "$tickets/ibm_incidents_REST.csv" t
	take ibm-incidents "$tickets/ibm_incidents_REST.csv"
	partly
	eq "$(counts)" $'user 13 0\ngroup 6 0\naccount 1 0\ncase 39 28'
	eq "$(reasons)" $'20 case: closed_at: MOMENT is before resolved_at (MOMENT)\n8 case: closed_at: is given, but the state is open'
	eq "$(sql "SELECT count(DISTINCT nullif(assignment_group, '')) FROM t")" 6
	eq "$(sql "SELECT count(*) FROM (SELECT opened_by FROM t UNION SELECT resolved_by FROM t UNION SELECT closed_by FROM t) WHERE opened_by <> ''")" 13
	eq "$(sql "SELECT count(*), sum(closed_at <> '' AND resolved_at > closed_at), sum(closed_at <> '' AND incident_state = '2') FROM t")" "67 20 8"
	eq "$(stored "SELECT state, priority, count(*) FROM cases GROUP BY 1, 2 ORDER BY 1, 2")" \
		"$(sql "SELECT CASE incident_state WHEN '1' THEN 'new' WHEN '2' THEN 'open' WHEN '3' THEN 'awaiting_info' ELSE 'closed' END AS s,
			min(priority, '4') AS p, count(*) FROM t WHERE NOT (closed_at <> '' AND (resolved_at > closed_at OR incident_state = '2'))
			GROUP BY 1, 2 ORDER BY 1, 2")"
	eq "$(stored "SELECT g.external_id, count(*) FROM cases c JOIN groups g ON g.id = c.assignment_group GROUP BY 1 ORDER BY 1")" \
		"$(sql "SELECT assignment_group, count(*) FROM t WHERE assignment_group <> ''
			AND NOT (closed_at <> '' AND (resolved_at > closed_at OR incident_state = '2')) GROUP BY 1 ORDER BY 1")"
	eq "$(stored "SELECT count(*) FROM cases WHERE parent_case IS NOT NULL")" \
		"$(sql "SELECT count(*) FROM t c JOIN t p ON p.sys_id = c.parent_incident")"
	again ibm-incidents "$tickets/ibm_incidents_REST.csv"
}

# --- mappings ---

@test "all of it in one database: nothing is wrong, and it comes out and in again the same" {
	take northwind-customers "$northwind/customers.csv"
	take northwind-suppliers "$northwind/suppliers.csv"
	take northwind-employees "$northwind/employees.csv"
	take northwind-categories "$northwind/categories.csv"
	take northwind-products "$northwind/products.csv"
	take classicmodels-offices "$classic/Offices.csv"
	take classicmodels-employees "$classic/Employees.csv"
	take classicmodels-customers "$classic/Customers.csv"
	take classicmodels-productlines "$classic/ProductLines.csv"
	take classicmodels-products "$classic/Products.csv"
	take ibm-incidents "$tickets/ibm_incidents_REST.csv"
	eq "$(stored "SELECT count(*) FROM accounts")" $((91 + 29 + 122 + 1))
	csm db check 2>/dev/null
	csm db verify 2>/dev/null
	csm export --output one.yaml 2>/dev/null
	CSM_DB=second.db csm init 2>/dev/null
	CSM_DB=second.db csm import one.yaml -q >/dev/null
	CSM_DB=second.db csm export --output two.yaml 2>/dev/null
	cmp one.yaml two.yaml
}

@test "without --on-error=skip a rejected row stores nothing" {
	run_csm import "$classic/Employees.csv" --map "$maps/classicmodels-employees.yaml"
	fails 65 jfirrelli
	eq "$(stored "SELECT count(*) FROM users")" 0
}

@test "a mapping for another file says which column is missing" {
	run_csm import "$classic/Customers.csv" --map "$maps/northwind-customers.yaml"
	fails 65 "no column 'customerID'"
}
