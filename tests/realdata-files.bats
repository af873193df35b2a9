#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Every file of the data of the world, as tests/fixtures/realdata.txt says: what it becomes through the mapping that comes with csm, what is rejected and
# why, counted again from the file by the sqlite3 shell; or why it has no place. And what the mappings of moments make of whole files.
load helpers

setup_file() {
	[ -d "${CSM_TEST_DATA-}" ] || return 0
	load helpers
	export CSM_NOW=2024-03-01T09:00:00Z HOME=$BATS_FILE_TMPDIR LC_ALL=C TZ=UTC
	export CSM_SHARE=$CSM_ROOT/schema WORLDS=$BATS_FILE_TMPDIR
	cd "$BATS_FILE_TMPDIR" || return 1
	"$CSM_BIN" --db empty.db init -q
	table="$CSM_ROOT/tests/fixtures/realdata.txt"
	# one after the other, in the order of the table: what came is kept, the tests look at it
	while read -r word world map file; do
		[ "$word" = load ] || continue
		load_file "$world" "$map" "$file"
	done <"$table"
	take_apart "$table"
}

# load_file WORLD MAPPING FILE: NAME.out and NAME.status, where NAME is the file with - for /
load_file() {
	local name=${3//\//-} status=0

	[ -f "$1.db" ] || cp empty.db "$1.db"
	"$CSM_BIN" --db "$1.db" import "$CSM_TEST_DATA/$3" --map "$2" --on-error=skip -o tsv --no-header -v >raw 2>notes || status=$?
	echo "$status" >"$name.status"
	{
		awk -F '\t' '{ print $1, $3, $7 }' raw
		grep -v -e 'were rejected, whole or in part$' -e 'of the input, none rejected$' -e 'nothing to change' -e ' created$' -e ' updated: ' notes | sed -E -e 's/^csm: //' -e 's/^[^ ]*:[0-9]+(:[0-9]+)?: //' -e 's/^([a-z_]+) [^:]+: ([a-z_]+: )/\1: \2/' \
			-e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z/MOMENT/g' -e "s/'[^']*'/'...'/g" -e "s/: columns? '...'(, '...')*: /: /" -e 's/; did you mean .*//' -e 's/(\{[a-z_]+: )[^}]*\}/\1...}/' \
			-e 's/(record at )[^ ]*:[0-9]+/\1FILE:N/' -e 's/(^|: )byte [0-9]+ /\1byte N /' | sort | uniq -c |
			sed -E -e 's/^ *//' -e 's/^1 ([0-9]+ of [0-9]+ rows made no record)/\1/'
	} | sort >"$name.out"
}

# take_apart TABLE: NAME.said, what the table says, and NAME.counted, what its SQL says, of each file that is loaded
take_apart() {
	local bad name world file

	bad=$(printf '\xc2\x80-\xc2\x9f')
	awk -v folder="$CSM_TEST_DATA" -v bad="$bad" '
		/^#/ || /^$/ { next }
		/^load / { file = $4; name = file; gsub("/", "-", name); base = file; sub(".*/", "", base); sub("[.][a-z]*$", "", base); world = $2
			print world, name, file, base >"order"; next }
		/^none / { name = ""; next }
		name != "" && /^\t= / { sub(/^\t= /, ""); gsub("DIR", folder); gsub("BAD", bad)
			gsub(/CREATE TABLE /, "CREATE TEMP TABLE "); print >(name ".sql"); next }
		name != "" { sub(/^\t/, ""); print >(name ".said") }' "$1"
	while read -r world name file base; do
		{
			case $file in
			*.csv) printf '.import --csv "%s" "%s"\nCREATE TEMP VIEW t AS SELECT * FROM "%s";\n' "$CSM_TEST_DATA/$file" "$base" "$base" ;;
			esac
			cat "$name.sql"
		} | sqlite3 "$world.src" 2>"$name.failed" | sort >"$name.counted"
		sort -o "$name.said" "$name.said"
	done <order
}

setup() {
	[ -d "${CSM_TEST_DATA-}" ] || skip "CSM_TEST_DATA is not set"
	cd "$WORLDS" || return 1
}

# agree WORLD...: what came of each file is what the table says, and what the file says
agree() {
	local world name file base bad=0

	for world; do
		while read -r w name file base; do
			[ "$w" = "$world" ] || continue
			[ ! -s "$name.failed" ] || { cat "$name.failed" >&2; bad=1; }
			diff -u --label "$file: the table" --label "$file: csm" "$name.said" "$name.out" >&2 || bad=1
			diff -u --label "$file: the table" --label "$file: the file itself" "$name.said" "$name.counted" >&2 || bad=1
			# the status is 1 where something was rejected, 0 where nothing was
			[ "$(cat "$name.status")" = "$(awk '/^[a-z_]+ [0-9]+ [0-9]+$/ { n += $3 } / byte N is / { n += $1 } END { print (n > 0) }' "$name.said")" ] ||
				{ echo "$file: status $(cat "$name.status")" >&2; bad=1; }
		done <order
	done
	[ "$bad" -eq 0 ]
}

@test "every file of the folders is in the table, once, and no other" {
	(cd "$CSM_TEST_DATA" && find tickets customers vendor salesforce -type f) | sort >there
	awk '/^load / { print $4 } /^none / { none = 1; next } /^load / { none = 0 } none && /^\t/ { print $1 }' "$CSM_ROOT/tests/fixtures/realdata.txt" | sort >listed
	diff -u there listed >&2
	eq "$(wc -l <there)" "$(sort -u listed | wc -l)"
	# those that have no place have a reason, and so have rows of their own: none is empty
	awk '/^none ?$/ { exit 1 }' "$CSM_ROOT/tests/fixtures/realdata.txt"
}

@test "every mapping that comes with csm is one of the table" {
	eq "$(cd "$CSM_ROOT/schema/map" && printf '%s\n' * | sed 's/\.yaml$//' | sort)" "$(awk '/^load / { print $3 }' "$CSM_ROOT/tests/fixtures/realdata.txt" | sort -u)"
}

@test "customers: Chinook, Northwind, Classic Models" {
	agree chinook northwind classic
}

@test "tickets" {
	agree city complaints-a complaints-b itsm sla-tickets help-desk incidents support
}

@test "salesforce trees" {
	agree trees
}

@test "vendor: Intercom, Jira, Qualtrics, Salesforce, ServiceNow, Shopify" {
	agree intercom jira qualtrics salesforce servicenow shopify
}

@test "nothing that was loaded is wrong" {
	for db in *.db; do
		"$CSM_BIN" --db "$db" db check 2>/dev/null >&2 || { echo "$db" >&2; return 1; }
	done
}

# told WORLD SQL: from csm's database; counted WORLD SQL: from the file
told() {
	sqlite3 -readonly -separator ' ' "$1.db" "$2"
}
counted() {
	sqlite3 -readonly -separator ' ' "$1.src" "$2"
}

@test "moments of whole files: AM and PM in New York, hours after another moment" {
	# New York is four hours behind UTC from the second Sunday of March to the first of November
	eq "$(told city "SELECT substr(external_id, 5), opened_at, closed_at FROM cases ORDER BY 1" | md5sum)" "$(counted city "
		WITH m AS (SELECT \"Unique Key\" AS k, \"Created Date\" AS a, \"Closed Date\" AS b FROM \"311_Service_Requests\"),
		w AS (SELECT k, substr(a, 7, 4) || '-' || substr(a, 1, 2) || '-' || substr(a, 4, 2) AS ad, substr(a, 12, 2) % 12 + (a LIKE '%PM') * 12 AS ah, substr(a, 14, 6) AS am,
			b, substr(b, 7, 4) || '-' || substr(b, 1, 2) || '-' || substr(b, 4, 2) AS bd, substr(b, 12, 2) % 12 + (b LIKE '%PM') * 12 AS bh, substr(b, 14, 6) AS bm FROM m)
		SELECT k, strftime('%s', ad || printf(' %02d', ah) || am) + 3600 * (5 - (ad >= date(substr(ad, 1, 4) || '-03-01', 'weekday 0', '+7 days') AND ad < date(substr(ad, 1, 4) || '-11-01', 'weekday 0'))),
			CASE WHEN b <> '' THEN strftime('%s', bd || printf(' %02d', bh) || bm) + 3600 * (5 - (bd >= date(substr(bd, 1, 4) || '-03-01', 'weekday 0', '+7 days') AND bd < date(substr(bd, 1, 4) || '-11-01', 'weekday 0'))) END
		FROM w WHERE k IN ($(told city "SELECT group_concat(quote(substr(external_id, 5))) FROM cases")) ORDER BY 1" | md5sum)"
	eq "$(told help-desk "SELECT external_id, opened_at, first_response_time, resolved_at, closed_at FROM cases ORDER BY 1" | md5sum)" "$(counted help-desk "
		SELECT Ticket_ID, strftime('%s', Created_Date) + 0, strftime('%s', Created_Date) + CAST(round(First_Response_Time_Hours * 3600) AS INTEGER),
			CASE WHEN Status IN ('Resolved', 'Closed') THEN strftime('%s', Created_Date) + CAST(round(Resolution_Time_Hours * 3600) AS INTEGER) END,
			CASE WHEN Status = 'Closed' THEN strftime('%s', Created_Date) + CAST(round(Resolution_Time_Hours * 3600) AS INTEGER) END
		FROM teresgeo_tickets ORDER BY 1" | md5sum)"
	eq "$(told itsm "SELECT state, impact, urgency, priority, count(*), sum(closed_at - opened_at) FROM cases GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4" | md5sum)" "$(counted itsm "
		SELECT CASE Status WHEN 'open' THEN 'new' WHEN 'in-progress' THEN 'open' ELSE 'closed' END AS s, min(Impact, '3') AS i, min(Urgency, '3') AS u, min(Priority, '4') AS p,
			count(*), CASE WHEN Status = 'closed' THEN sum(CAST(round(Handle_Time_hrs * 3600) AS INTEGER)) END
		FROM itsm_data_akhil GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4" | md5sum)"
}

@test "the same files again change nothing" {
	for line in 'city nyc-311 tickets/311_Service_Requests.csv' 'jira jira-issues vendor/dbt_jira_source/issue.csv' 'chinook chinook customers/ChinookData.json' \
		'northwind northwind-territories customers/northwind/territories.csv' 'help-desk help-desk-tickets tickets/teresgeo_tickets.csv'; do
		read -r world map file <<<"$line"
		"$CSM_BIN" --db "$world.db" import "$CSM_TEST_DATA/$file" --map "$map" --on-error=skip -o tsv --no-header 2>/dev/null >again || [ $? -eq 1 ]
		eq "$line $(awk -F '\t' '{ n += $3 + $4 } END { print n + 0 }' again)" "$line 0"
	done
}

@test "Intercom with addresses for the hashes: admins, contacts and their companies come in, and are found" {
	mkdir -p plain
	for file in admin_data team_admin_data contact_history_data contact_company_history_data; do
		sed -E 's#([A-Za-z0-9+/]{22})==#\1@hash.example#g' "$CSM_TEST_DATA/vendor/dbt_intercom_source/$file.csv" >"plain/$file.csv"
	done
	cp empty.db plain.db
	load_plain() {
		"$CSM_BIN" --db plain.db import "$1" --map "$2" --on-error=skip -o tsv --no-header 2>/dev/null | awk -F '\t' '{ print $1, $3, $7 }' || true
	}
	eq "$(load_plain plain/admin_data.csv intercom-admins)" "user 4 0"
	eq "$(load_plain "$CSM_TEST_DATA/vendor/dbt_intercom_source/team_data.csv" intercom-teams)" "group 3 0"
	eq "$(load_plain plain/team_admin_data.csv intercom-team-members)" "group_member 4 0"
	eq "$(load_plain "$CSM_TEST_DATA/vendor/dbt_intercom_source/company_history_data.csv" intercom-companies)" "account 9 0"
	eq "$(load_plain plain/contact_history_data.csv intercom-contacts)" "consumer 9 0"
	known=$(counted intercom "SELECT count(*) FROM contact_company_history_data WHERE contact_id IN (SELECT id FROM contact_history_data) AND company_id IN (SELECT id FROM company_history_data)")
	eq "$(load_plain plain/contact_company_history_data.csv intercom-contact-companies)" "consumer_account $known $((9 - known))"
}
