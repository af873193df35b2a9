# SPDX-License-Identifier: MIT
#
# ics_days.awk - a second, naive reading of iCalendar files for the tests: the days of events of whole days, "DATE<tab>NAME", by asking
# of every day since an event began whether its rule names it.
#
# usage: awk -v from=2023-01-01 -v to=2026-12-31 [-v overrides=add] -f ics_days.awk FILE | sort -u
# It knows the rules that holidays are written with, and ends with 3 when it meets another. Events with times are passed over.

function day_number(y, m, d) {			# days since 0000-03-01
	y -= m < 3
	m = (m + 9) % 12
	return y * 365 + int(y / 4) - int(y / 100) + int(y / 400) + int((m * 306 + 5) / 10) + d - 1
}

# Sets Y, M, D and W (0 Sunday .. 6 Saturday) of a day number.
function split_day(n,    y, rest) {
	y = int((n * 10000 + 14780) / 3652425)
	rest = n - (365 * y + int(y / 4) - int(y / 100) + int(y / 400))
	if (rest < 0) {
		y--
		rest = n - (365 * y + int(y / 4) - int(y / 100) + int(y / 400))
	}
	M = int((100 * rest + 52) / 3060)
	D = rest - int((M * 306 + 5) / 10) + 1
	M = (M + 2) % 12 + 1
	Y = y + (M < 3)
	W = (n + 3) % 7
}

function parse_date(s) {
	return day_number(substr(s, 1, 4) + 0, substr(s, 5, 2) + 0, substr(s, 7, 2) + 0)
}

function month_length(y, m) {
	return day_number(y + (m == 12), m % 12 + 1, 1) - day_number(y, m, 1)
}

function in_list(list, value,    a, n, i) {
	n = split(list, a, ",")
	for (i = 1; i <= n; i++)
		if (a[i] == value)
			return 1
	return 0
}

# BYDAY on the day that split_day() has set: plain weekdays, or the nth (from the end) of the month.
function weekday_fits(list,    a, n, i, w) {
	n = split(list, a, ",")
	for (i = 1; i <= n; i++) {
		w = substr(a[i], length(a[i]) - 1)
		if (w != substr("SUMOTUWETHFRSA", W * 2 + 1, 2))
			continue
		if (a[i] == w || a[i] == int((D + 6) / 7) w || a[i] == "+" int((D + 6) / 7) w)
			return 1
		if (a[i] == "-" int((month_length(Y, M) - D) / 7 + 1) w)
			return 1
	}
	return 0
}

# Whether the rule names the day that split_day() has set.
function rule_fits() {
	if (part["FREQ"] == "YEARLY") {
		if ((Y - start_y) % part["INTERVAL"])
			return 0
		if (!("BYMONTH" in part) && M != start_m)
			return 0
	} else if (part["FREQ"] == "MONTHLY") {
		if (((Y - start_y) * 12 + M - start_m) % part["INTERVAL"])
			return 0
	} else {
		unknown("FREQ=" part["FREQ"])
	}
	if ("BYMONTH" in part && !in_list(part["BYMONTH"], M))
		return 0
	if ("BYMONTHDAY" in part && !in_list(part["BYMONTHDAY"], D))
		return 0
	if ("BYDAY" in part && !weekday_fits(part["BYDAY"]))
		return 0
	return ("BYMONTHDAY" in part) || ("BYDAY" in part) || D == start_d
}

function unknown(what) {
	print "ics_days: " FILENAME ": " what " is not known here" > "/dev/stderr"
	broken = 1
	exit 3
}

function read_rule(    a, b, n, i) {
	split("", part)
	part["INTERVAL"] = 1
	n = split(rule, a, ";")
	for (i = 1; i <= n; i++) {
		split(a[i], b, "=")
		part[b[1]] = b[2]
		if (b[1] !~ /^(FREQ|INTERVAL|COUNT|UNTIL|BYMONTH|BYMONTHDAY|BYDAY)$/)
			unknown(b[1])
	}
	if (part["FREQ"] == "YEARLY" && !("BYMONTH" in part) && ("BYDAY" in part) && part["BYDAY"] ~ /[0-9]/)
		unknown("the nth weekday of a year")
}

# One occurrence: its days in the range, kept until overrides are known.
function occur(n,    i) {
	if (index("," not_dates ",", "," n ","))
		return
	for (i = n; i < n + len; i++)
		if (i >= first && i <= last) {
			count++
			day[count] = i
			title[count] = name
			key[count] = uid SUBSEP n
			single[count] = id != ""
		}
}

function end_event(    n, i, a, left) {
	start = parse_date(dtstart)
	len = dtend != "" ? parse_date(dtend) - start : days
	if (len < 1)
		len = 1
	if (id != "")
		overridden[uid SUBSEP parse_date(id)] = 1
	n = split(exdates, a, ",")
	not_dates = ""
	for (i = 1; i <= n; i++)
		not_dates = not_dates "," parse_date(a[i])
	n = split(rdates, a, ",")
	for (i = 1; i <= n; i++)
		if (a[i] != "" && parse_date(a[i]) != start)
			occur(parse_date(a[i]))
	if (rule == "") {
		occur(start)
		return
	}
	read_rule()
	split_day(start)
	start_y = Y
	start_m = M
	start_d = D
	left = ("COUNT" in part) ? part["COUNT"] + 0 : -1
	for (n = start; n <= last && left != 0; n++) {
		if ("UNTIL" in part && n > parse_date(part["UNTIL"]))
			break
		split_day(n)
		if (!rule_fits())
			continue
		occur(n)
		left--
	}
}

function take(line,    colon, head, value) {
	colon = index(line, ":")
	head = substr(line, 1, colon - 1)
	value = substr(line, colon + 1)
	if (line == "BEGIN:VEVENT") {
		inside = 1
		dtstart = dtend = rule = exdates = rdates = id = uid = name = ""
		days = timed = 0
	} else if (line == "BEGIN:VALARM") {
		inside = 0
	} else if (line == "END:VALARM") {
		inside = 1
	} else if (line == "END:VEVENT") {
		inside = 0
		if (!timed)
			end_event()
	}
	if (!inside)
		return
	sub(/;.*/, "", head)
	if (head == "DTSTART") {
		dtstart = value
		timed = length(value) != 8
	} else if (head == "DTEND") {
		dtend = value
	} else if (head == "DURATION") {
		days = substr(value, 2) + 0
	} else if (head == "RRULE") {
		rule = value
	} else if (head == "EXDATE") {
		exdates = exdates "," value
	} else if (head == "RDATE") {
		rdates = rdates "," value
	} else if (head == "RECURRENCE-ID") {
		id = value
	} else if (head == "UID") {
		uid = value
	} else if (head == "SUMMARY") {
		name = value
		gsub(/\\,/, ",", name)
		gsub(/\\;/, ";", name)
		sub(/^ */, "", name)
		sub(/ *$/, "", name)
	}
}

BEGIN {
	gsub(/-/, "", from)
	gsub(/-/, "", to)
	first = parse_date(from)
	last = parse_date(to)
}
{ gsub(/\r/, "") }
/^ / {
	whole = whole substr($0, 2)
	next
}
{
	take(whole)
	whole = $0
}
END {
	if (broken)
		exit 3
	take(whole)
	for (i = 1; i <= count; i++) {
		if (overrides != "add" && !single[i] && key[i] in overridden)
			continue
		split_day(day[i])
		printf "%04d-%02d-%02d\t%s\n", Y, M, D, title[i]
	}
}
