# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# planted_rules.sh - faults against the rules of the house; read by planted.sh.

echo '#include <csm/store.h>' |
	append floors-up 'base (floor 0) includes <csm/store.h>' lib/base/text.c run_make check-floors
echo '#include <csm/db.h>' |
	append floors-sideways 'io (floor 2) includes <csm/db.h>' lib/io/format.c run_make check-floors
echo '#include "store/store_priv.h"' |
	append floors-private 'svc includes the private' lib/svc/util.c run_make check-floors
echo '#include <dict/dict_priv.h>' |
	append floors-private-angle 'includes the private <dict' lib/store/row.c run_make check-floors
echo '#include "../lib/db/db_priv.h"' |
	append floors-cmd 'climbs out of its folder' cmd/main.c run_make check-floors
echo '#include <csm/svc.h>' |
	append floors-header 'db (floor 2) includes <csm/svc.h>' lib/include/csm/db.h run_make check-floors
echo '/* nobody knows whose */' |
	append floors-orphan 'is in no room' lib/include/csm/planted.h run_make check-floors

echo 'const char *planted = "SELECT id FROM cases";' |
	append sql-text 'lib/svc/util.c:.*SELECT' lib/svc/util.c run_make check-sql
echo 'const char *planted = "delete from cases";' |
	append sql-small 'cmd/main.c:.*delete from' cmd/main.c run_make check-sql
echo '#include <sqlite3.h>' |
	append sql-engine 'lib/store/row.c:.*sqlite3' lib/store/row.c run_make check-sql

{
	echo 'static int plant(void)'
	echo '{'
	awk 'BEGIN { for (i = 0; i < 57; i++) print "\t;" }'
	echo '	return 0;'
	echo '}'
} | append size-function 'lib/base/text.c:plant: 61 lines' lib/base/text.c run_make check-size
awk 'BEGIN { for (i = 0; i < 601; i++) print "/* */" }' |
	append size-file 'lib/base/planted.c: 601 lines' lib/base/planted.c run_make check-size
echo '70 lib/base/text.c:csm_planted' |
	append size-ratchet 'the ratchet' tests/check/size-ratchet.txt run_make check-size
echo 'static int plant(void) {' |
	append size-braces 'braces or comments do not balance' lib/base/text.c run_make check-size

printf 'int csm_planted(void);\nint csm_planted(void)\n{\n\treturn 0;\n}\n' |
	append symbols-undeclared '  csm_planted' lib/xfer/index.c run_make check-symbols
echo 'int csm_planted(void);' |
	append symbols-missing '  csm_planted' lib/include/csm/xfer.h run_make check-symbols
change symbols-alone 'xfer.h does not compile alone' lib/include/csm/xfer.h '/#include/d' sh tests/check/symbols.sh build/libcsm.so
change symbols-version 'exported without a version' lib/libcsm.sym 's/^CSM_0 //' run_make check-symbols

printf 'int plant(void);\nint plant(void)\n{\n\tstatic int n;\n\n\treturn ++n;\n}\n' |
	append data-static 'can change (.bss)' lib/xfer/index.c run_make check-data
printf 'int plant = 3;\n' |
	append data-global 'plant can change (.data)' lib/xfer/index.c run_make check-data

printf '#include <stdlib.h>\nconst char *plant(void);\nconst char *plant(void)\n{\n\treturn getenv("HOME");\n}\n' |
	append banned-getenv 'getenv is not for the library' lib/xfer/index.c run_make check-banned
printf '#include <stdlib.h>\nvoid *plant(void);\nvoid *plant(void)\n{\n\treturn malloc(3);\n}\n' |
	append banned-malloc 'malloc is for lib/base only' lib/xfer/index.c run_make check-banned
printf '#undef strcpy\nvoid plant(char *p, const char *q);\nvoid plant(char *p, const char *q)\n{\n\tstrcpy(p, q);\n}\n' |
	append banned-round 'strcpy is banned everywhere' cmd/words.c run_make check-banned
printf 'void plant(char *p, const char *q);\nvoid plant(char *p, const char *q)\n{\n\tstrcpy(p, q);\n}\n' |
	append banned-compile 'csm_banned_strcpy' lib/xfer/index.c run_make all

change db-schema "db check' answers" schema/0001-spine.sql '/^CREATE TABLE cases /,/^)/{/^	short_description /d}' run_make check-db
change db-index "db check' answers" schema/0001-spine.sql '/^CREATE INDEX cases_contact /d' run_make check-db
change db-dict "dict check' answers" lib/model/people.c 's/"user_name"/"first_name"/' run_make check-db
echo '.\" a hand was here' |
	append derived-man 'csm.1' man/csm.1 run_make check-derived
echo ' ' |
	append derived-schema 'csm-documents.schema.json' schema/json/csm-documents.schema.json run_make check-derived
change derived-row 'Planted name' lib/model/people.c 's/"User name"/"Planted name"/' run_make check-derived
