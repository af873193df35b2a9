#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The manual, --help and the dictionary say the same; the manual's examples are commands and documents that work.

load helpers

setup() {
	csm_setup
	man=$CSM_ROOT/man
	csm dict --json >dict.json
}

# A page's source between `.Sh NAME` and the next section.
section() {
	awk -v name="$2" '/^\.Sh / { on = ($0 == ".Sh " name); next } on' "$man/$1"
}

# The lines to type in a page: displays, continued lines joined, mdoc's escapes undone.
typed() {
	awk '/^\.Bd -literal/ { on = 1; next } /^\.Ed/ { on = 0 } on { print } /^\.Dl / { print substr($0, 5) }' "$1" |
		sed -e 's/\\(aq/'"'"'/g; s/\\(dq/"/g; s/\\(ti/~/g; s/\\(ha/^/g; s/\\-/-/g; s/\\&//g; s/\\e/\\/g'
}

# ---- the pages ----

@test "there is a page for each noun, and none for anything else" {
	jq -r '[(.types[].name | gsub("_"; "-")), (.commands[].noun | select(. != null))] | unique[] | "csm-\(.).1"' dict.json >want
	printf '%s\n' csm.1 csm-filter.5 csm-documents.5 >>want
	diff <(sort want) <(cd "$man" && printf '%s\n' *.[15] | sort)
}

@test "making the pages again gives the same bytes, wherever it is done" {
	mkdir one two
	sh "$CSM_ROOT/tests/derive/derive.sh" "$CSM_BIN" one
	(cd two && LC_ALL=C.UTF-8 TZ=Asia/Tokyo CSM_NOW=2031-01-01 sh "$CSM_ROOT/tests/derive/derive.sh" "$CSM_BIN" .)
	diff -r one two
	[ "$(find one/man -type f | wc -l)" -gt 40 ]
}

@test "mandoc has nothing to say" {
	command -v mandoc >/dev/null || skip "no mandoc"
	run mandoc -Tlint -W warning "$man"/*.[15]
	[ -z "$output" ] && [ "$status" -eq 0 ]
}

@test "no page is wider than 80 columns, and none names a machine" {
	command -v mandoc >/dev/null || skip "no mandoc"
	for page in "$man"/*.[15]; do
		mandoc -Tascii -Owidth=80 "$page" | sed 's/.\x08//g' | awk -v page="$page" 'length($0) > 80 { print page ": " $0; bad = 1 }
			END { exit bad }'
	done
	run grep -nE '/(home|root|work|tmp|usr/local)/' "$man"/*.[15]
	[ "$status" -eq 1 ]
}

# ---- agreement ----

# What stands on the pages, a line each: PAGE verb|synopsis|field|record|option|move WORDS, for the loops of thousands below.
stands() {
	(cd "$man" && awk '
		FNR == 1 { page = FILENAME; sub(/\.[0-9]$/, "", page); sub(/^csm-/, "", page); section = "" }
		/^\.Sh / { section = substr($0, 5) }
		section == "VERBS" && /^\.It Cm / { print page, "verb", $3 }
		section == "SYNOPSIS" && /^\.Cm / { print page, "synopsis", substr($0, 5) }
		section == "STATES" && /^\.It .* Ta / { split($0, part, " Ta "); print page, "move", part[1] " Ta " part[2] " Ta " part[3] }
		{
			for (i = 1; i < NF; i++) {
				if ($i ~ /^\.?Fl$/ && sub(/^\\-/, "", $(i + 1)))
					print page, "option", $(i + 1)
				if (/^\.It / && $i == "Cm") {
					print page, "field", $(i + 1)
					if (section == "RECORD FIELDS")
						print page, "record", $(i + 1)
				}
			}
		}' ./*.[15]) | sed 's|^\./csm-||; s|^\./||' | sort -u >stands
}

# all_stand FILE: each line of the file, which has that many at least, is one of those.
all_stand() {
	[ "$(wc -l <"$1")" -gt "$2" ]
	sort -u "$1" | comm -23 - stands >lacking
	[ ! -s lacking ] || { echo "the pages lack:" && cat lacking && return 1; }
}

@test "every verb and option of a noun stands on its page" {
	stands
	jq -r '.commands[] | select(.noun != null and (.needs | index("hidden") | not))
		| "\(.noun) verb \(.verb)", "\(.noun) synopsis \(.noun) \(.verb)"' dict.json >verbs
	all_stand verbs 400
	# Options of a generic verb that are fields stand under RECORD FIELDS, all others under the verb or in the notes of VERBS; the
	# global ones there or in csm(1).
	jq -r '.commands[] | select(.noun != null and (.needs | index("hidden") | not)) | .noun as $n | .generic as $g
		| ((.options[] | select(.hidden | not) | if $g and .field then "\($n) field \(.field)" else "\($n) option \(.name)" end),
		   (.globals[] | "\($n) option \(.)"))' dict.json | sort -u >options
	jq -r '.global_options[].name' dict.json | sort | comm -12 - <(sed -n 's/^csm option //p' stands) >in_csm
	cut -d' ' -f1 stands | sort -u | while read -r noun; do sed "s/^/$noun option /" in_csm; done | sort -u - stands >both
	mv both stands
	all_stand options 1000
}

@test "every field, state and move of the dictionary stands on a page" {
	stands
	jq -r '.types[] | (.name | gsub("_"; "-")) as $n | .fields[] | "\($n) record \(.name)"' dict.json >fields
	all_stand fields 400
	jq -r '.types[] | select(.lifecycle) | (.name | gsub("_"; "-")) as $n | .lifecycle.moves[] | . as $m
		| .from[] | "\($n) move .It \(.) Ta \($m.verb | gsub("_"; "-")) Ta \($m.to // "(stays)")"' dict.json >moves
	all_stand moves 40
}

@test "csm(1) has every command, option, setting, variable, status and noun" {
	jq -r '(.commands[] | select(.noun == null and (.needs | index("hidden") | not)) | "Cm \(.verb)"),
		(.global_options[] | "Fl \\-\(.name)"), (.settings[] | "Cm \(.name)"), (.command_settings[] | "Cm \(.name)"),
		(.environment[] | "Ev \(.name)"), (.types[] | "Xr csm-\(.name | gsub("_"; "-")) 1")' dict.json >want
	jq -r '.exit_statuses[] | "\(.status) Pq \(.name)"' dict.json >>want
	[ "$(wc -l <want)" -gt 120 ]
	while IFS= read -r word; do
		sed -n 's/^\.It .*/& /p' "$man/csm.1" | grep -qF -- " $word " || wrong "csm.1 lacks $word"
	done <want
	jq -r '.commands[] | select(.noun == null and (.needs | index("hidden") | not)) | .options[] | "Fl \\-\(.name)"' dict.json |
		while IFS= read -r word; do
			grep -qF -- "$word" "$man/csm.1" || wrong "csm.1 lacks $word"
		done
}

@test "csm-filter(5) has every operator, csm-documents(5) every kind and type" {
	jq -r '.filter_operators[].name' dict.json | while IFS= read -r word; do
		section csm-filter.5 DESCRIPTION | sed 's/\\(ti/~/g; s/"//g' | grep -qxF -- ".It Cm $word" || wrong "csm-filter.5 lacks $word"
	done
	jq -r '(.kinds[].kind), (.types[].name)' dict.json | while IFS= read -r word; do
		section csm-documents.5 DESCRIPTION | grep -qE "^\.It Cm $word( |$)" || wrong "csm-documents.5 lacks $word"
	done
}

@test "--help of every command tells the options that the dictionary has" {
	jq -r '.commands[] | select(.needs | index("hidden") | not) | "\(.noun // "-") \(.verb) "
		+ ([(.options[] | select(.hidden | not) | .name), .globals[]] | join(" "))' dict.json >commands
	[ "$(wc -l <commands)" -gt 300 ]
	while read -r noun verb options; do
		[ "$noun" != - ] || noun=
		echo "@ $noun $verb"
		# shellcheck disable=SC2086 # no word where there is no noun
		"$CSM_BIN" $noun "$verb" --help
	done <commands | awk '/^@ / { at = $2 " " $3; next }
		match($0, /^ +(-[a-z], )?--[a-z][a-z-]*/) { name = substr($0, 1, RLENGTH); sub(/.*--/, "", name); print at, name }' | sort >have
	awk '{ at = $1 == "-" ? $2 " " : $1 " " $2; for (i = 3; i <= NF; i++) print at, $i }' commands | sort >want
	diff want have
}

# ---- examples ----

@test "every command in the manual is one that csm takes" {
	for page in "$man"/*.[15]; do
		typed "$page" | sed -e ':again' -e '/\\$/{N' -e 's/\\\n *//' -e 'b again' -e '}' | grep -oE '(^|\| *)csm .*' |
			sed -e 's/^| *//; s/ | .*//; s/ |$//; s/ > .*//'
	done | sort -u >lines
	[ "$(wc -l <lines)" -gt 60 ]
	while IFS= read -r line; do
		eval "set -- ${line#csm }"
		run_csm "$@" --help
		[ "$status" -eq 0 ] || wrong "$line"
	done <lines
}

# The n-th display of a page that begins with such a line.
display() {
	awk -v want="$2" -v n="$3" '
		/^\.Bd -literal/ { first = 1; next }
		/^\.Ed/ { if (on) exit; next }
		first { first = 0; if ($0 == want && ++seen == n) on = 1 }
		on' "$man/$1" | sed 's/\\-/-/g; s/\\(aq/'"'"'/g'
}

@test "the documents in the manual can be loaded" {
	csm -q init
	display csm-documents.5 'csm: 1' 1 >first.yaml
	run_csm import first.yaml -o tsv
	ok
	out_has $'contact\t1\t1'
	out_has $'comment\t1\t1'
	display csm-schedule.1 'csm: 1' 1 >office.yaml
	run_csm import office.yaml -o tsv
	ok
	out_has $'schedule\t2\t2'
}

@test "the mappings in the manual do what is said" {
	csm -q init
	display csm-documents.5 'csm_map: 1' 1 >crm.yaml
	printf '%s\n' 'CustomerID;CompanyName;ContactName;Country;EMail' 'BOX;Boxeo GmbH;Geneva Maria Roth;DE;Geneva@Boxeo.example' \
		'ACM;Acme;NULL;n/a;NULL' >customers.csv
	run_csm import --map crm.yaml customers.csv -o tsv
	ok
	eq "$(csm contact list --fields account.name,first_name,last_name,email --no-header)" \
		$'Boxeo GmbH\tGeneva\tMaria Roth\tgeneva@boxeo.example'
	eq "$(csm account list --fields external_id,name,customer,country --sort external_id --no-header)" \
		$'ACM\tAcme\ttrue\t\nBOX\tBoxeo GmbH\ttrue\tDE'

	display csm-documents.5 'csm_map: 1' 2 >tickets.yaml
	csm location new --name 'Home 10115 Berlin (imported)' -q
	printf '%s\n' 'ticket_id,customer_name,customer_email,zip,city,subject,priority,created' \
		'7,Joe Adams,Joe@Adams.example,10115,Berlin,No signal,High,29/02/2024' \
		'8,Joe B. Adams,joe@adams.example,NULL,NULL,NULL,none,01/03/2024' >tickets.csv
	run_csm import --map tickets.yaml tickets.csv -o tsv
	ok
	eq "$(csm case list --fields external_id,consumer.first_name,short_description,channel,priority,opened_at --sort external_id \
		--no-header)" $'T-7\tJoe\tNo signal\temail\t2\t2024-02-29T00:00:00Z\nT-8\tJoe\tno subject\temail\t3\t2024-03-01T00:00:00Z'
	eq "$(csm consumer-address list --fields consumer.name,location.name --no-header)" $'Joe Adams\tHome 10115 Berlin (imported)'
	display csm-documents.5 'csm_map: 1' 3 >list.yaml
	csm user new --user-name bob --name 'Bob Ray' -q
	csm account new --name 'Trees Ltd' --external-id trees --time-zone Europe/Oslo -q
	printf 'id,user_name\n17,bob\n' >agents.csv
	cat >list.json <<-'EOF'
		{"data": {"tickets": [
		  {"id": 9, "deleted": false, "url": "x", "watchers": [1], "internal_a": 1, "subject": "No light", "status": "solved", "agent": 17,
		   "customer": {"email": "Ann@Lee.example", "company": "trees"}, "priority": "urgent", "created": "2024-01-01T00:00:00Z",
		   "hours_to_solve": 2.5, "replies": [{"text": "Which lamp?", "at": "2024-01-01T01:00:00Z", "public": true},
		   {"text": "Ask Bob", "at": "2024-01-01T01:00:00Z", "public": false}]},
		  {"id": 10, "deleted": true},
		  {"id": 11, "status": "open", "customer": {"email": "ann@lee.example", "name": "Ann Lee"}, "created": 1704067200}]}}
	EOF
	run_csm import --map list.yaml list.json -o tsv
	[ "$status" -eq 0 ]
	eq "$err" "csm: 1 of 3 rows made no record: the conditions of the mapping did not hold
csm: 3 records of the input, none rejected"
	eq "$(csm case list --where 'external_id in ("T-9", "T-11")' --fields external_id,consumer.name,assigned_to.user_name,priority,contact_time_zone,resolved_at \
		--sort external_id --no-header)" \
		$'T-11\tAnn@Lee.example\t\t3\tUTC\t\nT-9\tAnn@Lee.example\tbob\t1\tEurope/Oslo\t2024-01-01T02:30:00Z'
	eq "$(csm comment list --where 'parent_case.external_id = "T-9"' --fields body --no-header)" 'Which lamp?'
}
