# SPDX-License-Identifier: MIT
# helpers.bash - what the bats files share: the binary, a fresh world for each test, three results of a command, tiny assertions.
#
#   load helpers                      in the first lines of a .bats file
#   setup() { csm_setup; }            an empty folder as $PWD and home, a fixed clock, no database yet
#   setup() { csm_setup; csm init; }  the same with a new database
#
#   run_csm ARG...        run csm; $out, $err (text) and $status hold what came; files $CSM_OUT and $CSM_ERR the bytes
#   csm ARG...            run csm where success is meant: prints what it prints, and fails the test with the message when it does not end with 0
#   ok                    the status is 0 and standard error is empty, but for what each load says: how many records it read, that it
#                         changed nothing
#   fails STATUS [TEXT]   the status is STATUS, and standard error contains TEXT
#   out_is TEXT           standard output is TEXT (a last newline aside)
#   out_has TEXT / out_lacks TEXT / err_has TEXT / err_lacks TEXT
#   eq GOT WANTED
#   on_tty COMMAND...     run a shell command on a terminal of 80 columns; $out is what it showed, $status its status
#   json FILTER           $out through jq -r

CSM_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CSM_BIN=${CSM_BIN:-$CSM_ROOT/build/csm}

csm_setup() {
	local var

	for var in $(compgen -e CSM_); do
		case $var in
		CSM_BIN | CSM_ROOT | CSM_TEST_*) ;;
		*) unset "$var" ;;
		esac
	done
	unset NO_COLOR CLICOLOR_FORCE COLUMNS XDG_DATA_HOME XDG_CONFIG_HOME VISUAL EDITOR PAGER POSIXLY_CORRECT
	mkdir -p "$BATS_TEST_TMPDIR/work" "$BATS_TEST_TMPDIR/home"
	cd "$BATS_TEST_TMPDIR/work" || return 1
	export HOME=$BATS_TEST_TMPDIR/home LOGNAME=tester TZ=UTC LC_ALL=C
	export CSM_DB=$BATS_TEST_TMPDIR/csm.db CSM_NOW=2024-03-01T09:00:00Z
	CSM_OUT=$BATS_TEST_TMPDIR/out CSM_ERR=$BATS_TEST_TMPDIR/err
}

run_csm() {
	status=0
	"$CSM_BIN" "$@" >"$CSM_OUT" 2>"$CSM_ERR" || status=$?
	{
		out=$(<"$CSM_OUT")
		err=$(<"$CSM_ERR")
	} 2>/dev/null # the shell warns of each zero byte that it leaves out
}

csm() {
	local code=0

	"$CSM_BIN" "$@" 2>"$CSM_ERR.csm" || code=$?
	if [ "$code" -ne 0 ]; then
		echo "csm $* ended with $code:" >&2
		cat "$CSM_ERR.csm" >&2
	fi
	return "$code"
}

# Show what came, then fail.
wrong() {
	printf '%s\nstatus: %s\nstdout:\n%s\nstderr:\n%s\n' "$1" "$status" "$out" "$err" >&2
	return 1
}

ok() {
	local told

	[ "$status" -eq 0 ] || wrong "the status is not 0" || return 1
	[ -n "$err" ] || return 0
	told=$(printf '%s\n' "$err" | grep -v '^csm: nothing to change') || :
	[ -z "$told" ] || [[ $told =~ ^(csm:\ [0-9]+\ records?\ of\ the\ input,\ none\ rejected|\{\"rows\":\ [0-9]+,\ \"rejected_rows\":\ 0\})$ ]] ||
		wrong "standard error is not empty"
}

fails() {
	[ "$status" -eq "$1" ] || wrong "the status is not $1" || return 1
	[ $# -lt 2 ] || err_has "$2"
}

out_is() {
	[ "$out" = "$1" ] || wrong "standard output is not: $1"
}

out_has() {
	[[ $out == *"$1"* ]] || wrong "standard output lacks: $1"
}

out_lacks() {
	[[ $out != *"$1"* ]] || wrong "standard output has: $1"
}

err_has() {
	[[ $err == *"$1"* ]] || wrong "standard error lacks: $1"
}

err_lacks() {
	[[ $err != *"$1"* ]] || wrong "standard error has: $1"
}

eq() {
	[ "$1" = "$2" ] || {
		printf "got:    %s\nwanted: %s\n" "$1" "$2" >&2
		return 1
	}
}

json() {
	printf '%s' "$out" | jq -r "$1"
}

on_tty() {
	status=0 err=
	out=$(printf '%s' "${TTY_INPUT-}" | TERM=xterm CSM_PAGER=${CSM_PAGER-cat} timeout 20 \
		script -qefc "stty cols 80 2>/dev/null; $*" /dev/null | tr -d '\r') || status=$?
}
