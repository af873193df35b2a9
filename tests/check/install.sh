#!/bin/sh
# SPDX-License-Identifier: MIT
#
# install.sh - `make install` puts a whole csm under DESTDIR: the command runs, a program links against the library by
# pkg-config and finds it by its soname, pages and completions are where they are looked for; `make uninstall` leaves nothing.
set -u
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
root=$tmp/root
prefix=/opt/csm
fail=0

complain() {
	echo "install: $*"
	fail=1
}

if ! make --no-print-directory install DESTDIR="$root" PREFIX=$prefix >"$tmp/log" 2>&1; then
	cat "$tmp/log"
	exit 1
fi

for file in bin/csm lib/libcsm.so lib/libcsm.so.0 lib/libcsm.so.0.1.0 lib/pkgconfig/csm.pc include/csm/store.h share/man/man1/csm.1 \
	share/man/man5/csm-filter.5 share/bash-completion/completions/csm share/zsh/site-functions/_csm \
	share/fish/vendor_completions.d/csm.fish libexec/csm/csm-calendar; do
	[ -e "$root$prefix/$file" ] || complain "$file is missing"
done
for header in lib/include/csm/*.h; do
	cmp -s "$header" "$root$prefix/include/csm/${header##*/}" || complain "$header is not installed as it is"
done
for kind in map json; do
	diff -r "schema/$kind" "$root$prefix/share/csm/$kind" || complain "schema/$kind is not installed as it is"
done
find "$root" -type f -perm /022 | grep . && complain "files that others may write"
find "$root" -type f -exec grep -l "$tmp" {} + && complain "files that name the folder they were installed to"
objdump -p "$root$prefix/lib/libcsm.so" | grep -q 'SONAME.*libcsm\.so\.0$' || complain "no soname"

case $("$root$prefix/bin/csm" --version 2>&1) in
"csm 0."*) ;;
*) complain "the installed csm does not tell its version" ;;
esac

# The installed command finds its helper programs, by its own place.
printf '%s\n' BEGIN:VCALENDAR BEGIN:VEVENT DTSTART:20241225 END:VEVENT END:VCALENDAR >"$tmp/f.ics"
use() {
	env -u CSM_LIBEXEC "$root$prefix/bin/csm" --db "$tmp/t.db" -q "$@"
}
if ! use init || ! use schedule new --name S || ! use schedule holidays S "$tmp/f.ics" || [ "$(use schedule-exception list --count)" != 1 ]; then
	complain "the installed csm does not take holidays"
fi

# ... and its mappings.
printf 'regionID,regionDescription\n1,Eastern\n' >"$tmp/regions.csv"
if ! use import "$tmp/regions.csv" --map northwind-regions || [ "$(use location list --count)" != 1 ]; then
	complain "the installed csm does not find its mappings"
fi

# A program that knows only what is installed.
cat >"$tmp/use.c" <<'END'
#include <stdio.h>
#include <csm/model.h>

int main(void)
{
	const struct csm_dict *d = csm_model_dict();

	printf("%u\n", d->ntypes);
	return d->ntypes > 10 ? 0 : 1;
}
END
flags=$(PKG_CONFIG_PATH=$root$prefix/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root pkg-config --cflags --libs csm)
# shellcheck disable=SC2086 # a list of flags
if ${CC:-cc} -std=c11 -Wall -Wextra -Werror -o "$tmp/use" "$tmp/use.c" $flags; then
	LD_LIBRARY_PATH=$root$prefix/lib "$tmp/use" >/dev/null || complain "a program that uses the library fails"
	objdump -p "$tmp/use" | grep -q 'NEEDED.*libcsm\.so\.0$' || complain "the program does not ask for libcsm.so.0"
else
	complain "a program can't be made with the installed files (flags: $flags)"
fi

make --no-print-directory uninstall DESTDIR="$root" PREFIX=$prefix >"$tmp/log" 2>&1 || complain "uninstall failed"
if find "$root" ! -type d | grep .; then
	complain "uninstall left these"
fi
[ $fail -ne 0 ] || echo "install: installed, used, removed"
exit $fail
