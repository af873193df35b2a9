#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Completion: what `csm __complete` answers, the bash function by itself, and the TAB key in bash, zsh and fish.

setup() {
	tree=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	csm_bin=${CSM_BIN:-$tree/build/csm}
	work=$(mktemp -d)
	mkdir "$work/bin"
	# The csm of the shells: it completes as the real one does, and notes all other calls instead of doing them.
	cat >"$work/bin/csm" <<-STUB
	#!/bin/sh
	[ "\$1" != __complete ] || exec "$csm_bin" "\$@"
	printf '%s\n' "\$*" >>"$work/log"
	STUB
	chmod +x "$work/bin/csm"
	PATH=$work/bin:$PATH
	export CSM_DB=$work/t.db CSM_NOW=2026-03-02T08:00:00Z CSM_CONFIG=$work/config
	unset CSM_OUTPUT CSM_USER CSM_TZ CSM_WAIT
	cd "$work" || return 1
	"$csm_bin" -q init
	"$csm_bin" -q import --from yaml - >counts <<-YAML
	csm: 1
	group:
	  - {name: Second level}
	account:
	  - name: Boxeo GmbH
	    contact:
	      - {last_name: Roth, email: geneva@boxeo.example}
	YAML
	touch 'ids.csv' 'new ids.yaml'
}

teardown() {
	rm -rf "$work"
}

# The answers for a line's words, on one line.
answers() {
	"$csm_bin" __complete "$@" | tr '\n' ' ' | sed 's/ $//'
}

# ---- what csm answers ----

@test "__complete: nouns, verbs, options, choices, keys, fields, files" {
	[[ $(answers cas) == "case case-task" ]]
	[ "$(answers case accept-)" = accept-solution ]
	[ "$(answers case list --stat)" = --state ]
	[ "$(answers case list --state aw)" = awaiting_info ]
	[ "$(answers case list --state=aw)" = awaiting_info ]
	[ "$(answers case list -o '')" = "table json ndjson yaml csv tsv" ]
	[ "$(answers sla breaches -o m)" = mail ]
	[ "$(answers sla attainment --by m)" = month ]
	[ "$(answers contact show gen)" = geneva@boxeo.example ]
	[ "$(answers contact show CNT)" = CNT0000001 ]
	[ "$(answers case new --contact gen)" = geneva@boxeo.example ]
	[ "$(answers case list --fields number,short)" = number,short_description ]
	# a command that is a noun too: its verbs, then files
	[[ "$(answers import '')" == *list*:file ]]
	[ "$(answers -c sla.s)" = sla.soon= ]
	[ "$(answers help exit)" = exit-status ]
}

@test "__complete: names may be written with - and with _" {
	[ "$(answers case_task list --stat)" = --state ]
	[ "$(answers case list --assigned_t '')" = "$(answers case list --assigned-t '')" ]
}

@test "__complete: an unknown word, a missing database and an empty line are no errors" {
	"$csm_bin" __complete nonsense '' 2>errors
	"$csm_bin" __complete case nonsense '' 2>>errors
	[ ! -s errors ]
	CSM_DB=$work/none.db run "$csm_bin" __complete case show ''
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -e "$work/none.db" ]
	run "$csm_bin" __complete
	[ "$status" -eq 0 ]
	[[ $output == *case* ]]
}

@test "__complete answers with every noun, verb and option of the dictionary's dump" {
	"$csm_bin" dict --json >dict.json
	jq -r '[.commands[] | select(.needs | index("hidden") | not) | .noun // .verb] | unique[]' dict.json | sort >want
	"$csm_bin" __complete '' | sort -u >have
	diff want have
	jq -r '.commands[] | select(.noun != null and (.needs | index("hidden") | not)) | "\(.noun) \(.verb)"' dict.json | sort >want
	jq -r '[.commands[].noun | select(. != null)] | unique[]' dict.json | while read -r noun; do
		"$csm_bin" __complete "$noun" '' | sed "s/^/$noun /"
	done | grep -v '^import :file$' | sort >have
	diff want have
	jq -r '.commands[] | select(.needs | index("hidden") | not) | (.noun // "-") as $n | .verb as $v
		| ((.options[] | select(.hidden | not) | .name), .globals[]) | "\($n) \($v) --\(.)"' dict.json | sort >want
	jq -r '.commands[] | select(.needs | index("hidden") | not) | "\(.noun // "-") \(.verb)"' dict.json | while read -r noun verb; do
		if [ "$noun" = - ]; then
			"$csm_bin" __complete "$verb" --
		else
			"$csm_bin" __complete "$noun" "$verb" --
		fi | sed "s/^/$noun $verb /"
	done | sort >have
	diff want have
}

# ---- bash by itself ----

# complete_in_bash WORD...: what the function answers, bash having broken the line into these words; the last is completed.
# A word of bash's breaks (= : @) stands by itself, as bash gives it, and "+" before a word glues it to the one before. $given is
# what bash calls the word, the last one when unset.
complete_in_bash() {
	given=${given-${!#}} bash --norc -c '
		source "$1"
		shift
		COMP_WORDS=() COMP_LINE=
		for word; do
			if [[ $word == +* ]]; then
				word=${word:1}
			elif [[ $COMP_LINE ]]; then
				COMP_LINE+=" "
			fi
			COMP_LINE+=$word
			COMP_WORDS+=("$word")
		done
		COMP_POINT=${#COMP_LINE} COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_csm csm "${given#+}"
		printf "%s\n" "${COMPREPLY[@]}"
	' bash "$tree/completions/csm.bash" "$@"
}

@test "bash: words" {
	[ "$(complete_in_bash csm case reject)" = reject-solution ]
	[ "$(complete_in_bash csm case list --state aw)" = awaiting_info ]
	[ "$(complete_in_bash csm --now 2026-01-01T09 +: +00 +: +00Z case reject)" = reject-solution ]
}

@test "bash: what follows its own breaks" {
	[ "$(complete_in_bash csm case list --state += +aw)" = awaiting_info ]
	[ "$(complete_in_bash csm case list --state +=)" = "$(answers case list --state '' | tr ' ' '\n')" ]
	# the @ is part of the word for bash, though it breaks there
	[ "$(given=@bo complete_in_bash csm contact show geneva +@ +bo)" = @boxeo.example ]
	[ "$(given=@bo complete_in_bash csm case new --contact += +geneva +@ +bo)" = @boxeo.example ]
	[ "$(complete_in_bash csm case list --fields number,short)" = number,short_description ]
}

@test "bash: blanks are escaped, quotes kept, files offered" {
	[ "$(complete_in_bash csm group show Sec)" = 'Second\ level' ]
	[ "$(complete_in_bash csm group show 'Second\ le')" = 'Second\ level' ]
	[ "$(complete_in_bash csm group show "'Second le")" = 'Second level' ]
	[ "$(complete_in_bash csm import id)" = ids.csv ]
	# verbs and files
	[ "$(complete_in_bash csm import rej)" = rejects ]
	: >rejected.csv
	[ "$(complete_in_bash csm import rej)" = $'rejects\nrejected.csv' ]
	[ "$(given=@id complete_in_bash csm case comment --text @ +id)" = @ids.csv ]
}

# ---- the TAB key ----

# type_in SHELL... : types the lines of standard input ("\t" is TAB) into an interactive shell; the calls of csm are in $work/log.
type_in() {
	command -v expect >/dev/null || skip "no expect"
	command -v "$1" >/dev/null || skip "no $1"
	cat >lines
	: >log
	TERM=vt100 HOME=$work TREE=$tree expect -f - "$@" <<-'EXPECT' >typed 2>&1
	set timeout 20
	set stty_init "columns 200 rows 50"
	spawn -noecho {*}$argv
	set lines [open lines]
	send "echo rea\"\"dy\r"
	expect ready
	while {[gets $lines line] >= 0} {
		send [string map {\\t \t} $line]
		send "\r"
	}
	send "exit\r"
	expect eof
	EXPECT
	cat log
}

# The same lines for each shell, and what csm has to be called with.
lines() {
	printf '%s\n' 'csm case rej\tCS0000001' 'csm case list --state=awa\t' 'csm contact show geneva@bo\t' 'csm group show Sec\t' \
		'csm import id\t' 'csm import new\t' 'csm case list --state awa\t --asc' 'csm case comment --text @id\t'
}

calls() {
	printf '%s\n' 'case reject-solution CS0000001' 'case list --state=awaiting_info' 'contact show geneva@boxeo.example' \
		'group show Second level' 'import ids.csv' 'import new ids.yaml' 'case list --state awaiting_info --asc' 'case comment --text @ids.csv'
}

@test "TAB in bash" {
	{ echo "source $tree/completions/csm.bash"; lines; } | type_in bash --norc --noprofile -i
	diff <(calls) log
}

@test "TAB in zsh" {
	{ echo "fpath=($tree/completions \$fpath); autoload -Uz compinit; compinit -u -D"; lines; } | type_in zsh -f -i
	diff <(calls) log
}

@test "TAB in fish" {
	{ echo "source $tree/completions/csm.fish"; lines; } | type_in fish --no-config -i
	diff <(calls) log
}
