#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Schedules as documents: what is accepted, what it means for a due moment, and what is refused with which words.

load helpers

setup() {
	csm_setup
	csm init
}

load_text() { printf 'csm: 1\nschedule:\n%s\n' "$1" >s.yaml && run_csm import s.yaml; }
# The due moment of DURATION from START in the schedule: by an SLA of a case that is opened then.
due() {
	csm sla-definition new --name "$1 $2 $3" --duration "$3" --schedule-source definition --schedule "$1" --timezone-source definition \
		--time-zone "${4-UTC}" --start-condition "short_description = '$1 $2 $3'" --stop-condition "state = closed" >/dev/null
	csm account list --where "name = Acme" --count | grep -qx 1 || csm account new --name Acme >/dev/null
	CSM_NOW=$2 csm case new --account Acme --short-description "$1 $2 $3" >/dev/null
	csm sla list --where "sla_definition.name = '$1 $2 $3'" --fields planned_end_at --no-header -o csv
}

example() {
	cat <<-'EOF'
		csm: 1
		schedule:
		  - name: DE 9-17
		    time_zone: Europe/Berlin
		    span:
		      - {days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}
		    exception:
		      - {date: 2024-12-25, kind: closed, name: Christmas Day}
		      - {date: 2024-12-24, kind: hours, start: "09:00", end: "12:00"}
		      - {date: 2024-06-03, kind: break, start: "12:00", end: "13:00"}
		      - {every: 12-26, kind: closed}
		      - {every: "last mon of may", kind: closed}
		      - {every: "2nd tue of nov", kind: closed}
		      - {every: "easter+1", kind: closed}
		    valid_from: 2020-01-01
	EOF
}

@test "the example of a schedule is taken as it is written, and comes out the same" {
	example >s.yaml
	run_csm import s.yaml
	ok
	run_csm schedule show "DE 9-17" -o yaml
	ok
	out_has 'every: last mon of may'
	out_has 'kind: break'
	csm export schedule >one.yaml
	CSM_DB=$PWD/two.db csm init
	CSM_DB=$PWD/two.db csm import one.yaml >/dev/null
	eq "$(CSM_DB=$PWD/two.db csm export schedule)" "$(cat one.yaml)"
	eq "$(csm schedule-exception list --count)" 7
}

@test "what the example means: days off, other hours, breaks, Easter, the change of the clocks" {
	example >s.yaml
	csm import s.yaml >/dev/null
	eq "$(due "DE 9-17" 2024-12-23T15:00:00Z 5h)" 2024-12-27T09:00:00Z
	eq "$(due "DE 9-17" 2024-12-24T08:00:00Z 3h)" 2024-12-24T11:00:00Z
	eq "$(due "DE 9-17" 2024-06-03T07:00:00Z 4h)" 2024-06-03T12:00:00Z
	eq "$(due "DE 9-17" 2024-05-24T14:00:00Z 2h)" 2024-05-28T08:00:00Z
	eq "$(due "DE 9-17" 2024-11-11T15:00:00Z 2h)" 2024-11-13T09:00:00Z
	eq "$(due "DE 9-17" 2024-03-28T15:00:00Z 9h)" 2024-03-29T16:00:00Z
	eq "$(due "DE 9-17" 2024-03-29T15:00:00Z 2h)" 2024-04-02T08:00:00Z
}

@test "a dated exception beats a recurring one; hours open a closed day; several hours a day; a day that is over midnight" {
	load_text '  - name: X
    time_zone: UTC
    span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]
    exception:
      - {every: 03-05, kind: closed}
      - {date: 2024-03-05, kind: hours, start: "10:00", end: "11:00"}
      - {date: 2024-03-09, kind: hours, start: "08:00", end: "09:00"}
      - {date: 2024-03-09, kind: hours, start: "12:00", end: "13:00"}
  - {name: Night, time_zone: UTC, span: [{days: [fri], start: "22:00", end: "06:00"}, {days: [mon], start: "20:00", end: "24:00"}]}'
	ok
	eq "$(due X 2024-03-05T00:00:00Z 2h)" 2024-03-06T10:00:00Z
	eq "$(due X 2024-03-08T16:00:00Z 3h)" 2024-03-09T13:00:00Z
	eq "$(due X 2025-03-05T00:00:00Z 1h)" 2025-03-06T10:00:00Z
	eq "$(due Night 2024-03-08T12:00:00Z 8h)" 2024-03-09T06:00:00Z
	eq "$(due Night 2024-03-09T06:00:00Z 4h)" 2024-03-12T00:00:00Z
}

@test "included and excluded schedules; a floating one takes the zone of its use" {
	load_text '  - {name: Office, include: [Day, Evening], exclude: [Holidays], time_zone: UTC}
  - {name: Day, time_zone: UTC, span: [{days: [mon, tue], start: "09:00", end: "12:00"}]}
  - {name: Evening, time_zone: UTC, span: [{days: [mon], start: "18:00", end: "20:00"}]}
  - {name: Holidays, time_zone: UTC, span: [], exception: [{date: 2024-03-05, kind: hours, start: "00:00", end: "24:00"}]}
  - {name: Floats, span: [{days: [mon], start: "09:00", end: "12:00"}]}'
	ok
	eq "$(due Office 2024-03-04T09:00:00Z 5h)" 2024-03-04T20:00:00Z
	eq "$(due Office 2024-03-04T09:00:00Z 6h)" 2024-03-11T10:00:00Z
	eq "$(due Floats 2024-03-04T00:00:00Z 1h Europe/Berlin)" 2024-03-04T09:00:00Z
	eq "$(due Floats 2024-03-04T00:30:00Z 1h America/New_York)" 2024-03-04T15:00:00Z
}

@test "valid from day to day" {
	load_text '  - {name: X, time_zone: UTC, valid_from: 2024-03-04, valid_to: 2024-03-05, span: [{days: [mon, tue, wed], start: "09:00", end: "12:00"}]}'
	ok
	eq "$(due X 2024-02-26T09:00:00Z 1h)" 2024-03-04T10:00:00Z
	csm sla-definition new --name Late --duration 7h --schedule-source definition --schedule X --start-condition "priority = 1" \
		--stop-condition "state = closed" >/dev/null
	CSM_NOW=2024-03-04T09:00:00Z run_csm case new --account Acme --short-description x --priority 1
	fails 4 "X"
}

@test "what can't be is refused, and nothing of it stays" {
	local text

	while IFS='|' read -r words text; do
		load_text "$text"
		[ "$status" -ne 0 ] || wrong "taken: $text" || return 1
		err_has "$words" || return 1
		err_has "s.yaml:3" || return 1
	done <<-'EOF'
		time_zone: time zone 'Europe/Berlinn' is not known|  - {name: X, time_zone: Europe/Berlinn}
		valid_to: is before valid_from|  - {name: X, valid_from: 2024-02-01, valid_to: 2024-01-01}
		start and end are the same; a whole day is 00:00 to 24:00|  - {name: X, span: [{days: [mon], start: "09:00", end: "09:00"}]}
		start: 24:00 can only be an end|  - {name: X, span: [{days: [mon], start: "24:00", end: "09:00"}]}
		days|  - {name: X, span: [{days: [monday2], start: "08:00", end: "09:00"}]}
		needs a value|  - {name: X, span: [{days: [mon], start: "08:00"}]}
		start|  - {name: X, span: [{days: [mon], start: "25:00", end: "09:00"}]}
		an exception has either date or every|  - {name: X, exception: [{kind: closed}]}
		an exception has either date or every|  - {name: X, exception: [{date: 2024-01-01, every: 01-01, kind: closed}]}
		every|  - {name: X, exception: [{every: "6th mon of may", kind: closed}]}
		every|  - {name: X, exception: [{every: 13-01, kind: closed}]}
		date|  - {name: X, exception: [{date: 2024-02-30, kind: closed}]}
		kind closed takes no start and end; use hours or break|  - {name: X, exception: [{date: 2024-01-01, kind: closed, start: "09:00", end: "10:00"}]}
		kind hours needs start and end|  - {name: X, exception: [{date: 2024-01-01, kind: hours, start: "09:00"}]}
		kind break needs start and end|  - {name: X, exception: [{date: 2024-01-01, kind: break}]}
		24:00 can only be an end|  - {name: X, exception: [{date: 2024-01-01, kind: break, start: "24:00", end: "10:00"}]}
		end: start and end are the same|  - {name: X, exception: [{date: 2024-01-01, kind: hours, start: "10:00", end: "10:00"}]}
		include|  - {name: X, include: [Y]}
	EOF
	eq "$(csm schedule list --count)" 0
}

@test "no schedule contains itself" {
	csm schedule new --name A --time-zone UTC >/dev/null
	csm schedule new --name B --time-zone UTC --include A >/dev/null
	run_csm schedule edit A --include A
	fails 4 "include: the schedule would contain itself"
	run_csm schedule edit A --exclude B
	fails 4 "exclude: the schedule would contain itself"
	load_text '  - {name: C, include: [D]}
  - {name: D, include: [C]}'
	err_has "s.yaml:4:15: schedule D: include: the schedule would contain itself"
	eq "$(csm schedule list --count)" 2
}

@test "a changed schedule counts for what begins after it" {
	load_text '  - {name: X, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}'
	ok
	eq "$(due X 2024-03-01T16:00:00Z 2h)" 2024-03-04T10:00:00Z
	csm schedule-exception new --schedule X --date 2024-03-04 --kind closed >/dev/null
	eq "$(due X 2024-03-01T16:00:00Z 3h)" 2024-03-05T11:00:00Z
	eq "$(csm sla list --fields planned_end_at,schedule_version --no-header -o csv | head -n 1 | cut -d, -f1)" 2024-03-04T10:00:00Z
}
