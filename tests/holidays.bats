#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# csm schedule holidays: what is taken of an iCalendar file, what is ignored and why, what is refused with which line, and the
# helper program that reads it.

load helpers

setup() {
	csm_setup
	csm init
	csm schedule new --name S --time-zone Europe/Berlin >/dev/null
}

# A calendar of what comes on standard input, in f.ics.
ics() { { printf 'BEGIN:VCALENDAR\nVERSION:2.0\n' && cat && printf 'END:VCALENDAR\n'; } >f.ics; }
# An event of the lines given: what it is called comes first. Of the file its lines are 3 and on.
event() { printf '%s\n' BEGIN:VEVENT "UID:$1" "SUMMARY:$1" "${@:2}" END:VEVENT; }
take() { run_csm schedule holidays S f.ics --from 2024-01-01 --to 2025-12-31 "$@"; }
# "DATE KIND START END NAME", each on a line.
days() {
	csm schedule-exception list --where "schedule.name = '${1-S}'" --sort date,name,start --fields date,kind,start,end,name --no-header -o tsv |
		sed 's/\t/ /g; s/  */ /g; s/ $//'
}
# The count of a row of the report: by its first word, and its reason if given.
count() { printf '%s\n' "$out" | awk -F '\t' -v what="$1" -v why="${2-}" '$1 == what && (why == "" || index($5, why)) { print $2 }'; }

@test "days, spans of days, a rule, a second file: each day once, and again nothing" {
	{
		event "Christmas Day" "DTSTART;VALUE=DATE:20241225" "DTEND;VALUE=DATE:20241226"
		event "Bridge" "DTSTART;VALUE=DATE:20241227" "DTEND;VALUE=DATE:20241230"
		event "Week" "DTSTART;VALUE=DATE:20250301" DURATION:P1W
		event "New Year" "DTSTART;VALUE=DATE:20000101" RRULE:FREQ=YEARLY
		event "Christmas Day" "DTSTART;VALUE=DATE:20241225"
	} | ics
	take
	ok
	eq "$out" "$(printf 'what\tcount\tfirst\tlast\twhy\tlines\nevents\t5\t\t\t\t\ntaken\t5\t\t\t\t\ndays\t13\t2024-01-01\t2025-03-07\t\t\nadded\t13\t\t\t\t\nunchanged\t0\t\t\t\t')"
	eq "$(days)" "$(printf '%s\n' "2024-01-01 closed New Year" "2024-12-25 closed Christmas Day" "2024-12-27 closed Bridge" \
		"2024-12-28 closed Bridge" "2024-12-29 closed Bridge" "2025-01-01 closed New Year" "2025-03-01 closed Week" \
		"2025-03-02 closed Week" "2025-03-03 closed Week" "2025-03-04 closed Week" "2025-03-05 closed Week" \
		"2025-03-06 closed Week" "2025-03-07 closed Week")"
	changes=$(csm log --count)
	take
	eq "$status" 0
	eq "$err" "csm: schedule S is unchanged"
	eq "$(count added) $(count unchanged)" "0 13"
	eq "$(csm log --count)" "$changes"
	event "Christmas Eve" "DTSTART;VALUE=DATE:20241224" | ics
	take
	ok
	eq "$(days | wc -l)" 14
}

@test "what the days mean: no working time, and one change that can be undone" {
	csm schedule edit S --time-zone UTC >/dev/null
	printf 'csm: 1\nschedule:\n  - {name: S, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}\n' >s.yaml
	csm import s.yaml >/dev/null
	csm schedule new --name Free --time-zone UTC >/dev/null
	event "Christmas" "DTSTART;VALUE=DATE:20241225" "DTEND;VALUE=DATE:20241227" | ics
	run_csm schedule holidays Free f.ics --kind hours
	ok
	eq "$(days Free)" "$(printf '2024-12-25 hours 00:00 24:00 Christmas\n2024-12-26 hours 00:00 24:00 Christmas')"
	csm schedule edit S --exclude Free >/dev/null
	csm account new --name Acme >/dev/null
	csm sla-definition new --name D --duration 2h --schedule-source definition --schedule S --start-condition "priority = 1" \
		--stop-condition "state = closed" >/dev/null
	CSM_NOW=2024-12-24T16:00:00Z csm case new --account Acme --short-description x --priority 1 >/dev/null
	eq "$(csm sla list --fields planned_end_at --no-header -o csv)" 2024-12-27T10:00:00Z
	csm schedule holidays S f.ics >/dev/null
	eq "$(days)" "$(printf '2024-12-25 closed Christmas\n2024-12-26 closed Christmas')"
	csm undo >/dev/null
	eq "$(days)" ""
}

@test "rules of every form come to the days they name" {
	{
		event "Thanksgiving" "DTSTART;VALUE=DATE:20201126" "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"
		event "Last Monday" "DTSTART;VALUE=DATE:20240527" "RRULE:FREQ=YEARLY;COUNT=2;BYMONTH=5;BYDAY=-1MO"
		event "Leap" "DTSTART;VALUE=DATE:20200229" "RRULE:FREQ=YEARLY;UNTIL=20991231"
		event "Twice" "DTSTART;VALUE=DATE:20240105" "RRULE:FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=5,-1;UNTIL=20240801"
		event "Weekly" "DTSTART;VALUE=DATE:20240603" "RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=MO,FR;COUNT=3;INTERVAL=2"
		event "Week 20" "DTSTART;VALUE=DATE:20240513" "RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"
		event "Day 100" "DTSTART;VALUE=DATE:20240409" "rrule:freq=yearly;byyearday=100;"
		event "Last workday" "DTSTART;VALUE=DATE:20241031" "RRULE:FREQ=MONTHLY;COUNT=2;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
		event "Old hours" "DTSTART;VALUE=DATE:20240801" "RRULE:FREQ=DAILY;COUNT=2;BYHOUR=9;BYMINUTE=0;BYSECOND=0"
	} | ics
	take
	ok
	eq "$(days)" "$(printf '%s\n' "2024-01-05 closed Twice" "2024-01-31 closed Twice" "2024-02-29 closed Leap" "2024-04-09 closed Day 100" \
		"2024-05-13 closed Week 20" "2024-05-27 closed Last Monday" "2024-06-03 closed Weekly" "2024-06-07 closed Weekly" \
		"2024-06-17 closed Weekly" "2024-07-05 closed Twice" "2024-07-31 closed Twice" "2024-08-01 closed Old hours" \
		"2024-08-02 closed Old hours" "2024-10-31 closed Last workday" "2024-11-28 closed Thanksgiving" "2024-11-29 closed Last workday" \
		"2025-04-10 closed Day 100" "2025-05-12 closed Week 20" "2025-05-26 closed Last Monday" "2025-11-27 closed Thanksgiving")"
}

@test "days added and days excluded" {
	{
		event "A" "DTSTART;VALUE=DATE:20240110" "RDATE;VALUE=DATE:20240112,20240114" "EXDATE;VALUE=DATE:20240112"
		event "B" "DTSTART;VALUE=DATE:20230201" RRULE:FREQ=YEARLY "EXDATE;VALUE=DATE:20240201" "EXDATE;VALUE=DATE:20260201"
		event "C" "DTSTART;VALUE=DATE:20240301" "RRULE:FREQ=DAILY;COUNT=4" "EXRULE:FREQ=DAILY;INTERVAL=2"
		event "D" "DTSTART;VALUE=DATE:20240401" "EXDATE:20240401T000000"
		event "E" "DTSTART;VALUE=DATE:20240501" "RRULE:FREQ=YEARLY;UNTIL=20240501T120000Z" "RDATE;VALUE=DATE:20240601"
	} | ics
	take -v
	eq "$status" 0
	eq "$err" "csm: f.ics:25: ignored 'D': all its days are excluded or moved"
	eq "$(days)" "$(printf '%s\n' "2024-01-10 closed A" "2024-01-14 closed A" "2024-03-02 closed C" "2024-03-04 closed C" \
		"2024-05-01 closed E" "2024-06-01 closed E" "2025-02-01 closed B")"
}

@test "an override takes the place of the occurrence it names, or is added to it" {
	override() { event "$1" "RECURRENCE-ID;VALUE=DATE:$2" "${@:3}" | sed "s/^UID:.*/UID:m/"; }
	{
		event "Day" "DTSTART;VALUE=DATE:20200510" RRULE:FREQ=YEARLY | sed 's/^UID:.*/UID:m/'
		override "Moved" 20240510 "DTSTART;VALUE=DATE:20240517"
		override "Off" 20250510 "DTSTART;VALUE=DATE:20250510" STATUS:CANCELLED
		event "Alone" "RECURRENCE-ID;VALUE=DATE:20240101" "DTSTART;VALUE=DATE:20240102"
	} | ics
	take
	ok
	eq "$(days)" "$(printf '2024-01-02 closed Alone\n2024-05-17 closed Moved')"
	eq "$(count events) $(count taken) $(count ignored "it is cancelled") $(count ignored "it has no day")" "4 2 1 1"
	take --overrides add
	ok
	eq "$(days)" "$(printf '2024-01-02 closed Alone\n2024-05-10 closed Day\n2024-05-17 closed Moved\n2025-05-10 closed Day')"
	take --overrides sometimes
	fails 2 "none of replace,add"
}

@test "an override of this and what follows moves what follows" {
	{
		event "Day" "DTSTART;VALUE=DATE:20240105" "RRULE:FREQ=MONTHLY;COUNT=5"
		event "Late" "RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20240305" "DTSTART;VALUE=DATE:20240307" DURATION:P2D | sed 's/^UID:.*/UID:Day/'
		event "Once" "RECURRENCE-ID;VALUE=DATE:20240405" "DTSTART;VALUE=DATE:20240401" | sed 's/^UID:.*/UID:Day/'
	} | ics
	take
	ok
	eq "$(days)" "$(printf '%s\n' "2024-01-05 closed Day" "2024-02-05 closed Day" "2024-03-07 closed Late" "2024-03-08 closed Late" \
		"2024-04-01 closed Once" "2024-05-07 closed Late" "2024-05-08 closed Late")"
}

@test "cancelled, a calendar that takes back, other components, free days; several calendars, a file without any event" {
	{
		event "Off" "DTSTART;VALUE=DATE:20240101" status:cancelled
		event "Free" "DTSTART;VALUE=DATE:20240102" TRANSP:TRANSPARENT
		printf '%s\n' BEGIN:VTODO SUMMARY:x DUE:whenever BEGIN:VALARM TRIGGER:x END:VALARM END:VTODO BEGIN:VJOURNAL END:VJOURNAL \
			BEGIN:VTODO END:VTODO END:VCALENDAR "" BEGIN:VCALENDAR METHOD:CANCEL
		event "Back" "DTSTART;VALUE=DATE:20240103" BEGIN:VALARM TRIGGER:-P1D DTSTART:rubbish END:VALARM
		printf '%s\n' END:VCALENDAR begin:vcalendar
		event "Far" "DTSTART;VALUE=DATE:20300101"
		event "Last" "DTSTART:20240104"
	} | ics
	take -v
	eq "$status" 0
	eq "$(printf '%s\n' "$err")" "$(printf '%s\n' "csm: f.ics:3: ignored 'Off': it is cancelled" \
		"csm: f.ics:30: ignored 'Back': it is cancelled" "csm: f.ics:41: ignored 'Far': it has no day from 2024-01-01 to 2025-12-31")"
	eq "$(days)" "$(printf '2024-01-02 closed Free\n2024-01-04 closed Last')"
	eq "$(printf '%s\n' "$out" | grep '^[io][gt]')" "$(printf '%s\t%s\t\t\t%s\t%s\n' ignored 2 "it is cancelled" 3,30 ignored 1 \
		"it has no day from 2024-01-01 to 2025-12-31" 41 other 2 VTODO 15,24 other 1 VJOURNAL 22)"
	printf 'BEGIN:VCALENDAR\nEND:VCALENDAR\n' >f.ics
	take
	eq "$status $(count events) $(count days)" "0 0 0"
}

@test "names: escapes, folds within a letter, carriage returns, a byte order mark, none, too long a one" {
	{
		printf '\357\273\277BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:  Tag der Arbeit\\; \\"1. Mai\\"\\,\\nfr\303\r\n \274h \\\\ sp\r\r\n'
		printf '\t\303\244t\t\r\nDTSTART\r\n ;VALUE="DATE":2024\r\n 0501\r\nEND:VEVENT\r\n'
		printf 'BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20240502\r\nEND:VEVENT\r\n'
		printf 'BEGIN:VEVENT\r\nSUMMARY;LANGUAGE=de:%s\r\nDTSTART;VALUE=DATE:20240503\r\nEND:VEVENT\r\nEND:VCALENDAR' "$(printf 'ü%.0s' $(seq 300))"
	} >f.ics
	take
	eq "$status" 0
	eq "$err" "csm: warning: f.ics:14: SUMMARY: cut to its first 255 characters"
	eq "$(days)" "$(printf '%s\n' '2024-05-01 closed Tag der Arbeit; "1. Mai", früh \\ spät' "2024-05-02 closed" \
		"2024-05-03 closed $(printf 'ü%.0s' $(seq 255))")"
	take
	eq "$(count added) $(count unchanged)" "0 3"
}

@test "events with times are ignored, taken as days, or as hours by the clock of the schedule" {
	{
		event "Party" "DTSTART;TZID=Europe/Berlin:20241220T140000" "DTEND;TZID=Europe/Berlin:20241220T180000"
		event "Night" "DTSTART:20240331T000000Z" "DTEND:20240331T013000Z"
		event "Daily" "DTSTART;TZID=America/New_York:20240101T180000" "RRULE:FREQ=DAILY;UNTIL=20240103T230000Z" DURATION:PT30M \
			"EXDATE;TZID=America/New_York:20240102T180000"
		event "Floats" "DTSTART:20240701T120000" DURATION:PT90S
		event "Long" "DTSTART;TZID=/mozilla.org/20050126_1/Asia/Tokyo:20240801T080000" DURATION:P2DT1H
		event "Moment" "DTSTART:20240901T120000Z"
		event "Often" "DTSTART:20240901T120000Z" DURATION:PT1H "RRULE:FREQ=HOURLY;COUNT=3"
		event "Where" "DTSTART;TZID=Mars/Olympus:20240902T120000" DURATION:PT1H
		event "Own" "DTSTART;TZID=Mitteleuropa:20240903T120000" DURATION:PT1H
		event "Periods" "DTSTART:20240904T120000Z" "RDATE;VALUE=PERIOD:20240905T120000Z/PT1H,20240906T120000Z/20240906T140000Z"
		event "Day" "DTSTART;VALUE=DATE:20240110"
		printf '%s\n' BEGIN:VTIMEZONE TZID:Mitteleuropa X-LIC-LOCATION:Europe/Vienna BEGIN:STANDARD DTSTART:19701025T030000 END:STANDARD END:VTIMEZONE
	} | ics
	take
	ok
	eq "$(days)" "2024-01-10 closed Day"
	eq "$(count ignored "it has times (--timed takes these)") $(count taken)" "10 1"
	take --timed hours -v
	eq "$status" 0
	eq "$(days)" "$(printf '%s\n' "2024-01-02 break 00:00 00:30 Daily" "2024-01-04 break 00:00 00:30 Daily" "2024-01-10 closed Day" \
		"2024-03-31 break 01:00 03:30 Night" "2024-07-01 break 12:00 12:01:30 Floats" "2024-08-01 break 01:00 24:00 Long" \
		"2024-08-02 break 00:00 24:00 Long" "2024-08-03 break 00:00 02:00 Long" "2024-09-03 break 12:00 13:00 Own" \
		"2024-12-20 break 14:00 18:00 Party")"
	err_has "'Moment': it takes no time"
	err_has "'Often': it repeats more often than daily"
	err_has "'Where': its time zone 'Mars/Olympus' is not known"
	err_has "'Periods': it has periods of different length"
	eq "$(count events) $(count taken)" "11 7"
	csm schedule new --name T --time-zone Europe/Berlin >/dev/null
	csm schedule holidays T f.ics --from 2024-01-01 --to 2024-12-31 --timed days >/dev/null
	eq "$(days T)" "$(printf '%s\n' "2024-01-02 closed Daily" "2024-01-04 closed Daily" "2024-01-10 closed Day" "2024-03-31 closed Night" \
		"2024-07-01 closed Floats" "2024-08-01 closed Long" "2024-08-02 closed Long" "2024-08-03 closed Long" \
		"2024-09-01 closed Moment" "2024-09-03 closed Own" "2024-12-20 closed Party")"
	csm schedule new --name H --time-zone UTC >/dev/null
	csm schedule holidays H f.ics --from 2024-12-01 --to 2024-12-31 --timed hours --kind hours >/dev/null
	eq "$(days H)" "2024-12-20 hours 13:00 17:00 Party"
}

@test "a schedule without a zone takes times that have none either" {
	csm schedule new --name F >/dev/null
	{
		event "Floats" "DTSTART:20240701T120000" DURATION:PT1H
		event "Zoned" "DTSTART;TZID=Europe/Berlin:20240702T120000" DURATION:PT1H
	} | ics
	run_csm schedule holidays F f.ics --timed hours -v
	eq "$status" 0
	eq "$err" "csm: f.ics:9: ignored 'Zoned': its times are in a time zone, and the schedule has none"
	eq "$(days F)" "2024-07-01 break 12:00 13:00 Floats"
	csm schedule holidays F f.ics --timed days >/dev/null
	eq "$(days F | grep closed)" "$(printf '2024-07-01 closed Floats\n2024-07-02 closed Zoned')"
}

@test "the range: ten years around the clock, or as given; both its days are in" {
	event "Day" "DTSTART;VALUE=DATE:20000630" RRULE:FREQ=YEARLY | ics
	csm schedule holidays S f.ics >/dev/null
	eq "$(days | sed -n '1p;$p')" "$(printf '2014-06-30 closed Day\n2034-06-30 closed Day')"
	eq "$(days | wc -l)" 21
	csm schedule new --name T >/dev/null
	csm schedule holidays T f.ics --from 2040-06-30 --to 2041-06-30 >/dev/null
	eq "$(days T)" "$(printf '2040-06-30 closed Day\n2041-06-30 closed Day')"
	csm schedule holidays T f.ics --from 2042-07-01 --to 2043-06-29 >/dev/null
	eq "$(days T | wc -l)" 2
	event "Over" "DTSTART;VALUE=DATE:20431230" DURATION:P4D | ics
	csm schedule holidays T f.ics --from 2044-01-01 --to 2044-01-01 >/dev/null
	eq "$(days T | tail -n 1)" "2044-01-01 closed Over"
	run_csm schedule holidays T f.ics --from 2044-01-02 --to 2044-01-01
	fails 2 "--from 2044-01-02 is after --to 2044-01-01"
	run_csm schedule holidays T f.ics --from 2044-02-30
	fails 2 "--from"
	run_csm schedule holidays T f.ics --to soon
	fails 2 "--to"
}

@test "--replace removes what the file no longer has, of the same kind and in the range" {
	{
		event "A" "DTSTART;VALUE=DATE:20240101"
		event "B" "DTSTART;VALUE=DATE:20240102"
	} | ics
	take
	printf 'csm: 1\nschedule_exception:\n' >s.yaml
	printf '  - {schedule: {name: S}, %s}\n' 'date: 2024-02-01, kind: closed, name: By hand' 'date: 2024-02-02, kind: hours, start: "09:00", end: "10:00"' \
		'every: 12-25, kind: closed' 'date: 2026-01-01, kind: closed, name: After' 'date: 2023-12-31, kind: closed, name: Before' >>s.yaml
	csm import s.yaml >/dev/null
	event "B" "DTSTART;VALUE=DATE:20240102" | ics
	take
	eq "$(days | wc -l)" 7
	take --replace --dry-run
	eq "$status" 0
	eq "$(count removed) $(count unchanged)" "2 1"
	eq "$err" "csm: dry run: nothing was stored"
	eq "$(days | wc -l)" 7
	take --replace
	ok
	eq "$(count removed) $(count unchanged) $(count added)" "2 1 0"
	eq "$(days)" "$(printf '%s\n' "closed" "2023-12-31 closed Before" "2024-01-02 closed B" "2024-02-02 hours 09:00 10:00" "2026-01-01 closed After" | sed 's/^closed$/ closed/')"
	csm undo >/dev/null
	eq "$(days | wc -l)" 7
}

@test "the report says the same in every format; -q says nothing; standard input" {
	{
		event "A" "DTSTART;VALUE=DATE:20240101"
		event "B" "DTSTART:20240102T100000"
	} | ics
	run_csm schedule holidays S - --from 2024-01-01 --to 2024-12-31 -o json --dry-run <f.ics
	ok
	eq "$(json '.[] | [.what, .count, .first, .last, .why, .lines] | map(tostring) | join("|")')" "$(printf '%s\n' \
		"events|2|null|null|null|null" "taken|1|null|null|null|null" "ignored|1|null|null|it has times (--timed takes these)|8" \
		"days|1|2024-01-01|2024-01-01|null|null" "added|1|null|null|null|null" "unchanged|0|null|null|null|null")"
	eq "$(days)" ""
	run_csm schedule holidays S - -q <f.ics
	ok
	eq "$out" ""
	eq "$(days)" "2024-01-01 closed A"
	run_csm schedule holidays S - <<<rubbish
	fails 65 "standard input:1: 'rubbish' is no line of iCalendar"
}

@test "who may not, what is not there" {
	event "A" "DTSTART;VALUE=DATE:20240101" | ics
	run_csm schedule holidays Nowhere f.ics
	fails 3 "Nowhere"
	run_csm schedule holidays S missing.ics
	fails 66 "missing.ics"
	run_csm schedule holidays S .
	fails 74
	run_csm schedule holidays S
	fails 2
	run_csm schedule holidays S f.ics --kind break
	fails 2 "none of closed,hours"
	eq "$(days)" ""
}
