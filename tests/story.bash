# SPDX-License-Identifier: MIT
# story.bash - what the two stories share: one database for a whole file, a clock that goes on, steps that are taken, taken back and taken again.
#
#   at TIME                       the clock of the following commands
#   agent USER / customer WHO     who acts
#   step WORD... -- TEXT          a command: it succeeds and prints TEXT; then it is undone (the database is as before, to the byte of its
#                                 export), and the undo is undone (it is as after)
#   refused STATUS TEXT WORD...   a command that must not change anything

load helpers

story_file() {
	export STORY=$BATS_FILE_TMPDIR/story.db
	echo 2024-03-01T09:00:00Z >"$BATS_FILE_TMPDIR/clock"
}

story_setup() {
	csm_setup
	export CSM_DB=$STORY
	CSM_NOW=$(cat "$BATS_FILE_TMPDIR/clock")
	export CSM_NOW
	who=()
}

at() {
	echo "$1" >"$BATS_FILE_TMPDIR/clock"
	export CSM_NOW=$1
}

agent() { who=(--as "$1"); }
customer() { who=(--as "$1" --on-behalf "$2"); }

all() { csm export -o yaml; }

step() {
	local words=() before after

	while [ "$1" != -- ]; do
		words+=("$1")
		shift
	done
	before=$(all)
	run_csm "${who[@]}" "${words[@]}"
	ok
	out_has "$2"
	after=$(all)
	[ "$before" != "$after" ] || wrong "nothing changed" || return 1
	csm "${who[@]:0:2}" undo >/dev/null
	eq "$(all)" "$before"
	csm "${who[@]:0:2}" undo "$(csm log --limit 1 --fields change --no-header -o tsv)" >/dev/null
	eq "$(all)" "$after"
}

refused() {
	local status_wanted=$1 text=$2 before

	shift 2
	before=$(all)
	run_csm "${who[@]}" "$@"
	fails "$status_wanted" "$text"
	out_is ""
	eq "$(all)" "$before"
}

state() { csm case list "$1" --fields state --no-header -o tsv; }
sla() { csm sla list --where "parent_case = '$1' and sla_definition.name = '$2'" --fields "$3" --no-header -o tsv; }
