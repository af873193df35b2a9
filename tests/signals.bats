#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Signals that end a command: nothing is left of what it was making, and the status is that of the signal.

load helpers

setup_file() {
	"${CC:-cc}" -shared -fPIC -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/signal.so" "$BATS_TEST_DIRNAME/fixtures/signal.c" -ldl
}

setup() {
	csm_setup
	mkdir tmp
	export TMPDIR=$PWD/tmp
	csm init -q
}

# signalled SIGNAL N ARG...: csm ARG... gets the signal when it syncs for the N-th time; it does not ignore what the caller of the tests ignores (nohup)
signals=--default-signal
signalled() {
	local signal=$1 at=$2

	shift 2
	status=0
	(
		export SIGNAL=$signal SIGNAL_AT=$at LD_PRELOAD=$BATS_FILE_TMPDIR/signal.so ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0
		exec env ${signals:+"$signals"} "$CSM_BIN" "$@"
	) >"$CSM_OUT" 2>"$CSM_ERR" || status=$?
}

# ends_clean ARG...: whenever it is ended, csm ARG... leaves what was there before, or what it makes, and no other name
ends_clean() {
	local at

	for ((at = 1; at < 40; at++)); do
		rm -rf new.db out dir
		signalled 15 "$at" "$@"
		[ "$status" -eq 143 ] || [ "$status" -eq 0 ] || wrong "$*, sync $at"
		eq "$at $(find . -name '*.tmp*' -o -name 'csm-*')" "$at "
		[ "$status" -eq 143 ] || break
	done
	[ "$at" -gt 1 ]
}

@test "whatever was being made: init, backup, a copy to compare with, exports, a file of rejects" {
	ends_clean --db new.db init
	csm account new --name A >/dev/null
	csm account new --name B >/dev/null
	ends_clean db backup out
	csm account export -q --output a.yaml
	ends_clean diff a.yaml
	ends_clean account export --output out
	ends_clean account export --dir dir --split record
	eq "$(ls -A dir)" ".csm-export
account.ACCT0000001.yaml
account.ACCT0000002.yaml"
	printf '{"account": {"nam": "B"}}\n{"account": {"name": "C"}}\n' >a.ndjson
	rm -rf out
	signalled 15 1 import a.ndjson --on-error skip --rejects out
	eq "$status $(find . -name '*.tmp' -o -name out)" "143 "
	eq "$(csm account list --count)" 2
	csm db check -q
}

@test "each signal that ends a command is told as what it was; one that is ignored goes by" {
	for signal in 1 2 3 15; do
		signalled $signal 1 export --output out
		eq "$status $(ls)" "$((128 + signal)) tmp"
		signalled $signal 1 import - --on-error skip --rejects out <<<'{"account": {"nam": "B"}}'
		eq "$status $(ls)" "$((128 + signal)) tmp"
	done
	(
		trap '' HUP
		signals=
		signalled 1 1 export --output out
		eq "$status" 0
	)
	rm out
	# what nothing can catch leaves its name, and the next command goes by it
	for i in 1 2; do
		signalled 9 1 export --output out
		eq "$status $(find . -name 'out.*.tmp' | wc -l)" "137 $i"
	done
	csm export -q --output out
	[ -s out ]
}

@test "the name that a command would take is taken: by one that was killed, in a container with the same numbers of processes" {
	# shellcheck disable=SC2016 # of the inner shell
	sh -c 'echo old >out.$$.tmp; exec "$0" export --output out' "$CSM_BIN"
	eq "$(cat out.*.tmp)" old
	grep -q '^csm: 1' out
	# shellcheck disable=SC2016
	sh -c 'mkdir dir; echo old >dir/.sla.yaml.$$.tmp; exec "$0" export -q --dir dir' "$CSM_BIN"
	eq "$(cat dir/.sla.yaml.*.tmp)$(ls dir/sla.yaml)" olddir/sla.yaml
	# shellcheck disable=SC2016
	sh -c 'echo old >new.db.$$.tmp; exec "$0" --db new.db init -q' "$CSM_BIN"
	eq "$(cat new.db.*.tmp | sort -u)" old
	csm --db new.db db check -q
}
