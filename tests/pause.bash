# SPDX-License-Identifier: MIT
# pause.bash - processes that are stopped, or killed, between two of their transactions: at a place, not at a moment. See fixtures/pause.c. Places are
# counted from 1; who opens a database that nobody has open lets go of its lock once for that.
#
#   load pause
#   setup_file() { pause_build; }

pause_build() {
	"${CC:-cc}" -shared -fPIC -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/pause.so" "$BATS_TEST_DIRNAME/fixtures/pause.c" -ldl
}

# paused N ARG...: begin csm ARG..., which stops itself at the place; $pid
paused() {
	local place=$1

	shift
	PAUSE_AT=$place LD_PRELOAD=$BATS_FILE_TMPDIR/pause.so ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0 \
		"$CSM_BIN" "$@" >"$CSM_OUT.paused" 2>"$CSM_ERR.paused" 3>&- &
	pid=$!
	until_paused
}

# It has stopped itself; not where it ended without doing so.
until_paused() {
	until [ "$(cut -d' ' -f3 "/proc/$pid/stat" 2>/dev/null)" = T ]; do
		kill -0 "$pid" || return 1
		sleep 0.01
	done
}

# It goes on to its end.
goes_on() {
	kill -CONT "$pid"
	status=0
	wait "$pid" || status=$?
	out=$(cat "$CSM_OUT.paused") err=$(cat "$CSM_ERR.paused")
}

# killed N ARG...: csm ARG... is killed at the place
killed() {
	local pid CSM_OUT=$BATS_TEST_TMPDIR/killed CSM_ERR=$BATS_TEST_TMPDIR/killed

	paused "$@"
	kill -9 "$pid"
	wait "$pid" || true
}
