# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# planted_fault.sh - faults that the fault harness must find: what is stored by halves, and what is not stored though it was told; read by planted.sh.

: "${tmp:?planted.sh reads this file}"

# try_faults OPTION...: build what was planted, and the harness on it.
try_faults() {
	run_make faults && sh tests/fault/run.sh "$@"
}

change fault-no-sync 'was told that it is stored, and after the power came back it is not' lib/db/sqlite_open.c \
	's/synchronous=FULL/synchronous=OFF/' try_faults -n 1 -k power -v 'case resolve'
change fault-no-sync-load 'was told that it is stored, and after the power came back it is not' lib/db/sqlite_open.c \
	's/synchronous=FULL/synchronous=OFF/' try_faults -n 1 -k power -v import
commit='\n	bool open;\n	if (rc == CSM_OK \&\& csm_db_dangling(s->db, \&open, NULL) == CSM_OK \&\& !open)\n		rc = csm_db_exec(s->db, "COMMIT; BEGIN IMMEDIATE; PRAGMA defer_foreign_keys=1", err);'
change fault-commit-per-row 'the state is neither before nor after' lib/store/row.c \
	"s/^	rc = store_insert(s, r, err);/&$commit/" try_faults -k kill -v import
change fault-file-no-sync 'all.ndjson is neither as before nor as after' cmd/file.c 's/fsync(t->fd) != 0/false/' try_faults -n 1 -k power -v export
change fault-output 'its output is not whole' cmd/out.c 's/o->error = errno;/return;/' try_faults -k eio+ -v '* new'
change fault-verb 'no command for the verb: csm sla repair' tests/fault/cmds.txt '/^sla repair	/d' sh tests/fault/run.sh list
