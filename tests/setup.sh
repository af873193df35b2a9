#!/bin/sh
# SPDX-License-Identifier: MIT
#
# setup.sh - install by apt what a list of packages lacks: `setup.sh build|demo|check|ci`.
#
# Nothing missing: nothing is done, and no rights are needed. Else as root, or with sudo; without either it prints the
# line to run and fails. On a system without dpkg it says what is needed and leaves the rest to the build.
set -u

core="gcc libc6-dev make pkg-config libsqlite3-dev libyaml-dev libjansson-dev
	libutf8proc-dev libsodium-dev zlib1g-dev libzstd-dev"
build="$core libical-dev"
demo="$core tzdata sqlite3 jq"
check="$demo libical-dev bats git mandoc bash-completion zsh fish expect"
ci="$check clang cppcheck clang-tidy shellcheck valgrind postgresql-15 python3-jsonschema"

case ${1-} in
build) list=$build ;;
demo) list=$demo ;;
check) list=$check ;;
ci) list=$ci ;;
*)
	echo "usage: setup.sh build|demo|check|ci" >&2
	exit 2
	;;
esac

if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
	echo "setup: not a Debian system; csm needs what these packages hold: $(echo "$list" | xargs)" >&2
	exit 0
fi

list_missing() {
	for package in $list; do
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
	done
}

missing=$(list_missing | xargs)
[ -n "$missing" ] || exit 0

line="apt-get install -y --no-install-recommends $missing"
as=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "setup: missing packages, and this is neither root nor a user with sudo. As root, run:" >&2
		echo "  apt-get update && $line" >&2
		exit 1
	fi
	as=sudo
fi
apt="$as env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300"

# The server's package would make and start a cluster of the system's own; the check of SQL makes its own and needs none.
keep_cluster_away() {
	case " $missing " in
	*" postgresql-15 "*) ;;
	*) return 0 ;;
	esac
	[ ! -e /etc/postgresql-common/createcluster.conf ] || return 0
	$apt install -y --no-install-recommends postgresql-common &&
		$as mkdir -p /etc/postgresql-common/createcluster.d &&
		echo 'create_main_cluster = false' | $as tee /etc/postgresql-common/createcluster.d/csm.conf >/dev/null
}

install_missing() {
	# shellcheck disable=SC2086 # a list of words
	keep_cluster_away && $apt install -y --no-install-recommends $missing
}

# The lists of a new machine are empty, and those of an old one name what is no longer there.
lists_know_all() {
	for package in $missing; do
		apt-cache show "$package" >/dev/null 2>&1 || return 1
	done
}

echo "setup: installing $missing"
if ! { lists_know_all && install_missing; } && ! { $apt update && install_missing; }; then
	echo "setup: could not install; as root, run:" >&2
	echo "  apt-get update && $line" >&2
	exit 1
fi
left=$(list_missing | xargs)
[ -z "$left" ] || {
	echo "setup: still missing: $left" >&2
	exit 1
}
