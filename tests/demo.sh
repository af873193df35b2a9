#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh - what csm does, in a few seconds: a company in one file, a morning's work on its cases, and the SLAs that are broken.
# usage: demo.sh CSM [DATABASE [DOCUMENT]]; CSM is the binary, DATABASE a new file (demo.db), DOCUMENT where the company is
# written to (company.ndjson beside the binary)
set -eu

csm=$1
db=${2:-demo.db}
company=${3:-$(dirname "$csm")/company.ndjson}
day=2026-06-30
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CSM_CONFIG CSM_DB CSM_NOW CSM_OUTPUT CSM_TZ CSM_TZDIR CSM_USER CSM_WAIT

say() {
	printf '%s\n' "$*"
}

# ask TIME ARG...: one answer, without a heading
ask() {
	at=$1
	shift
	"$csm" --db "$db" --now "${day}T$at:00Z" -o tsv "$@" --no-header
}

# first WHERE FIELD...: fields of the first case in line, the most urgent one and the oldest
first() {
	where=$1
	shift
	ask 12:00 case list --where "$where" --sort priority,opened_at --limit 1 --fields "$@" 2>/dev/null
}

# step TIME USER "WHAT IS SHOWN" ARG...: a command, and in a line what it answered: the case's new state, or a key
step() {
	at=$1
	who=$2
	shown=$3
	shift 3
	"$csm" --db "$db" --now "${day}T$at:00Z" --as "$who" -o tsv "$@" >"$work/answer"
	printf '  %s  %-12s  %-43s %s\n' "$at" "$who" "$shown" "$(tail -n 1 "$work/answer" | awk -F '\t' '{ print $NF }')"
}

say 'A company: Fjordwatt makes heat pumps and looks after them.'
rm -f "$db" "$db-wal" "$db-shm"
sh "$(dirname "$0")/fixtures/company.sh" >"$company" 2>/dev/null
"$csm" --db "$db" --now "${day}T12:00:00Z" -q init
say "  csm init made $db"
"$csm" --db "$db" --now "${day}T12:00:00Z" -o tsv import "$company" >"$work/counts" 2>/dev/null
awk -F '\t' -v file="$company" '
	{ created[$1] = $3; all += $3 }
	END {
		printf "  csm import %s loaded %d records:\n", file, all
		printf "    %d accounts, %d contacts and consumers, %d assets, %d contracts,\n", created["account"],
			created["contact"] + created["consumer"], created["asset"], created["contract"]
		printf "    %d cases of half a year\n", created["case"]
	}' "$work/counts"
say ''

say "A day's work with csm: $day, after noon (UTC)."
one=$(first 'state = new and assignment_group.name = "Support Europe" and account is not null' number)
customer=$(ask 12:00 case list "$one" --fields contact.email)
two=$(first 'state = resolved and consumer is not null' number)
owner=$(ask 12:00 case list "$two" --fields consumer.email)
agent=$(ask 12:00 case list "$two" --fields assigned_to)
three=$(first 'state = open and account is not null' number)
their=$(ask 12:00 case list "$three" --fields assigned_to)

step 12:02 ruth.sommer "case assign $one --assigned-to ..." case assign "$one" --assigned-to lena.fischer
step 12:03 lena.fischer "case accept $one" case accept "$one"
step 12:05 lena.fischer "case request-info $one ..." case request-info "$one" --comment 'Which code does the display show?'
step 12:11 lena.fischer "case provide-info $one --on-behalf" case provide-info "$one" --on-behalf "$customer" --comment 'It says E14.'
step 12:12 lena.fischer "case note $one ..." case note "$one" -m 'E14 again, as in spring. Asking engineering for the log.'
step 12:13 lena.fischer 'case-task new --assignment-group ...' case-task new --parent-case "$one" \
	--short-description 'Read the log of the inverter' --assignment-group Engineering --assigned-to anders.vik
task=$(tail -n 1 "$work/answer")
step 12:19 anders.vik "case-task close $task ..." case-task close "$task" --close-notes 'Undervoltage, twice last night.'
step 12:20 lena.fischer 'time-entry new --duration 15m ...' time-entry new --parent-case "$one" --duration 15m --category analysis
step 12:21 lena.fischer "case resolve $one ..." case resolve "$one" --resolution-code solved_guidance \
	--close-notes 'Inverter reset by remote access, grid operator informed.'
step 12:24 lena.fischer "case accept-solution $one --on-behalf" case accept-solution "$one" --on-behalf "$customer"
step 12:25 "$agent" "case reject-solution $two --on-behalf" case reject-solution "$two" --on-behalf "$owner" \
	--reason 'It is as cold as before.'
step 12:26 "$agent" "case comment $two ..." case comment "$two" -m 'Sorry for that. A technician calls you today.'
step 12:27 "$their" "case close $three ..." case close "$three" --resolution-code solved_guidance --close-notes 'Answered by phone.'
say ''

say 'What time causes: csm tick'
ask 12:30 tick | awk -F '\t' '{ print "  " $3 }'
say ''

say 'SLAs that are breached, were late or are due soon: csm sla breaches --within 2h'
COLUMNS=${COLUMNS:-80} "$csm" --db "$db" --now "${day}T12:30:00Z" -o table --no-color sla breaches --within 2h >"$work/breaches"
cat "$work/breaches"
say ''

late=$(awk '$1 == "breached" { print $2; exit }' "$work/breaches")
held=$(first 'active = true and entitlement is not null and account is not null' number)
say 'To try next:'
say "  $csm --db $db --now ${day}T12:30:00Z sla explain $late -o table"
say "  $csm --db $db --now ${day}T12:30:00Z entitlement check $held --explain"
say "  $csm --db $db --now ${day}T12:30:00Z case show $one"
