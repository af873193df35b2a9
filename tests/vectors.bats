#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The 581 vectors of eight business-time libraries ($CSM_TEST_DATA/vectors) through `csm schedule calc`: their calendars as documents of
# schedules, their questions as lines. Where a library answers by the other boundary, the line says "boundary": "next-open". What is
# answered otherwise is listed below by id with the reason, no more and no less: a vector on the list that csm answers as its
# library does fails, too.
load helpers

setup() {
	csm_setup
	[ -n "${CSM_TEST_DATA-}" ] || skip "CSM_TEST_DATA is not set"
}

# reversed-negative: an end before the start is answered with a minus there; csm: 0
# reversed-absolute: the order of the two does not matter there; csm: 0
# close-inclusive:   the closing instant counts as open there; csm: half-open
# dst-day-as-24h:    a day of 25 hours, open all day, counts 24 there; csm: real hours, as the reference of the data does
exceptions() {
	local suite first last reason

	while read -r suite first last reason; do
		for n in $(seq "$first" "$last"); do
			printf '%s/%03d %s\n' "$suite" "$n" "$reason"
		done
	done <<-'LIST'
		working_hours 56 56 reversed-negative
		working_hours 64 64 dst-day-as-24h
		business_time 35 35 reversed-negative
		business_time 41 41 reversed-negative
		seatgeek-businesstime 19 19 reversed-negative
		seatgeek-businesstime 22 22 reversed-negative
		php-business-time 121 145 reversed-absolute
		php-business-time 175 200 reversed-absolute
		moment-business-time 72 72 close-inclusive
		rickar-cal 30 30 close-inclusive
	LIST
}

# A vector as lines of questions, each with what is wanted for it. csm's moments are whole seconds: a fraction is cut, here as there.
questions() {
	jq -c '
		def document:
			{ name: "vector", time_zone: .tz,
			  span: [.hours // {} | to_entries[] | .key as $day | .value[] | { days: [$day], start: .[0], end: .[1] }],
			  exception: (
				[.holidays // [] | .[] | { date: ., kind: "closed" }]
				+ [.holidays_recurring // [] | .[] | { every: ., kind: "closed" }]
				+ [.overrides // {} | to_entries[] | .key as $date
				   | if .value == [] then { date: $date, kind: "closed" }
				     else .value[] | { date: $date, kind: "hours", start: .[0], end: .[1] } end]
				+ [.breaks // {} | to_entries[] | .key as $date | .value[] | { date: $date, kind: "break", start: .[0], end: .[1] }]) };
		def due($boundary; $want): { op: "due", start: .start_utc, duration: .duration_seconds, boundary: $boundary, want: $want };
		def asked:
			if .op == "add" then
				if .boundary == null then due("close"; .expected_due_utc), due("next-open"; .expected_due_utc)
				elif .boundary == "next_open" then due("close"; .alt_due_utc), due("next-open"; .expected_due_utc)
				else due("close"; .expected_due_utc), due("next-open"; .alt_due_utc) end
			elif .op == "sub" then { op: "sub", end: .start_utc, duration: .duration_seconds, want: .expected_due_utc }
			elif .op == "elapsed" then
				{ op: "elapsed", from: .start_utc, to: .end_utc, want: .expected_elapsed_seconds, reversed,
				  reference: .ref_elapsed_seconds }
			elif .op == "is_open" then { op: "open", at: .at_utc, want: .expected }
			elif .op == "next_open" then { op: "next", at: .at_utc, want: .expected_utc }
			else error("unknown op \(.op)") end;
		.vectors[] | .id as $id | (.calendar | document) as $schedule | asked + { id: $id, schedule: $schedule }
		| if .want | type == "string" then .want |= sub("[.][0-9]+Z$"; "Z") else . end' \
		"$CSM_TEST_DATA/vectors/$1.json"
}

# Ask all questions of a file; the vectors that are answered otherwise are those of the list.
answers_all() {
	local file=$1 vectors=$2 suite

	questions "$file" >asked
	"$CSM_BIN" schedule calc asked >answered 2>err || wrong_lines || return 1
	eq "$(jq -r .id asked | sort -u | wc -l)" "$vectors" || return 1
	eq "$(wc -l <answered)" "$(wc -l <asked)" || return 1
	eq "$(jq -r 'select(has("error")) | "\(.id): \(.error)"' answered)" "" || return 1
	suite=$(jq -r '.id | sub("/.*"; "")' answered | head -n 1)
	jq -r 'select(.result != .want) | .id' answered | sort -u >otherwise
	exceptions | awk -v suite="$suite" 'index($1, suite "/") == 1 { print $1 }' | sort >listed
	diff listed otherwise
}

wrong_lines() {
	cat err
	jq -c 'select(has("error")) | { id, error }' answered
	return 1
}

@test "biz: 94 vectors" { answers_all biz 94; }
@test "working_hours: 71 vectors" { answers_all working_hours 71; }
@test "php-business-time: 200 vectors" { answers_all php_business_time 200; }
@test "moment-business-time: 79 vectors" { answers_all moment_business_time 79; }
@test "business_time: 47 vectors" { answers_all business_time 47; }
@test "jbpm: 26 vectors" { answers_all jbpm 26; }
@test "rickar-cal: 35 vectors" { answers_all rickar_cal 35; }
@test "seatgeek-businesstime: 29 vectors" { answers_all seatgeek_businesstime 29; }

@test "what the vectors on the list are answered instead, each for its reason" {
	local file

	for file in working_hours business_time seatgeek_businesstime php_business_time moment_business_time rickar_cal; do
		questions "$file"
	done | "$CSM_BIN" schedule calc >answered
	exceptions | jq -Rn '[inputs | split(" ") | { (.[0]): .[1] }] | add' >reasons
	jq -c --slurpfile reasons reasons 'select($reasons[0][.id]) | . + { reason: $reasons[0][.id] }' answered >listed
	eq "$(wc -l <listed)" 59
	# 0 as it is, and as much as the library says when the two are given the right way round
	jq -c 'select(.reason | startswith("reversed")) | { id, reason, reversed, was: .result, want, op, schedule, from: .to, to: .from }' \
		listed | "$CSM_BIN" schedule calc >reversed
	eq "$(jq -c 'select((.reversed | not) or .was != 0 or .result !=
		(if .reason == "reversed-negative" then -.want else .want end)) | [.id, .was, .result, .want]' reversed)" ""
	eq "$(wc -l <reversed)" 56
	# closed at the closing instant, open a second before
	jq -c 'select(.reason == "close-inclusive") | { id, was: .result, want, op, schedule, at: (.at | fromdate - 1 | todate) }' \
		listed | "$CSM_BIN" schedule calc >close
	eq "$(jq -c '[.was, .want, .result]' close)" "[false,true,true]
[false,true,true]"
	eq "$(jq -c 'select(.reason == "dst-day-as-24h") | [.want, .result, (.reference | floor)]' listed)" "[86400,90000,90000]"
}
