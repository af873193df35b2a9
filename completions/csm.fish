# SPDX-License-Identifier: MIT
# Completion of csm for fish: all answers come from `csm __complete`.

function __csm_complete
	set -l before (commandline -opc)
	set -l word (commandline -ct)
	set -l answers (csm __complete $before[2..-1] "$word" 2>/dev/null)
	# The value of --name=value is answered by itself; fish wants the whole word.
	set -l head (string match -r -- '^--[^=]*=' "$word")
	if test "$answers[-1]" = :file # perhaps behind verbs
		set head (string match -r -- '^(?:--[^=]*=)?@?' "$word")
		set answers $answers[1..-2] (__fish_complete_path (string replace -r -- '^(--[^=]*=)?@?' '' "$word"))
	end
	string replace -r -- '^' "$head" $answers
end

complete -c csm -f -a '(__csm_complete)'
