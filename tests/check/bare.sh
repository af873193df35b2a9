#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# bare.sh - the two commands on a bare Debian 12 that has only make and git: as a user without sudo (refused, with the line
# to run), as a user with sudo, and as root. Needs root, debootstrap and a network; changes nothing outside a temporary folder.
# usage: bare.sh [MIRROR]
set -eu
mirror=${1:-http://deb.debian.org/debian}
if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null; then
	echo "bare: needs root and debootstrap" >&2
	exit 1
fi
tmp=$(mktemp -d)
trap 'rm -rf --one-file-system "$tmp"' EXIT

echo "bare: making a Debian 12"
debootstrap --variant=minbase --include=make,git bookworm "$tmp/base" "$mirror" >"$tmp/log" 2>&1 || {
	tail -n 20 "$tmp/log"
	exit 1
}
cp /etc/resolv.conf "$tmp/base/etc/"
# A machine that reaches its mirror by a proxy tells apt so; the bare one must know too.
grep -lE 'Acquire::' /etc/apt/apt.conf.d/* 2>/dev/null | xargs -r -I{} cp {} "$tmp/base/etc/apt/apt.conf.d/" || true
chroot "$tmp/base" useradd -m -s /bin/bash user
git clone -q --no-hardlinks . "$tmp/base/home/user/csm"
chroot "$tmp/base" chown -R user:user /home/user/csm

# inside MACHINE USER COMMAND...: in name spaces of its own, so that nothing stays mounted.
inside() {
	local machine=$tmp/$1 user=$2

	shift 2
	# shellcheck disable=SC2016 # expanded inside
	unshare --mount --pid --fork sh -c '
		mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" || exit 1
		machine=$1 user=$2
		shift 2
		exec chroot "$machine" su "$user" -c "cd /home/user/csm && $*"' sh "$machine" "$user" "$@"
}

fail=0
echo "bare: a user without sudo"
if inside base user make demo >"$tmp/log" 2>&1 || ! grep '^  apt-get update && apt-get install .* libsqlite3-dev' "$tmp/log"; then
	cat "$tmp/log"
	fail=1
fi

# run_as MACHINE USER TARGET: a fresh machine each, so that each finds everything missing.
run_as() {
	local started=$SECONDS

	echo "bare: make $3 as $2"
	cp -a "$tmp/base" "$tmp/$1"
	if [ "$2" = user ]; then
		inside "$1" root 'apt-get -q update && apt-get -q install -y --no-install-recommends sudo' >"$tmp/log" 2>&1
		echo 'user ALL=(ALL) NOPASSWD: ALL' >"$tmp/$1/etc/sudoers.d/user"
	fi
	inside "$1" root 'git config --system --add safe.directory "*"'
	if inside "$1" "$2" make "$3" >"$tmp/log.$3" 2>&1 </dev/null; then
		tail -n 25 "$tmp/log.$3"
		echo "bare: make $3 as $2: fine after $((SECONDS - started)) s"
	else
		grep -vE "^(CC|LD|AR) " "$tmp/log.$3" | tail -n 400
		echo "bare: make $3 as $2: failed"
		fail=1
	fi
	rm -rf --one-file-system "${tmp:?}/$1"
}

run_as first root demo
run_as second user check
[ $fail -ne 0 ] || echo "bare: both commands do their own set-up"
exit $fail
