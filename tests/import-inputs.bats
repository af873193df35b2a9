#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What an input is wrapped in: gzip and zstd, by content and whatever its name; encodings; what is cut off or something else.
load helpers

setup() {
	csm_setup
	csm init -q
}

# names: the accounts there are
names() {
	csm account list --fields name --no-header | tr '\n' ' '
}

lines() {
	printf '{"account": {"external_id": "%s", "name": "%s", "customer": true}}\n' A1 Boxeo A2 Zoë
}

@test "without a name the format is known by the first line: a table's header is nothing that a document begins with" {
	printf 'external_id,name,customer\nA1,"Box: eo",true\n' | csm account import -q >/dev/null
	printf '\n"external_id";"name";"customer"\r\n"A2";"Umbra";"true"\r\n' | csm account import -q - >/dev/null
	csm account list --fields external_id,name -o tsv | sed 's/Umbra/Um\\nbra/' | csm account import -q >/dev/null
	printf 'external_id: A3\nname: Y\ncustomer: true\n' | csm account import -q >/dev/null
	printf 'external_id:A4\n' >colon
	run_csm account import colon
	fails 65 "csm: colon:1:1: column 'external_id:A4' is no field of account"
	printf 'external_id|name|customer\nA4|a\tb|true\n' >bars
	csm account import -q --delimiter '|' bars >/dev/null
	eq "$(csm account list --fields name --sort name -o json | jq -c '[.[].name]')" '["Box: eo","Um\nbra","Y","a\tb"]'
	run_csm import bars
	fails 2 "csm: bars: csv holds one type: use 'csm NOUN import'"
	echo '# nothing' >none.txt
	run_csm account import none.txt
	ok
}

@test "gzip is known by its content, in every format, by file and by pipe" {
	lines | gzip -c >one.ndjson.gz
	run_csm import one.ndjson.gz
	ok
	eq "$(names)" "Boxeo Zoë "
	printf 'account:\n  - {external_id: A3, name: Yaml, customer: true}\n' | gzip -c >misnamed.yaml
	run_csm import misnamed.yaml
	ok
	printf '{"account": [{"external_id": "A4", "name": "Json", "customer": true}]}' | gzip -c | csm import - >/dev/null
	printf 'external_id,name,customer\nA5,Csv,true\n' | gzip -c >t.csv.gz
	run_csm account import t.csv.gz
	ok
	printf 'external_id\tname\tcustomer\nA6\tTsv\ttrue\n' | gzip -c | csm account import --from tsv - >/dev/null
	eq "$(csm account list --fields name --sort external_id --no-header | tr '\n' ' ')" "Boxeo Zoë Yaml Json Csv Tsv "
}

@test "members of gzip in a row are one input" {
	{ lines | head -n 1 | gzip -c; lines | tail -n 1 | gzip -c; } >two.gz
	run_csm import two.gz
	ok
	eq "$(names)" "Boxeo Zoë "
}

@test "zstd is known by its content, frames in a row are one input" {
	command -v zstd >/dev/null || skip "no zstd"
	{ lines | head -n 1 | zstd -qc; lines | tail -n 1 | zstd -qc -19; } >two.ndjson.zst
	run_csm import two.ndjson.zst
	ok
	eq "$(names)" "Boxeo Zoë "
	lines | zstd -qc --long=27 >long.zst
	run_csm import long.zst
	fails 65 "csm: long.zst: a window of more than 8 MiB (use zstd -dc --long=31) at byte 1 of the zstd data"
}

@test "compressed input that is cut off or damaged is refused with its name, and nothing is stored" {
	lines | gzip -c >whole.gz
	head -c 60 whole.gz >cut.gz
	run_csm import cut.gz
	fails 65
	eq "$err" "csm: cut.gz: cut off at byte 61 of the gzip data; nothing was stored"
	out_is ""
	run_csm import --on-error skip - <cut.gz
	fails 65 "csm: standard input: cut off at byte 61 of the gzip data"
	# the checksum of the member
	size=$(wc -c <whole.gz)
	{ head -c $((size - 8)) whole.gz; printf '\1\2\3\4'; tail -c 4 whole.gz; } >sum.gz
	run_csm import --on-error skip sum.gz
	fails 65 "csm: sum.gz: damaged: incorrect data check at byte"
	{ cat whole.gz; echo more; } >more.gz
	run_csm import more.gz
	fails 65 "csm: more.gz: something else follows at byte $((size + 1)) of the gzip data"
	eq "$(names)" ""
	run_csm import whole.gz
	ok
}

@test "what damage has made of compressed input is not told as errors of its records, however the load ends" {
	many() { awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "{\"account\": {\"external_id\": \"A%d\", \"name\": \"Account %d\", \"customer\": true}}\n", i, i * 7919 % 9973 }'; }
	# the bytes are stored as they are, so that one of them can be made another one
	many 3000 | gzip -1c >good.gz
	for at in 2000 20000; do
		cp good.gz bad.gz
		printf '\125\252\125' | dd of=bad.gz bs=1 seek="$at" conv=notrunc status=none
		gzip -t bad.gz 2>/dev/null && return 1
		for how in --on-error=abort "--on-error=skip --rejects r.ndjson" --on-error=limit=3 "--on-error=skip --batch 10" "--on-error=skip -v --dry-run"; do
			# shellcheck disable=SC2086 # words
			run_csm import $how bad.gz
			fails 65
			[[ $err =~ ^csm:\ bad\.gz:\ damaged:\ [a-z\ /]+\ at\ byte\ [0-9]+\ of\ the\ gzip\ data\;\ nothing\ was\ stored$ ]] || wrong "other errors are told"
			out_is ""
		done
	done
	[ ! -e r.ndjson ]
	eq "$(csm account list --count)$(csm import list --count)" 00
	# what is wrong with the inputs before it is told, in their order
	{ many 2; echo '{"account": 7}'; } | gzip -c >first.gz
	run_csm import --from ndjson --on-error=skip first.gz bad.gz
	fails 65 "csm: bad.gz: damaged: "
	eq "$(head -n 1 <<<"$err")" "csm: first.gz:3:13: account: expected a list of records"
	run_csm import --from ndjson first.gz bad.gz
	fails 65 "csm: 2 errors, nothing was stored"
	eq "$(cut -d: -f1-3 <<<"$err" | head -n 2)" $'csm: first.gz:3\ncsm: bad.gz: damaged'
	# a table, whose header is what is damaged
	{ echo external_id,name,customer; for i in $(seq 300); do echo "A$i,Account $i,true"; done; } | gzip -c >good.csv.gz
	cp good.csv.gz bad.csv.gz
	printf '\1\2' | dd of=bad.csv.gz bs=1 seek=30 conv=notrunc status=none
	run_csm account import bad.csv.gz
	fails 65 "csm: bad.csv.gz: damaged: "
	eq "$(wc -l <<<"$err")" 1
	# one that is whole, and wrong, is read to its end to know, and then it is what is told
	{ many 30 | sed 's/"name"/"nme"/'; many 3000; } | gzip -c >wrong.gz
	run_csm import wrong.gz --from ndjson
	fails 65 "csm: wrong.gz:1:42: account A1: nme: is no field of account; did you mean 'name'?"
	eq "$(wc -l <<<"$err") $(tail -n 1 <<<"$err")" "21 csm: at least 20 errors, nothing was stored"
	head -c 2000 wrong.gz >cut.gz
	run_csm import cut.gz --from ndjson
	fails 65
	eq "$err" "csm: cut.gz: cut off at byte 2001 of the gzip data; nothing was stored"
	if command -v zstd >/dev/null; then
		many 3000 | zstd -qc >bad.zst
		printf '\125\252\125' | dd of=bad.zst bs=1 seek=9000 conv=notrunc status=none
		run_csm import --on-error skip bad.zst
		fails 65 "csm: bad.zst: damaged: "
		eq "$(wc -l <<<"$err")" 1
	fi
}

@test "NDJSON from a pipe is known by its lines, also when the first is wrong, or long" {
	good='{"account": {"external_id": "A2", "name": "Two", "customer": true}}'
	for first in '{"account": {"external_id": "A1"' '{"account": 7},' 'Connected to db1'; do
		printf '%s\n%s\n' "$first" "$good" >x
		run_csm import --on-error skip --dry-run - <x
		fails 1 "csm: standard input:1:"
		out_has $'account\t1\t1\t0\t0\t0\t0'
	done
	printf '%s\nbroken\n' "$good" >x
	run_csm import --on-error skip --dry-run - <x
	fails 1 "csm: standard input:2:1: expected an object '{', found 'b'"
	{ printf '{"account": {"external_id": "A1", "name": "One", "customer": true, "notes": "%05000d"}}\n' 7; echo "$good"; } >x
	run_csm import - <x
	ok
	eq "$(names)" "One Two "
	# a document that has one more than it should: what to say is said
	{ printf '{"account": {"external_id": "A3", "name": "Three", "customer": true, "notes": "%070000d"}}\n' 7; echo "$good"; } >x
	run_csm import - <x
	fails 65
	eq "$err" "csm: standard input:2:1: expected the end of the input after the value (--from ndjson reads a record a line), found '{'; nothing was stored"
}

@test "what a compressed input holds is checked as it is otherwise" {
	{ lines; echo '{"account": {"name": "broken'; } | gzip -c >x.ndjson.gz
	run_csm import --on-error skip x.ndjson.gz
	fails 1 "csm: x.ndjson.gz:3:22: string without its closing '\"'"
	eq "$(names)" "Boxeo Zoë "
	head -c 8000000 /dev/zero | tr '\0' '[' | gzip -c >bomb.json.gz
	run_csm import bomb.json.gz
	fails 65 "csm: bomb.json.gz:1:2: expected a map"
	{ printf '{"account": [{"name": "'; head -c 8000000 /dev/zero | tr '\0' 'x'; } | gzip -c >bomb.json.gz
	run_csm import bomb.json.gz
	fails 65 "csm: bomb.json.gz:1:23: value longer than 1 MiB"
}

@test "what is something else says so" {
	printf 'PK\3\4rest of an archive' >cases.xlsx
	run_csm case import --from csv cases.xlsx
	fails 65 "csm: cases.xlsx: the input is a zip archive or an office document such as .xlsx (save a sheet as CSV)"
	cp "$CSM_DB" x.yaml
	run_csm import x.yaml
	fails 65 "csm: x.yaml: the input is an SQLite database (a document or a table is expected)"
}

@test "UTF-16 is known by its mark, or said" {
	lines | iconv -f utf-8 -t utf-16le | { printf '\377\376'; cat; } >le.ndjson
	run_csm import --dry-run le.ndjson
	eq "$status" 0
	lines | iconv -f utf-8 -t utf-16be >be.ndjson
	run_csm import be.ndjson
	fails 65 "csm: be.ndjson: the input has NUL bytes as UTF-16 does, but no byte order mark (say --encoding utf-16be)"
	run_csm import --encoding utf-16be be.ndjson
	ok
	eq "$(names)" "Boxeo Zoë "
	run_csm import --encoding utf-16le le.ndjson
	ok
	run_csm import --encoding latin1 le.ndjson
	fails 65 "csm: le.ndjson: the input begins with the mark of utf-16le, it is not latin1"
	printf 'external_id\tname\tcustomer\nA7\tTab Zoë\ttrue\n' | iconv -f utf-8 -t utf-16 | gzip -c >excel.csv
	run_csm account import excel.csv
	eq "$status" 0
	eq "$(csm account list --fields name --where 'external_id = "A7"' --no-header)" "Tab Zoë"
}

@test "Latin-1 and windows-1252 are said, and a wrong byte is told with its place" {
	printf 'external_id;name;customer\nA1;Zo\353;true\nA2;\223Box\224 \200;true\n' >west.csv
	run_csm account import west.csv
	fails 65 "csm: west.csv:2:4: account: name: byte 3 (0xeb) is not valid UTF-8 (if it is not UTF-8, --encoding says what it is)"
	run_csm account import --encoding latin1 --on-error skip west.csv
	fails 1 "csm: west.csv:3:4: account: name: byte 1 is the control character U+0093; only tab and newline are stored (windows-1252 has other characters there)"
	run_csm account import --encoding windows-1252 west.csv
	eq "$status" 0
	eq "$(names)" $'Zo\303\253 \342\200\234Box\342\200\235 \342\202\254 '
	run_csm account import --encoding ebcdic west.csv
	fails 2 "utf-8"
}
