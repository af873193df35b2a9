#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# csm schedule holidays on the holidays of 19 countries (shared data): exactly the days of expected.json, which another library made, and
# the same as a second, naive reading (ics_days.awk), in ranges where each file has days.
#
# expected.json counts two things that are not taken unless asked: occurrences that an event with RECURRENCE-ID replaces (--overrides add),
# and events with times (--timed days). Both ways are tested.

load helpers

setup() {
	csm_setup
	[ -n "${CSM_TEST_DATA-}" ] || skip "CSM_TEST_DATA is not set"
	data=$CSM_TEST_DATA/holidays
	csm init
}

# The days of schedule $1 as "DATE<tab>NAME".
days() { csm schedule-exception list --where "schedule.name = '$1'" --fields date,name --no-header -o tsv | LC_ALL=C sort; }
# expected FILE: those of expected.json.
expected() { jq -r --arg f "$1" '.files[] | select(.file == $f) | .days[] | @tsv' "$data/expected.json" | LC_ALL=C sort; }
naive() { awk -v from="$2" -v to="$3" -v overrides="${4-}" -f "$CSM_ROOT/tests/ics_days.awk" "$data/$1" | LC_ALL=C sort -u; }
files() { (cd "$data" && printf '%s\n' *.ics | grep -v '^Estonia'); }
# read_file FILE FROM TO OPTION...: into a new schedule of the file's name; the report balances.
read_file() {
	local file=$1

	csm schedule delete "$file" --yes >/dev/null 2>&1 || true
	csm schedule new --name "$file" >/dev/null
	run_csm schedule holidays "$file" "$data/$file" --from "$2" --to "$3" "${@:4}"
	eq "$status" 0 || return 1
	printf '%s\n' "$out" | awk -F '\t' -v vevents="$(grep -c '^BEGIN:VEVENT' "$data/$file")" '
		NR > 1 && $1 != "other" { n[$1] += $2 }
		$1 == "ignored" { lines += split($6, a, ",") }
		END { exit !(n["events"] == vevents && n["events"] == n["taken"] + n["ignored"] && lines == n["ignored"] &&
			n["days"] == n["added"] + n["unchanged"]) }' || wrong "the report of $file does not balance"
}

@test "all files give exactly the days of expected.json for 2023 to 2026" {
	local n=0

	for file in $(files); do
		read_file "$file" 2023-01-01 2026-12-31 --overrides add --timed days || return 1
		eq "$(days "$file")" "$(expected "$file")" || { echo "$file" && return 1; }
		n=$((n + $(days "$file" | wc -l)))
	done
	eq "$n" "$(jq '[.files[].n_days // 0] | add' "$data/expected.json")"
	[ "$n" -gt 1000 ]
}

@test "unasked, what is overridden and what has times is left out, and nothing else" {
	for file in $(files); do
		read_file "$file" 2023-01-01 2026-12-31 || return 1
		eq "$(days "$file")" "$(naive "$file" 2023-01-01 2026-12-31)" || { echo "$file" && return 1; }
		LC_ALL=C comm -13 <(days "$file") <(expected "$file") | sed "s/^/${file%Holidays*}: /" >>less
		eq "$(LC_ALL=C comm -23 <(days "$file") <(expected "$file"))" ""
	done
	# Easter moves: the rule's own days of the year in which it was written are no holidays. Eclipses last minutes.
	eq "$(cut -f 2 less | LC_ALL=C sort | uniq -c | sed 's/^ *//')" "$(printf '%s\n' "1 Boxing Day" "4 Easter Monday" "4 Good Friday" \
		"8 Lunar Eclipse [Penumbral]" "1 New Year's Day" "4 Solar Eclipse [Annular]" "4 Solar Eclipse [Total]" "4 Véspera de Ano Novo")"
	eq "$(cut -d : -f 1 less | sort -u)" "$(printf '%s\n' Brazil India UK)"
}

@test "files without days in that range, and all others, in ranges where they have some" {
	while read -r from to; do
		for file in $(files); do
			read_file "$file" "$from" "$to" || return 1
			eq "$(days "$file")" "$(naive "$file" "$from" "$to")" || { echo "$file $from" && return 1; }
			[ -n "$(expected "$file")" ] || echo "$from ${file%Holidays.ics} $(days "$file" | wc -l)" >>had
		done
	done <<-'EOF'
		2009-01-01 2014-12-31
		2015-01-01 2022-12-31
	EOF
	# New Zealand has 56 single days and 8 rules of 4 years, Norway 96 and 5 of 12, Spain 34 of which one has times.
	eq "$(cat had)" "$(printf '%s\n' "2009-01-01 NewZealand 88" "2009-01-01 Norwegian 78" "2009-01-01 SouthAfrica 27" \
		"2009-01-01 Spain 0" "2015-01-01 NewZealand 0" "2015-01-01 Norwegian 78" "2015-01-01 SouthAfrica 95" "2015-01-01 Spain 33")"
}

@test "Estonia's rule of the sixteenth month is refused with its line, and nothing is stored" {
	csm schedule new --name Estonia >/dev/null
	changes=$(csm log --count)
	run_csm schedule holidays Estonia "$data/EstoniaHolidays.ics"
	fails 65 "csm: $data/EstoniaHolidays.ics:1079: RRULE: BYMONTH=16: expected numbers from 1 to 12"
	err_has "csm: $data/EstoniaHolidays.ics:779: DTEND: '2014930' is no day"
	err_has "2 errors in the file; nothing was stored"
	out_is ""
	eq "$(csm schedule-exception list --count) $(csm log --count)" "0 $changes"
}
