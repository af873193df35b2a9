#!/bin/sh
# SPDX-License-Identifier: MIT
#
# places.sh - faults that need no shim, in real places: a full disk, a limit of file sizes, a full output, places that can't be written, processes
# killed at any moment, many writers at once. Runs as any user; as root it becomes nobody where rights matter.
# usage: places.sh CSM WRITERS KILLS
set -u

csm=$(realpath "$1")
writers=$2
kills=$3
tmp=$(mktemp -d)
trap 'chmod -R u+rwx "$tmp" && rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
for var in $(env | sed -n 's/^\(CSM_[A-Z_]*\)=.*/\1/p'); do
	unset "$var"
done
export CSM_NOW=2024-03-01T09:00:00Z LC_ALL=C TZ=UTC LOGNAME=tester HOME="$tmp"
passed=0
failed=0
skipped=0
cd "$tmp" || exit 1

ok() {
	passed=$((passed + 1))
	echo "ok $1"
}

# no NAME WHY: a failure, with what csm said last.
no() {
	failed=$((failed + 1))
	echo "not ok $1: $2"
	[ ! -s said ] || sed 's/^/  /' said
}

skip() {
	skipped=$((skipped + 1))
	echo "ok $1 # skip $2"
}

# answer NAME WHY TEST...: whether the test holds.
answer() {
	name=$1
	why=$2
	shift 2
	if "$@"; then
		ok "$name"
	else
		no "$name" "$why"
	fi
}

# run ARG...: csm on this database; its status in $status, what it said in the file said.
run() {
	status=0
	"$csm" --db "$db" "$@" >out 2>said || status=$?
}

fresh() {
	db=$tmp/$1.db
	rm -f "$db" "$db-wal" "$db-shm"
	"$csm" --db "$db" -q init
}

count() {
	"$csm" --db "$db" account list --count
}

# whole NAME ROWS: the file is whole, with so many accounts, and the next command works.
whole() {
	n=$(count)
	run db check
	if [ "$status" -ne 0 ]; then
		no "$1" "csm db check answers $status"
	elif [ "$n" -ne "$2" ]; then
		no "$1" "$n accounts are there, not $2"
	else
		run account new --name next
		answer "$1" "the next command ends with $status" [ "$status $(count)" = "0 $(($2 + 1))" ]
	fi
}

many() {
	awk -v n="$1" 'BEGIN { print "name,city"; for (i = 1; i <= n; i++) printf "Account %d,%090d\n", i, i }' >many.csv
}

# ---- a disk that is full ----
name="a disk that is full"
fresh full
if mkdir -p disk && unshare -rm true 2>/dev/null; then
	many 20000
	# what can't be written to a full disk is told outside of it
	unshare -rm sh -c '
		mount -t tmpfs -o size=4m none disk && cp "$2" disk/csm.db || exit 99
		"$1" --db disk/csm.db account import many.csv >out 2>said
		echo $? >status
		"$1" --db disk/csm.db db check >>out 2>check || echo damaged >status
		"$1" --db disk/csm.db account list --count >n
		"$1" --db disk/csm.db account new --name next >>out 2>next || echo next >status' - "$csm" "$db"
	if [ "$(cat status 2>/dev/null)" != 74 ] || [ "$(cat n)" != 0 ]; then
		no "$name" "status $(cat status), $(cat n) accounts"
	elif ! grep -q -i 'no space\|no room' said; then
		no "$name" "it does not say why"
	else
		ok "$name"
	fi
else
	skip "$name" "there are no user namespaces here"
fi

# ---- a limit of file sizes, which by default ends a process by a signal ----
many 4000
for kib in 16 256 2600; do
	fresh limit
	status=0
	(
		# shellcheck disable=SC3045 # every shell of Debian has it
		ulimit -f $((kib * 2))
		"$csm" --db "$db" account import many.csv >/dev/null 2>said
	) || status=$?
	if [ "$status" -eq 74 ]; then
		whole "files of at most $kib KiB" 0
	elif [ "$status" -eq 0 ] && [ "$kib" -gt 256 ]; then
		whole "files of at most $kib KiB" 4000	# it stays in the log
	else
		no "files of at most $kib KiB" "status $status"
	fi
done

# ---- an output that takes nothing ----
fresh output
status=0
"$csm" --db "$db" account new --name one >/dev/full 2>said || status=$?
if [ "$status" -eq 74 ] && grep -q 'stored, output lost' said; then
	whole "a full output: stored, and said so" 1
else
	no "a full output: stored, and said so" "status $status"
fi
status=0
"$csm" --db "$db" export >/dev/full 2>said || status=$?
answer "a full output of an export" "status $status" [ "$status" -eq 74 ]
status=0
"$csm" --db "$db" account new --name two >/dev/full 2>/dev/full || status=$?
answer "both outputs full" "status $status" [ "$status" -eq 74 ]

# ---- places that can't be written ----
# as ARG...: csm without the rights of root.
as() {
	status=0
	if [ "$(id -u)" -ne 0 ]; then
		"$csm" "$@" >out 2>said || status=$?
	else
		setpriv --reuid=65534 --regid=65534 --clear-groups "$tmp/csm" "$@" >out 2>said || status=$?
	fi
}

# expect NAME STATUS WORDS
expect() {
	if [ "$status" -eq "$2" ] && grep -q -i -e "$3" said; then
		ok "$1"
	else
		no "$1" "status $status"
	fi
}
mkdir -p place/closed place/open
chmod 755 . place
cp "$csm" "$tmp/csm"
fresh place/closed/a
cp "$db" place/open/a.db
[ "$(id -u)" -ne 0 ] || chown -R 65534 place
chmod 400 place/closed/a.db place/open/a.db
chmod 500 place/closed
as --db place/closed/a.db account new --name x
expect "a file and a folder that can't be written" 74 'written'
as --db place/open/a.db account new --name x
expect "a file that can't be written" 74 'written'
chmod 600 place/closed/a.db
as --db place/closed/a.db account new --name x
expect "a folder that can't be written" 74 'written'
as --db place/closed/new.db init
expect "a folder where nothing can be made" 74 'denied'
as --db place/closed/a.db export --output place/closed/x.json
expect "an export into such a folder" 74 'denied'
as --db place/open account list
expect "a folder for a database" 74 'not a file'
as --db place/none.db account list
expect "no database" 66 'csm init'
as --db place/closed/a.db account list --count
answer "reading where nothing can be written" "status $status" [ "$status $(cat out)" = "0 0" ]

# ---- processes killed at any moment ----
fresh kill
many 3000
cp "$db" before.db
bad=0
seen=0
i=0
while [ $i -lt "$kills" ]; do
	i=$((i + 1))
	cp before.db "$db"
	rm -f "$db-wal" "$db-shm"
	"$csm" --db "$db" account import many.csv >/dev/null 2>&1 &
	pid=$!
	sleep "0.$(awk -v seed="$i" 'BEGIN { srand(seed); printf "%03d", rand() * 250 }')"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	n=$(count)
	[ "$n" -eq 0 ] || seen=$((seen + 1))
	run db check --quick
	case $status.$n in
	0.0 | 0.3000) ;;
	*) bad=$((bad + 1)) ;;
	esac
done
answer "$kills processes killed at any moment ($seen had stored)" "$bad left something half" [ $bad -eq 0 ]

# ---- many writers ----
fresh writers
w=0
while [ $w -lt "$writers" ]; do
	w=$((w + 1))
	(
		i=0
		while [ $i -lt 10 ]; do
			i=$((i + 1))
			"$csm" --db "$db" -q account new --name "$w-$i" 2>>said.writers || echo "$w-$i" >>lost
		done
	) &
done
wait
[ ! -s said.writers ] || cp said.writers said
if [ -e lost ]; then
	no "$writers writers, 10 records each" "$(wc -l <lost) were refused"
else
	whole "$writers writers, 10 records each" $((writers * 10))
fi

echo "places: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
