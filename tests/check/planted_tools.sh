# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# planted_tools.sh - faults that compilers, test runners, tools and the set-up must find; read by planted.sh.

: "${tmp:?planted.sh reads this file}"

# A unit test of one function body.
unit_test() {
	printf '#include <limits.h>\n#include <stdlib.h>\n#include "t.h"\n\nint main(void)\n{\n%s\n\tT_DONE();\n}\n' "$1"
}
one=UNIT_SRC=tests/unit/t_planted.c

unit_test '	T_OK(1 == 2);' | append unit-fails 'unit: 0 passed, 1 failed' tests/unit/t_planted.c run_make check-unit $one
unit_test '	abort();' | append unit-dies 'not ok t_planted' tests/unit/t_planted.c run_make check-unit $one
echo none | append unit-none 'no unit tests given' planted run_make check-unit UNIT_SRC=
unit_test '	T_OK(malloc(3) != NULL);' |
	append valgrind-leak 'definitely lost' tests/unit/t_planted.c run_make check-valgrind $one
unit_test '	int *p = malloc(8);

	T_OK(p[1] != 3 || p[0] != 4);
	free(p);' | append valgrind-unset 'uninitialised' tests/unit/t_planted.c run_make check-valgrind $one
unit_test '	char *p = calloc(1, 3);

	memset(p, 1, strlen(getenv("PLANTED")) + 1);
	T_OK(p[0] == 1);
	free(p);' |
	append asan-overflow 'heap-buffer-overflow' tests/unit/t_planted.c env PLANTED=abc make --no-print-directory asan-unit $one
unit_test '	int n = INT_MAX - 3 + (int)strlen(getenv("PLANTED"));

	printf("%d\n", n + 1);' |
	append asan-undefined 'signed integer overflow' tests/unit/t_planted.c env PLANTED=abc make --no-print-directory asan-unit $one

printf '@test "planted" {\n\tfalse\n}\n@test "sound" {\n\ttrue\n}\n' |
	append bats-fails 'bats: 1 passed, 1 failed' tests/planted.bats run_make check-bats BATS_FILES=tests/planted.bats
printf '@test "planted" {\n\ttrue\n}\n}\n' |
	append bats-broken 'bats: 0 passed, [1-9]' tests/planted.bats run_make check-bats BATS_FILES=tests/planted.bats
echo '# no test' |
	append bats-empty 'bats: 0 passed, 1 failed' tests/planted.bats run_make check-bats BATS_FILES=tests/planted.bats
echo none | append bats-none 'no bats files given' planted run_make check-bats BATS_FILES=
echo none | append steps-unknown '0 passed, 1 failed' planted sh tests/check/steps.sh no-such-target

printf 'int planted(int n);\nint planted(int n)\n{\n\tint n2;\n\n\treturn n;\n}\n' |
	append warning-gcc 'unused variable' cmd/aaa.c run_make check-gcc
printf 'int planted(unsigned n);\nint planted(unsigned n)\n{\n\treturn n & ~0u == 3;\n}\n' |
	append warning-clang 'Werror,-W' cmd/aaa.c run_make check-clang

printf 'int planted(void);\nint planted(void)\n{\n\tint a[2] = { 0 };\n\n\treturn a[2];\n}\n' |
	append lint-cppcheck 'arrayIndexOutOfBounds' lib/xfer/planted.c run_make lint LINT_FILES=lib/xfer/planted.c
printf 'int planted(int n);\nint planted(int n)\n{\n\treturn n > 3 && n > 3;\n}\n' |
	append lint-tidy 'misc-redundant-expression' lib/xfer/planted.c run_make lint LINT_FILES=lib/xfer/planted.c
# shellcheck disable=SC2016
printf '#!/bin/sh\nrm -rf $1/*\n' | append lint-shell 'SC2086' tests/planted.sh run_make lint LINT_FILES=tests/planted.sh
printf '.Dd today\n.Dt PLANTED 1\n.Os\n.Sh NAME\n.Nm planted\n.Bl\n' |
	append lint-man '\[mandoc\]' man/planted.1 run_make lint LINT_FILES=man/planted.1
echo '3 lib/xfer/index.c bugprone-planted' |
	append lint-ratchet 'only shrinks' tests/check/lint-accepted.txt run_make lint LINT_FILES=tests/setup.sh

echo 'CREATE TABLE planted (id INTEGER PRIMARY KEY AUTOINCREMENT);' |
	append pg-migration 'AUTOINCREMENT' schema/0001-spine.sql run_make check-pg
change pg-statement 'not ok change.add' lib/store/sqlchange.c 's/"INSERT INTO changes/"INSERT OR IGNORE INTO changes/' run_make check-pg
printf 'const char *store_sql_planted(void);\nconst char *store_sql_planted(void)\n{\n\treturn "SELECT 1";\n}\n' |
	append pg-untold 'store_sql_planted: .* does not tell' lib/store/sqlcheck.c run_make check-pg

change install-forgets 'schema/json is not installed' Makefile '/(INSTALL) -m 644 schema\/json/d' run_make check-install
change uninstall-leaves 'uninstall left' Makefile 's|\$(DESTDIR)\$(ZSHDIR)/_csm ||' run_make check-install
change install-soname 'no soname' Makefile 's/-Wl,-soname,[^ ]* //' sh -c 'touch lib/libcsm.sym; make --no-print-directory check-install'
# Not in a work tree of git, whose copy would commit to the original.
if [ -d .git ] && wanted clone-uncommitted; then
	git -c user.name=x -c user.email=x@x.example rm -q --cached lib/include/csm/err.h
	git -c user.name=x -c user.email=x@x.example commit -q -m planted
	check clone-uncommitted "csm/err.h: No such file" run_make check-clone
fi

# The set-up of a user who may not install: the line to run is printed, and nothing goes on.
if wanted setup-refused; then
	mkdir "$tmp/bin"
	for tool in sh xargs cat echo; do
		ln -s "/usr/bin/$tool" "$tmp/bin/$tool"
	done
	printf '#!/bin/sh\nexit 1\n' >"$tmp/bin/dpkg-query"
	printf '#!/bin/sh\nexit 1\n' >"$tmp/bin/apt-get"
	printf '#!/bin/sh\necho 1000\n' >"$tmp/bin/id"
	chmod +x "$tmp"/bin/dpkg-query "$tmp"/bin/apt-get "$tmp"/bin/id
	check setup-refused '^  apt-get update && apt-get install .* libsqlite3-dev .* bats' env PATH="$tmp/bin" sh tests/setup.sh check
fi
