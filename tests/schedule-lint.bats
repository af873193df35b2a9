#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# csm schedule lint: what a schedule may say, and probably means otherwise.
load helpers

setup() {
	csm_setup
	csm init
	WEEK='{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}'
}

# lint DOCUMENT...: load the schedules, then what is found, a line each: schedule, finding, place, what it is.
lint() {
	{
		printf 'csm: 1\nschedule:\n'
		printf '  - %s\n' "$@"
	} >s.yaml
	csm import s.yaml >/dev/null || return 1
	run_csm schedule lint --fields schedule,finding,place,text --no-header -o tsv
}
# What is found is this line and no other.
finds() {
	[ "$status" -eq 1 ] || wrong "the status is not 1" || return 1
	[ "$err" = "" ] || wrong "standard error is not empty" || return 1
	out_is "$(printf '%b' "$1")"
}
# Nothing but the header, where there is one.
clean() {
	ok || return 1
	[ "$(grep -vc "^schedule	finding	place" "$CSM_OUT")" -eq 0 ] || wrong "something is found"
}

@test "schedules as they are meant: nothing is found" {
	lint "{name: Office, time_zone: Europe/Berlin, span: [$WEEK, {days: [sat], start: \"09:00\", end: \"12:00\"}, {days: [sat], start: \"12:00\", end: \"13:00\"}],
     exclude: [Holidays], exception: [{date: 2024-03-30, kind: closed}, {date: 2024-03-31, kind: closed, name: Easter Sunday}, {every: easter, kind: closed},
       {date: 2024-12-24, kind: hours, start: \"09:00\", end: \"12:00\"}, {date: 2024-12-24, kind: hours, start: \"13:00\", end: \"14:00\"},
       {date: 2024-06-03, kind: break, start: \"12:00\", end: \"13:00\"}, {every: 12-24, kind: closed}, {date: 2025-01-06, kind: closed}]}" \
		'{name: Holidays, time_zone: Europe/Berlin, exception: [{every: 12-25, kind: hours, start: "00:00", end: "24:00"}]}' \
		'{name: Night, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri, sat, sun], start: "22:00", end: "06:00"}, {days: [mon], start: "06:00", end: "22:00"}]}'
	clean
}

@test "no open time: nothing in it, over, closed by what it excludes" {
	lint '{name: Nothing, time_zone: UTC}' \
		'{name: Over, time_zone: UTC, valid_to: 2023-12-31, span: [{days: mon, start: "09:00", end: "10:00"}]}' \
		'{name: Covered, time_zone: UTC, exclude: [Always], span: [{days: mon, start: "09:00", end: "10:00"}]}' \
		'{name: Always, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri, sat, sun], start: "00:00", end: "24:00"}]}' \
		'{name: Past, time_zone: UTC, exclude: [Days]  , span: [{days: mon, start: "09:00", end: "10:00"}]}' \
		'{name: Days, time_zone: UTC, exception: [{date: 2023-12-25, kind: hours, start: "00:00", end: "24:00"}]}'
	finds 'Covered\tno-open-time\t\tit has no open time in the 100 years from now on
Days\tno-open-time\t\tall its days lie in the past
Nothing\tno-open-time\t\tit has no working time at all
Over\tno-open-time\t\tit was valid to 2023-12-31 and has no open time after'
}

@test "days that are closed in a schedule without spans close nothing" {
	lint '{name: Holidays, time_zone: UTC, exception: [{every: 12-25, kind: closed}]}' \
		'{name: Joined, time_zone: UTC, include: [Day], exclude: [Holidays], exception: [{every: 12-24, kind: closed}]}' \
		'{name: Day, time_zone: UTC, span: [{days: mon, start: "09:00", end: "10:00"}]}'
	finds 'Holidays\tclosed-without-spans\t\tit closes days, but has no spans that this would close
Joined\tclosed-without-spans\t\tit closes days, but has no spans of its own: what is included stays open'
	run_csm schedule lint Holidays --format '%(advice)\n'
	out_is 'for holidays to be excluded elsewhere, give the days kind hours from 00:00 to 24:00'
}

@test "spans that overlap: on a day, over midnight, over the end of the week; touching is no overlap" {
	lint "{name: A, time_zone: UTC, span: [$WEEK, {days: [fri, sat], start: \"16:00\", end: \"18:00\"}]}" \
		'{name: B, time_zone: UTC, span: [{days: [sun], start: "22:00", end: "06:00"}, {days: [mon], start: "05:59", end: "07:00"}]}' \
		'{name: C, time_zone: UTC, span: [{days: [tue], start: "01:00", end: "02:00"}, {days: [mon], start: "23:00", end: "01:30"}]}' \
		'{name: D, time_zone: UTC, span: [{days: [sun], start: "22:00", end: "06:00"}, {days: [mon], start: "06:00", end: "07:00"}]}'
	finds 'A\toverlap\tspan 2: fri,sat 16:00-18:00\tit overlaps span 1 on fri; the time counts once
B\toverlap\tspan 2: mon 05:59-07:00\tit overlaps span 1 on sun; the time counts once
C\toverlap\tspan 2: mon 23:00-01:30\tit overlaps span 1 on tue; the time counts once'
}

@test "a day that ends at 23:59 or 23:59:59" {
	lint '{name: A, time_zone: UTC, span: [{days: [mon], start: "00:00", end: "23:59"}, {days: [tue], start: "00:00", end: "23:59:59"}, {days: [wed], start: "00:00", end: "24:00"}],
     exception: [{date: 2024-03-07, kind: hours, start: "10:00", end: "23:59"}]}'
	finds 'A\tends-2359\tspan 1: mon 00:00-23:59\tit ends a minute before midnight, which is closed then
A\tends-2359\tspan 2: tue 00:00-23:59:59\tit ends a second before midnight, which is closed then
A\tends-2359\texception 2024-03-07: hours 10:00-23:59\tit ends a minute before midnight, which is closed then'
}

@test "exceptions that never matter: outside the validity, breaks outside the hours, the weekday's own hours, closed beside hours" {
	lint "{name: A, time_zone: Europe/Berlin, valid_from: 2024-01-01, valid_to: 2024-11-30, span: [$WEEK], exception: [{date: 2023-12-25, kind: closed}, {every: 12-25, kind: closed},
       {date: 2024-03-06, kind: break, start: \"18:00\", end: \"19:00\"}, {date: 2024-03-09, kind: break, start: \"12:00\", end: \"13:00\"},
       {every: \"2nd mon of may\", kind: break, start: \"07:00\", end: \"09:00\"}, {every: 06-01, kind: break, start: \"08:00\", end: \"09:30\"},
       {date: 2024-03-04, kind: hours, start: \"09:00\", end: \"17:00\"},
       {date: 2024-03-05, kind: hours, start: \"09:00\", end: \"12:00\"}, {date: 2024-03-05, kind: hours, start: \"12:00\", end: \"17:00\"},
       {date: 2024-03-07, kind: hours, start: \"09:00\", end: \"16:00\"}, {date: 2024-03-07, kind: closed}]}"
	finds 'A\toutside-validity\texception 2023-12-25: closed\tno such day lies between valid_from and valid_to
A\toutside-validity\texception 12-25: closed\tno such day lies between valid_from and valid_to
A\tno-effect\texception 2024-03-06: break 18:00-19:00\tit lies outside the hours of the day
A\tno-effect\texception 2024-03-09: break 12:00-13:00\tit lies outside the hours of the day
A\tno-effect\texception 2nd mon of may: break 07:00-09:00\tit lies outside the hours of the day
A\tno-effect\texception 06-01: break 08:00-09:30\tit lies outside the hours of the day
A\tno-effect\texception 2024-03-04: hours 09:00-17:00\tthe hours are those of the weekday anyway
A\tno-effect\texception 2024-03-05: hours 09:00-12:00\tthe hours are those of the weekday anyway
A\tno-effect\texception 2024-03-07: closed\tthe day has hours too, and they win over closed'
}

@test "a break that matters in one year of many is none of them" {
	lint "{name: A, time_zone: UTC, span: [{days: [tue], start: \"09:00\", end: \"17:00\"}], exception: [{every: 02-29, kind: break, start: \"12:00\", end: \"13:00\"}]}"
	clean
}

@test "exceptions that are there twice" {
	lint "{name: A, time_zone: UTC, span: [$WEEK], exception: [{date: 2024-03-06, kind: break, start: \"12:00\", end: \"13:00\"}, {every: 12-25, kind: closed},
       {date: 2024-03-06, kind: break, start: \"12:00\", end: \"13:00\"}, {every: 12-25, kind: closed, name: again}, {every: 12-26, kind: closed}, {date: 2024-12-25, kind: closed}]}"
	finds 'A\tduplicate\texception 2024-03-06: break 12:00-13:00\tit is there twice
A\tduplicate\texception 12-25: closed\tit is there twice'
}

@test "two holidays on one day are none of them" {
	lint "{name: A, time_zone: UTC, span: [$WEEK], exception: [{every: 12-25, kind: closed, name: Christmas Day}, {every: 12-25, kind: closed, name: Quaid-e-Azam Day}]}"
	clean
	lint "{name: B, time_zone: UTC, span: [$WEEK], exception: [{every: 12-25, kind: closed, name: Christmas Day}, {every: 12-25, kind: closed, name: Christmas Day}]}"
	finds 'B\tduplicate\texception 12-25: closed\tit is there twice'
}

@test "holidays by date that run out" {
	local days='{date: 2023-12-25, kind: closed}, {date: 2023-12-26, kind: closed}, {date: 2024-05-01, kind: closed}'

	lint "{name: A, time_zone: UTC, span: [$WEEK], exception: [$days]}"
	finds 'A\tholidays-end\t\tthe last of its 3 days off by date is 2024-05-01'
	CSM_NOW=2024-02-01T12:00:00Z run_csm schedule lint
	clean
	CSM_NOW=2024-02-02T00:00:00Z run_csm schedule lint
	fails 1
	csm schedule-exception new --schedule A --date 2024-12-25 --kind closed >/dev/null
	run_csm schedule lint
	clean
}

@test "zones: what is excluded in another zone, but not what floats there or is included; a floating one that SLAs take the zone from" {
	lint "{name: A, time_zone: Europe/Berlin, exclude: [H], span: [$WEEK]}" "{name: B, time_zone: Europe/Berlin, include: [Floats], span: []}" \
		"{name: C, exclude: [H], span: [$WEEK]}" "{name: D, time_zone: Europe/Berlin, include: [U], span: [$WEEK]}" "{name: U, time_zone: America/New_York, span: [$WEEK]}" \
		'{name: H, time_zone: UTC, exception: [{every: 12-25, kind: hours, start: "00:00", end: "24:00"}]}' "{name: Floats, span: [$WEEK]}"
	finds 'A\tzone-differs\texclude H\tits days begin and end in UTC, those of this schedule in Europe/Berlin
C\tzone-differs\texclude H\tits days begin and end in UTC, those of this schedule in the zone of the use'
	csm setting new --name time.zone --value Europe/Berlin >/dev/null
	csm sla-definition new --name P1 --duration 4h --schedule-source definition --schedule Floats --start-condition "priority = 1" --stop-condition "state = closed" >/dev/null
	csm sla-definition new --name P2 --duration 4h --schedule-source definition --schedule Floats --timezone-source account --start-condition "priority = 2" --stop-condition "state = closed" >/dev/null
	run_csm schedule lint Floats --fields finding,place,text --no-header -o tsv
	finds 'no-time-zone\tsla-definition P1\tit takes the zone of the schedule, which has none: Europe/Berlin is used'
}

@test "days off that no schedule takes" {
	lint '{name: H, time_zone: UTC, exception: [{every: 12-25, kind: hours, start: "00:00", end: "24:00"}]}'
	finds 'H\tunused\t\tit has exceptions only, and no schedule includes or excludes it'
	csm schedule new --name A --time-zone UTC --exclude H --include H >/dev/null
	run_csm schedule lint H
	clean
}

@test "all of them, the ones named, the ones selected; as rows of any format" {
	lint '{name: A, time_zone: UTC}' '{name: B, time_zone: UTC}' "{name: C, time_zone: UTC, span: [$WEEK]}"
	eq "$(wc -l <"$CSM_OUT")" 2
	eq "$("$CSM_BIN" schedule lint --all --count)" 2
	eq "$("$CSM_BIN" schedule lint --where "name = B" --count)" 1
	eq "$("$CSM_BIN" schedule lint C B --no-header --fields schedule -o tsv)" B
	run_csm schedule lint A -o json
	fails 1
	eq "$(json '.[0] | tojson')" '{"schedule":"A","finding":"no-open-time","place":null,"text":"it has no working time at all","advice":"add spans, or include another schedule"}'
	run_csm schedule lint C -o json
	ok
	eq "$(json tojson)" "[]"
	run_csm schedule lint X
	fails 3 "there is no schedule 'X'"
	run_csm schedule lint A --monthly
	fails 2 "unknown option '--monthly'"
	csm schedule delete A B C >/dev/null
	run_csm schedule lint
	clean
}
