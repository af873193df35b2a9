# SPDX-License-Identifier: MIT
# walk.bash - walks every pair of a life (state x verb x who) as the binary's own dump tells it: what the rows allow goes
# through and ends in the state they name, everything else is refused with the verbs that are allowed.
#
# A file that walks defines
#   key_of STATE VERB      the key of a record that is in the state and lets the verb's guard pass
#   given_for VERB WHO     options of the verb beside what its row needs; one a line
# and calls
#   walk TYPE              all of it; --dry-run, so each pair begins with the same records

load helpers

# A line a pair: state, verb, who, state it ends in ("-": refused), verbs allowed to that one,
# who is offered the verb at all (both, agent, none), options that the row needs.
pairs() {
	csm dict --json | jq -r --arg type "$1" '
		def who: ["agent", "customer"][];
		def dashed: gsub("_"; "-");
		.types[] | select(.name == $type).lifecycle as $life
		| $life.moves as $moves
		| $life.states[].name as $state
		| ([$moves[].verb] | unique)[] as $verb
		| who as $who
		| [$moves[] | select((.from | index($state)) and (.who | index($who)))] as $open
		| ([$open[] | select(.verb == $verb)] | first) as $move
		| [$state, ($verb | dashed), $who,
		   (if $move then $move.to // $state else "-" end),
		   (reduce $open[].verb as $v ([]; if index($v) then . else . + [$v] end) | map(dashed)
		    | if length == 0 then "none" else join(", ") end),
		   ([$moves[] | select(.verb == $verb) | .who[]]
		    | if index("customer") then "both" elif index("agent") then "agent" else "none" end),
		   (($move.needs // []) + (if $move.text_needed then [$move.text] else [] end) | map(dashed) | join(","))]
		| @tsv'
}

# Values of what rows may need.
value_of() {
	case $1 in
	resolution-code) echo solved_guidance ;;
	*) echo "text of $1" ;;
	esac
}

one_pair() {
	local state=$1 verb=$2 who=$3 ends=$4 allowed=$5 offered=$6 needs=$7 word words=()

	words=(--as anna "${walked//_/-}" "$verb" "$(key_of "$state" "$verb")" --dry-run)
	[ "$who" = agent ] || words+=(--on-behalf geneva@acme.example)
	if [ "$ends" != - ]; then
		for word in ${needs//,/ }; do
			words+=("--$word" "$(value_of "$word")")
		done
		while read -r word; do
			[ -z "$word" ] || words+=("$word")
		done < <(given_for "$verb" "$who")
	fi
	run_csm "${words[@]}"
	if [ "$offered" = none ]; then
		fails 2 "'$verb' is no verb of" && out_is ""
	elif [ "$who" = customer ] && [ "$offered" = agent ]; then
		fails 2 "option '--on-behalf' does not go with" && out_is ""
	elif [ "$ends" = - ]; then
		fails 4 "(allowed: $allowed)" && out_is ""
	else
		fails 0 "dry run: nothing was stored" && eq "$(tail -n 1 "$CSM_OUT" | cut -f 2,3)" "$verb	$ends"
	fi || {
		echo "csm ${words[*]} (from $state as $who)" >&2
		return 1
	}
}

# walk TYPE PAIRS ALLOWED: the numbers of pairs and of allowed ones are stated too, so that a walk of nothing is no success.
walk() {
	local state verb who ends rest n=0 through=0 before
	local walked=$1

	before=$(csm export)
	pairs "$1" >pairs.tsv
	while IFS=$'\t' read -r state verb who ends rest; do
		IFS=$'\t' read -r allowed offered needs <<<"$rest"
		n=$((n + 1))
		[ "$ends" = - ] || through=$((through + 1))
		one_pair "$state" "$verb" "$who" "$ends" "$allowed" "$offered" "$needs" || return 1
	done <pairs.tsv
	eq "$(csm export)" "$before"
	eq "$n pairs, $through allowed" "$2 pairs, $3 allowed"
}
