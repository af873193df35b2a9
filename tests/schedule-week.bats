#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# csm schedule show --week: the hours of a week as bars, and as data.
load helpers

setup() {
	csm_setup
	csm init
	cat >s.yaml <<-'END'
		csm: 1
		schedule:
		  - name: Office
		    time_zone: Europe/Berlin
		    span:
		      - {days: [mon, tue, wed, thu, fri], start: "09:00", end: "12:30"}
		      - {days: [mon, tue, wed, thu, fri], start: "13:10", end: "17:00"}
		    exception:
		      - {date: 2024-12-25, kind: closed, name: Christmas Day}
		      - {date: 2024-12-24, kind: hours, start: "09:00", end: "12:00"}
		      - {every: 12-26, kind: closed}
		  - {name: Night, time_zone: Europe/Berlin, span: [{days: [sat], start: "20:00", end: "06:00"}]}
		  - {name: Always, time_zone: Pacific/Apia, span: [{days: [mon, tue, wed, thu, fri, sat, sun], start: "00:00", end: "24:00"}]}
		  - {name: Floats, span: [{days: [mon], start: "09:00", end: "12:00"}]}
	END
	csm import s.yaml >/dev/null
}

@test "a row a day on 80 columns, with sums and the names of exceptions" {
	run_csm schedule show Office --week 2024-12-28
	ok
	out_is 'Office  Europe/Berlin  2024-12-23 to 2024-12-29  17h40m
                0   2   4   6   8   10  12  14  16  18  20  22  24
Mon 2024-12-23 |..................#######.+#######..............|   7h20m
Tue 2024-12-24 |..................######........................|      3h
                exception
Wed 2024-12-25 |................................................|  closed
                Christmas Day
Thu 2024-12-26 |................................................|  closed  12-26
Fri 2024-12-27 |..................#######.+#######..............|   7h20m
Sat 2024-12-28 |................................................|  closed
Sun 2024-12-29 |................................................|  closed'
	eq "$(csm schedule show Office --week 2024-12-23)" "$out"
	eq "$(csm schedule show Office --week 2024-12-29T23:59:59+01:00)" "$out"
	eq "$(CSM_NOW=2024-12-29T22:59:59Z csm schedule show Office --week today)" "$out"
	[ "$(CSM_NOW=2024-12-29T23:00:00Z csm schedule show Office --week today)" != "$out" ]
}

@test "wide terminals get a quarter of an hour a character and names beside the bar, narrow ones an hour" {
	COLUMNS=200 run_csm schedule show Office --week 2024-12-28
	ok
	eq "$(sed -n '2,5p' "$CSM_OUT")" '                0       2       4       6       8       10      12      14      16      18      20      22      24
Mon 2024-12-23 |....................................##############..+###############............................|   7h20m
Tue 2024-12-24 |....................................############................................................|      3h  exception
Wed 2024-12-25 |................................................................................................|  closed  Christmas Day'
	COLUMNS=60 run_csm schedule show Office --week 2024-12-28
	eq "$(sed -n '2,3p' "$CSM_OUT")" '                0  3  6  9  12 15 18 21 24
Mon 2024-12-23 |.........###++###.......|   7h20m'
	for COLUMNS in 40 73 80 100 125 200; do
		eq "$(COLUMNS=$COLUMNS csm schedule show Office --week 2024-12-28 | sed -n 's/.*|\(.*\)|.*/\1/p' | awk '{ print length }' | sort -u)" \
			"$((COLUMNS < 73 ? 24 : COLUMNS < 125 ? 48 : 96))"
	done
}

@test "days on which the clocks change are marked, and their sums are real hours" {
	run_csm schedule show Night --week 2024-03-31
	ok
	eq "$(tail -n 3 "$CSM_OUT")" 'Sat 2024-03-30 |........................................########|      4h
Sun 2024-03-31 |####  ######....................................|      5h
                clocks forward 1h at 02:00'
	run_csm schedule show Night --week 2024-10-27
	eq "$(tail -n 3 "$CSM_OUT")" 'Sat 2024-10-26 |........................................########|      4h
Sun 2024-10-27 |############....................................|      7h
                clocks back 1h at 03:00'
	eq "$(csm schedule show Night --week 2024-10-27 -o json | jq -c '.days[6] | [.length, .seconds, .clocks]')" '[90000,25200,"clocks back 1h at 03:00"]'
	run_csm schedule show Always --week 2011-12-30
	eq "$(sed -n '7,9p' "$CSM_OUT")" 'Fri 2011-12-30 |                                                |  closed
                the zone skips this day
Sat 2011-12-31 |################################################|     24h'
	csm schedule new --name Cairo --time-zone Africa/Cairo --include Always >/dev/null
	eq "$(csm schedule show Cairo --week 2024-04-26 | grep -A 1 '^Fri')" 'Fri 2024-04-26 |  ##############################################|     23h
                clocks forward 1h at 00:00'
}

@test "a week is as long as the time that elapses in it, whatever the zone does" {
	local zone from to

	for zone in Europe/Berlin Australia/Lord_Howe Africa/Cairo America/Havana Asia/Kathmandu Pacific/Apia America/St_Johns; do
		csm schedule new --name "$zone" --time-zone "$zone" --include Night,Office >/dev/null
		for day in 2011-12-29 2024-03-10 2024-03-31 2024-04-07 2024-04-26 2024-10-06 2024-10-27 2024-11-03; do
			csm schedule show "$zone" --week $day -o json >week
			from=$(jq -r .from week) to=$(date -u -d "$(jq -r .to week) + 1 day" +%F)
			eq "$zone $day $(jq -c '[.seconds, ([.days[].seconds] | add), ([.days[].length] | add)]' week)" \
				"$zone $day [$(csm schedule elapsed "$zone" "$from" "$to" --raw),$(csm schedule elapsed "$zone" "$from" "$to" --raw),$(
					jq -nc --arg z "$zone" --arg f "$from" --arg t "$to" '{ op: "elapsed", from: $f, to: $t, schedule: { time_zone: $z,
						span: [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start: "00:00", end: "24:00" }] } }' |
						csm schedule calc | jq .result)]"
		done
	done
}

@test "as data" {
	run_csm schedule show Office --week 2024-12-24 -o json
	ok
	eq "$(json '[.schedule, .time_zone, .from, .to, .seconds] | @tsv')" "Office	Europe/Berlin	2024-12-23	2024-12-29	63600"
	eq "$(json '.days[1] | tojson')" '{"date":"2024-12-24","weekday":"tue","length":86400,"seconds":10800,"note":"2024-12-24","clocks":null,"open":[{"start":"2024-12-24T08:00:00Z","end":"2024-12-24T11:00:00Z"}]}'
	eq "$(json '.days[0].open | length')" 2
	eq "$(csm schedule show Office --week 2024-12-24 -o json --tz Europe/Berlin | jq -r '.days[1].open[0].start')" 2024-12-24T09:00:00+01:00
	eq "$(csm schedule show Office Night --week 2024-12-24 -o json | jq -c '[.[].schedule]')" '["Office","Night"]'
	eq "$(csm schedule show Office Night --week 2024-12-24 -o ndjson | jq -r .schedule)" "Office
Night"
	eq "$(csm schedule show Floats --week 2024-12-24 --time-zone Asia/Tokyo -o yaml | sed -n 2p)" "time_zone: Asia/Tokyo"
	eq "$(csm schedule show --all --week 2024-12-24 | grep -c 'to 2024-12-29')" 4
}

@test "without --week show is what it is for every type" {
	run_csm schedule show Office -o json
	ok
	eq "$(json .name)" Office
	run_csm schedule show Office --fields name,time_zone --no-header -o csv
	out_is "Office,Europe/Berlin"
	run_csm schedule show Office --related
	ok
}

@test "plain characters without colour in a pipe and with NO_COLOR, colour on a terminal" {
	[[ $(csm schedule show Office --week 2024-12-24) != *$'\033'* ]]
	on_tty "COLUMNS=80 $CSM_BIN schedule show Office --week 2024-12-24"
	[[ $out == *$'..\033[32m#######\033[0m.\033[32m+#######\033[0m..'* ]]
	on_tty "NO_COLOR=1 $CSM_BIN schedule show Office --week 2024-12-24"
	[[ $out != *$'\033'* ]]
	eq "$(LC_ALL=C csm schedule show Office --week 2024-12-24)" "$(LC_ALL=C.UTF-8 csm schedule show Office --week 2024-12-24)"
}

@test "what is wrong" {
	run_csm schedule show Office --week 2024-12-32
	fails 2 "--week: '2024-12-32': there is no such day"
	run_csm schedule show Offfice --week 2024-12-31
	fails 3 "did you mean 'Office'?"
	run_csm schedule show --week 2024-12-31
	fails 2 "no record is named"
	run_csm schedule show Office --week 2024-12-31 -o csv
	fails 2 "--week is a picture, or a document with -o json, ndjson or yaml"
	run_csm schedule show Office --week 2024-12-31 --fields name
	fails 2 "--fields does not go with --week"
	run_csm schedule show Floats --week 2024-12-31 --time-zone Nowhere
	fails 2 "--time-zone: time zone 'Nowhere' is not known"
	run_csm case show --week 2024-12-31 CS1
	fails 2 "unknown option '--week'"
	run_csm schedule show Office --week 9999-12-31
	fails 2 "csm: schedule Office: --week: the week is not within the years 1 to 9999"
	run_csm schedule show Office --week 0001-01-01
	fails 2 "csm: schedule Office: --week: the week is not within the years 1 to 9999"
	run_csm schedule show Office --week 9999-12-20
	ok
}
