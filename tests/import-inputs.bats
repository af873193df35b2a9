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
	fails 65 "csm: cut.gz: cut off at byte 61 of the gzip data"
	out_is ""
	run_csm import --on-error skip - <cut.gz
	fails 65 "csm: standard input: cut off at byte 61 of the gzip data"
	# the checksum of the member
	size=$(wc -c <whole.gz)
	{ head -c $((size - 8)) whole.gz; printf '\1\2\3\4'; tail -c 4 whole.gz; } >sum.gz
	run_csm import --on-error skip sum.gz
	fails 65 "csm: sum.gz: incorrect data check at byte"
	{ cat whole.gz; echo more; } >more.gz
	run_csm import more.gz
	fails 65 "csm: more.gz: something else follows at byte $((size + 1)) of the gzip data"
	eq "$(names)" ""
	run_csm import whole.gz
	ok
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
	fails 65 "csm: west.csv:2:4: byte 3 (0xeb) is not valid UTF-8 (if it is not UTF-8, --encoding says what it is)"
	run_csm account import --encoding latin1 --on-error skip west.csv
	fails 1 "csm: west.csv:3:4: byte 1 is the control character U+0093; only tab and newline are stored (windows-1252 has other characters there)"
	run_csm account import --encoding windows-1252 west.csv
	eq "$status" 0
	eq "$(names)" $'Zo\303\253 \342\200\234Box\342\200\235 \342\202\254 '
	run_csm account import --encoding ebcdic west.csv
	fails 2 "utf-8"
}
