#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# sla_data.sh - a database of CASES cases with two SLAs each, for the benches. Ten thousand are loaded, so that csm itself counts
# them; the rest are copies of those rows, made in SQL, with ids of their own.
#
# usage: sla_data.sh past|running CASES     into $CSM_DB, with the clock at $CSM_NOW (2026-06-01T09:00:00Z)
#   past     cases of two and a half years, closed but for one in a hundred; some first answered or resolved late
#   running  open cases of the last days; 100 SLAs are breached, all others run
set -eu
csm=${CSM_BIN:?} kind=$1 cases=$2
first=10000
[ "$cases" -lt "$first" ] && first=$cases
export CSM_NOW=${CSM_NOW:-2026-06-01T09:00:00Z}

"$csm" -q init
"$csm" -q import - >/dev/null <<'END'
csm: 1
schedule:
  - name: DE 9-17
    time_zone: Europe/Berlin
    span:
      - {days: [mon, tue, wed, thu, fri], start: "09:00", end: "12:00"}
      - {days: [mon, tue, wed, thu, fri], start: "13:00", end: "18:00"}
    exception:
      - {every: 01-01, kind: closed}
      - {every: easter-2, kind: closed}
      - {every: easter+1, kind: closed}
      - {every: 05-01, kind: closed}
      - {every: easter+39, kind: closed}
      - {every: easter+50, kind: closed}
      - {every: 10-03, kind: closed}
      - {every: 12-24, kind: closed}
      - {every: 12-25, kind: closed}
      - {every: 12-26, kind: closed}
sla_definition:
  - {name: Response, target: response, duration: 8h, schedule_source: definition, schedule: DE 9-17,
     start_condition: active = true or state = closed, stop_condition: first_response_time is not null}
  - {name: Resolution, target: resolution, duration: 100h, schedule_source: definition, schedule: DE 9-17,
     start_condition: active = true or state = closed, stop_condition: "state in (resolved, closed)"}
END

# RFC 3339 of seconds since 1970, in any awk (days to a date by the calendar of 400 years).
civil='function moment(t, d, s, z, era, doe, yoe, doy, mp, y, m) {
	d = int(t / 86400); s = t - d * 86400
	z = d + 719468; era = int(z / 146097); doe = z - era * 146097
	yoe = int((doe - int(doe / 1460) + int(doe / 36524) - int(doe / 146096)) / 365)
	y = yoe + era * 400; doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100))
	mp = int((5 * doy + 2) / 153); m = mp < 10 ? mp + 3 : mp - 9
	return sprintf("\"%04d-%02d-%02dT%02d:%02d:%02dZ\"", m <= 2 ? y + 1 : y, m, doy - int((153 * mp + 2) / 5) + 1, int(s / 3600),
		int(s % 3600 / 60), s % 60)
}'

awk -v n="$first" -v kind="$kind" -v now="$(date -u -d "$CSM_NOW" +%s)" "$civil"'
BEGIN {
	for (i = 1; i <= 1000; i++)
		printf "{\"account\": {\"external_id\": \"A%d\", \"name\": \"Account %d\", \"customer\": true}}\n", i, i
	for (i = 1; i <= n; i++) {
		printf "{\"case\": {\"external_id\": \"X%d\", \"account\": \"A%d\", \"short_description\": \"Case %d, like many others\", " \
			"\"priority\": %d, ", i, i % 1000 + 1, i, i % 4 + 1
		if (kind == "running") {
			# the response of a hundred is late, everything else has time
			printf "\"state\": \"open\", \"opened_at\": %s}}\n", moment(i <= 100 ? now - 5 * 86400 - i : now - (i * 7) % 4000)
			continue
		}
		opened = now - 900 * 86400 + int(i * 860 * 86400 / n)
		if (i % 100 == 0)
			printf "\"state\": \"open\", \"opened_at\": %s}}\n", moment(opened)
		else
			printf "\"state\": \"closed\", \"opened_at\": %s, \"first_response_time\": %s, \"resolved_at\": %s, \"closed_at\": %s, " \
				"\"resolution_code\": \"solved_guidance\", \"close_notes\": \"Done\"}}\n", moment(opened),
				moment(opened + (i * 37) % 90000), moment(opened + 90000 + (i * 101) % 1900000), moment(opened + 2000000)
	}
}' | "$csm" -q import --from ndjson - >/dev/null
[ "$cases" -gt "$first" ] || exit 0

# columns TABLE: all but id and external_id, with commas between them.
columns() {
	sqlite3 "$CSM_DB" "SELECT group_concat(name, ', ') FROM pragma_table_info('$1') WHERE name NOT IN ('id', 'external_id', 'parent_case')"
}

# Copy k of a row has its id and k times ten thousand; of the running ones the hundred late are not copied.
from=1
[ "$kind" = running ] && from=101
cc=$(columns cases) sc=$(columns slas)
sqlite3 "$CSM_DB" <<END
PRAGMA synchronous = OFF;
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TEMP TABLE copies AS WITH RECURSIVE k (k) AS (VALUES (1) UNION ALL SELECT k + 1 FROM k WHERE k < ($cases - 1) / $first) SELECT k FROM k;
INSERT INTO cases (id, $cc) SELECT id + k * $first, $cc FROM copies, cases WHERE id BETWEEN $from AND $first ORDER BY 1;
INSERT INTO slas (id, parent_case, $sc) SELECT id + k * 2 * $first, parent_case + k * $first, $sc FROM copies, slas
	WHERE parent_case BETWEEN $from AND $first ORDER BY 1;
UPDATE history SET last_record = last_record + (SELECT max(k) FROM copies) * $first WHERE type = 'case' AND op = 'create';
UPDATE history SET last_record = last_record + (SELECT max(k) FROM copies) * $first * 2 WHERE type = 'sla' AND op = 'create';
COMMIT;
END
