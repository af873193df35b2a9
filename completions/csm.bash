# SPDX-License-Identifier: MIT
# Completion of csm for bash: all answers come from `csm __complete`.

_csm() {
	local i word cur rest=${COMP_LINE:0:COMP_POINT} words=() given=${2//\\/} quoted=

	# bash takes words apart at = : @ too; what stands together in the line is one word of csm.
	for ((i = 0; i <= COMP_CWORD; i++)); do
		if [[ $i -eq 0 || $rest == [[:blank:]]* ]]; then
			words+=('')
			rest=${rest#"${rest%%[![:blank:]]*}"}
		fi
		word=${COMP_WORDS[i]}
		((i < COMP_CWORD)) || word=$rest
		rest=${rest#"$word"}
		words[-1]+=${word//\\/}
	done
	cur=${words[-1]}
	[[ $cur != [\'\"]* ]] || { quoted=1 cur=${cur:1} given=${given#[\'\"]}; }
	mapfile -t COMPREPLY < <(csm __complete "${words[@]:1:${#words[@]}-2}" "$cur" 2>/dev/null)
	[[ $cur != --*=* ]] || cur=${cur#*=}
	if [[ ${COMPREPLY[-1]-} == :file ]]; then	# perhaps behind verbs
		compopt -o filenames 2>/dev/null && quoted=1	# bash puts the backslashes itself
		word=${cur%"${cur#@}"}		# the @ of @FILE
		mapfile -t -O $((${#COMPREPLY[@]} - 1)) COMPREPLY < <(unset "COMPREPLY[-1]" && compgen -P "$word" -f -- "${cur#@}")
		[[ ${COMPREPLY[-1]} != :file ]] || unset "COMPREPLY[-1]"
	elif [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
		compopt -o nospace 2>/dev/null
	fi
	# bash puts in only what stands for the part it calls the word ($2); blanks and the like need a backslash.
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=${COMPREPLY[i]#"${cur%"$given"}"}
		[[ $quoted || ${COMPREPLY[i]} != *[!A-Za-z0-9_,./:=@%+-]* ]] || printf -v "COMPREPLY[i]" %q "${COMPREPLY[i]}"
	done
} && complete -F _csm csm
