#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The tour of README.md: every command in it is run, in order, on a terminal, and what it shows is compared with what stands there.

load helpers

setup() {
	csm_setup
	unset CSM_DB CSM_NOW
	PATH=$(dirname "$CSM_BIN"):$PATH
	export NO_COLOR=1 CSM_PAGER=cat
}

# The ```console blocks of the README as one text, without the fences.
tour() {
	awk '/^```console$/ { on = 1; next } /^```$/ { on = 0 } on' "$CSM_ROOT/README.md"
}

# The commands of the tour as a script that prints each one before it runs. A here-document goes on until its END.
script_of_tour() {
	tour | awk -v q="'" '
		function shown(line) { gsub(q, q "\\" q q, line); print "printf \"%s\\n\" " q line q }
		here { print; if ($0 == "END") here = 0; next }
		/^\$ / {
			shown($0)
			if (/<<.END.$/) { here = 1; show_here = 1 }
			print substr($0, 3)
		}'
}

# Here-documents are no output.
without_here() {
	awk 'here { if ($0 == "END") here = 0; next } { print } /^\$ .*<<.END.$/ { here = 1 }'
}

@test "the commands of the README show what it says" {
	command -v script >/dev/null || skip "no script(1)"
	[ "$(tour | grep -c '^\$ ')" -ge 20 ]
	script_of_tour >tour.sh
	TERM=xterm timeout 60 script -qefc 'stty cols 100; bash tour.sh' /dev/null </dev/null | tr -d '\r' >shown
	# the version of tzdata is the machine's
	sed -i 's/tzdata [0-9a-z]*$/tzdata 2026a/' shown
	tour | without_here >told
	diff -u told shown
}

@test "the README names what is there" {
	cd "$CSM_ROOT"
	tr -c 'A-Za-z0-9/._`' '\n' <README.md | sed -n 's/^`\([^`]*\/\)`.*/\1/p' | while read -r path; do
		[ -d "$path" ] || [ -d "tests/$path" ] || wrong "there is no $path"
	done
	sed -n 's/.*\(`\|^    \)make \([a-z-]*\).*/\2/p' README.md | while read -r target; do
		grep -q "^$target:" Makefile || wrong "there is no target $target"
	done
	grep -q "^## $("$CSM_BIN" --version | sed 's/csm //') (" NEWS.md
}
