#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# On a terminal: tables, colour, the pager, questions, the editor. Never in a pipe.
load helpers

setup() {
	csm_setup
	csm init
	csm account new --name Boxeo --city Bonn >/dev/null
	command -v script >/dev/null || skip "there is no script(1)"
}

bold=$'\033[1m'

@test "a list is a table on a terminal, in colour but with NO_COLOR, --no-color, TERM=dumb" {
	on_tty "$CSM_BIN account list --fields number,name"
	out_has "Number"
	out_has "$bold"
	NO_COLOR=1 on_tty "$CSM_BIN account list --fields number,name"
	out_has "Number"
	out_lacks "$bold"
	on_tty "$CSM_BIN account list --no-color"
	out_lacks "$bold"
	on_tty "TERM=dumb $CSM_BIN account list"
	out_lacks "$bold"
	CLICOLOR_FORCE=1 run_csm account show ACCT0000001
	out_has "$bold"
	run_csm account show ACCT0000001
	out_lacks "$bold"
}

@test "a table is as wide as the terminal" {
	csm account edit ACCT0000001 --name "$(printf 'y%.0s' $(seq 150))" >/dev/null
	on_tty "$CSM_BIN account list --no-color"
	out_lacks "$(printf 'y%.0s' $(seq 100))"
	out_has "yyyy"
}

@test "the pager gets help, show and log on a terminal; CSM_PAGER before PAGER" {
	printf '#!/bin/sh\necho "PAGED $LESS"; cat\n' >pager
	chmod +x pager
	CSM_PAGER=$PWD/pager on_tty "$CSM_BIN account show ACCT0000001"
	out_has "PAGED FRX"
	out_has Boxeo
	PAGER=false CSM_PAGER=$PWD/pager on_tty "$CSM_BIN help filter"
	out_has PAGED
	CSM_PAGER=$PWD/pager on_tty "$CSM_BIN account list"
	out_lacks PAGED
	CSM_PAGER=$PWD/pager run_csm account show ACCT0000001
	out_lacks PAGED
	CSM_PAGER=true on_tty "$CSM_BIN help; echo status \$?"
	out_has "status 0"
}

@test "delete asks on a terminal; no is 1 and nothing happens; --yes does not ask" {
	TTY_INPUT=$'n\n' on_tty "$CSM_BIN account delete ACCT0000001; echo status \$?"
	out_has "delete account ACCT0000001 Boxeo? [y/N]"
	out_has "status 1"
	eq "$(csm account list --count)" 1
	TTY_INPUT=$'y\n' on_tty "$CSM_BIN account delete ACCT0000001; echo status \$?"
	out_has "status 0"
	eq "$(csm account list --count)" 0
	csm account new --name again >/dev/null
	on_tty "$CSM_BIN account delete --yes ACCT0000002; echo status \$?"
	out_lacks "[y/N]"
	eq "$(csm account list --count)" 0
}

@test "edit opens the editor on YAML, and again with the messages when it is wrong" {
	cat >editor <<-'END'
		#!/bin/sh
		n=$(cat round 2>/dev/null || echo 0)
		n=$((n + 1))
		echo $n >round
		cp "$1" seen.$n
		case $n in
		1) sed -i 's/^  city: .*/  city: Kassel\n  citty: Ulm/' "$1" ;;
		*) sed -i '/citty/d' "$1" ;;
		esac
	END
	chmod +x editor
	EDITOR=$PWD/editor on_tty "$CSM_BIN account edit ACCT0000001; echo status \$?"
	out_has "status 0"
	grep -q '^  name: Boxeo' seen.1
	grep -q "^# csm: .*citty" seen.2
	line=$(sed -n 's/^# csm:.*:\([0-9]*\):[0-9]*: .*citty.*/\1/p' seen.2)
	sed -n "${line}p" seen.2 | grep -q citty
	[ ! -e seen.3 ]
	eq "$(csm account list --fields city --no-header)" Kassel
	eq "$(csm account log ACCT0000001 --count)" 2
}

@test "an editor that fails, an unchanged file, an empty file: nothing is changed" {
	EDITOR=false on_tty "$CSM_BIN account edit ACCT0000001; echo status \$?"
	out_has "status 4"
	VISUAL=true EDITOR=false on_tty "$CSM_BIN account edit ACCT0000001; echo status \$?"
	out_has "unchanged"
	out_has "status 0"
	printf '#!/bin/sh\n: >"$1"\n' >emptier
	chmod +x emptier
	EDITOR=$PWD/emptier on_tty "$CSM_BIN account edit ACCT0000001; echo status \$?"
	out_has "status 0"
	eq "$(csm log --count)" 2
}

@test "a record that changes while the editor is open is not overwritten" {
	printf '#!/bin/sh\n%s account edit ACCT0000001 --city Rom >/dev/null\nsed -i "s/^  city: .*/  city: Ulm/" "$1"\n' "$CSM_BIN" >editor
	chmod +x editor
	EDITOR=$PWD/editor on_tty "$CSM_BIN account edit ACCT0000001; echo status \$?"
	out_has "status 5"
	eq "$(csm account list --fields city --no-header)" Rom
}

@test "help is wrapped at the width of the terminal, also where its text has lines of its own" {
	on_tty "for t in 'import --help' 'undo --help' 'export --help' 'batch --help' 'help exit-status' 'help mappings' help; do
		CSM_PAGER=cat $CSM_BIN --no-color \$t; done"
	eq "$(awk 'length > 80' <<<"$out")" ""
	out_has "A new change takes the old one back. When later changes touched the same fields"
	out_has "and the conflicts are listed: the first 20 on standard error, all with -v, and
with -o as rows.
--force takes back all of it"
	out_has "    1  no         a check, diff or report answered no; a load that was told to
                  skip bad rows skipped some"
}
