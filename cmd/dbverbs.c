/* SPDX-License-Identifier: MIT */
/* dbverbs.c - `csm db`: info, check, backup, migrate, verify. */
#include <inttypes.h>
#include <sys/stat.h>

#include "cli_priv.h"

static const struct csm_column name_value[] = {
	{ .name = "name", .label = "Name" }, { .name = "value", .label = "Value" },
};

static int put(struct cli_list *l, const char *name, const char *value, struct csm_err *err)
{
	const char *values[] = { name, value };

	return cli_list_row(l, values, NULL, err);
}

static int put_int(struct cli *c, struct cli_list *l, const char *name, int64_t n, struct csm_err *err)
{
	return put(l, name, csm_sprintf(c->arena, "%" PRId64, n), err);
}

static int cmd_db_info(struct cli *c, struct csm_err *err)
{
	struct csm_db_info x;
	struct cli_list *l;

	if (csm_db_info(c->db, c->arena, &x, err) != CSM_OK ||
	    cli_list_open(&l, c, name_value, CSM_COUNT(name_value), err) != CSM_OK ||
	    put(l, "path", c->db_path, err) != CSM_OK || put(l, "engine", x.engine, err) != CSM_OK ||
	    put(l, "journal", x.journal, err) != CSM_OK ||
	    put_int(c, l, "schema", x.schema_version, err) != CSM_OK ||
	    put_int(c, l, "schema_known", csm_db_schema_known(), err) != CSM_OK ||
	    put_int(c, l, "file_bytes", x.file_bytes, err) != CSM_OK ||
	    put_int(c, l, "page_size", x.page_size, err) != CSM_OK ||
	    put_int(c, l, "pages", x.pages, err) != CSM_OK ||
	    put_int(c, l, "free_pages", x.free_pages, err) != CSM_OK)
		return (int)err->code;
	return cli_list_close(l, err);
}

/* ---- check ---- */

/*
 * The file, the schema against the rows, the values against the rows, history against its hashes: each
 * finding a line, 1 when there is one.
 */
static int cmd_db_check(struct cli *c, struct csm_err *err)
{
	struct csm_diag diag = cli_diag(c);
	int code = csm_db_integrity(c->db, !cli_given(c, "quick"), &diag, err), next = CSM_OK;

	if (code != CSM_OK && code != CSM_NO)
		return code;
	next = csm_store_check_schema(c->store, &diag, err);
	/* Tables that are not as expected can't be read by the rows. */
	if (next == CSM_OK)
		next = csm_store_check_data(c->store, &diag, err);
	if (next == CSM_OK && !cli_given(c, "quick"))
		next = csm_store_verify(c->store, &diag, err);
	if (next != CSM_OK && next != CSM_NO)
		return next;
	csm_err_clear(err);
	code = code == CSM_NO || next == CSM_NO ? CSM_NO : CSM_OK;
	cli_note(c, code == CSM_OK ? "%s: nothing is wrong" : "%s: something is wrong", c->db_path);
	return code;
}

static int cmd_db_verify(struct cli *c, struct csm_err *err)
{
	struct csm_diag diag = cli_diag(c);
	int code = csm_store_verify(c->store, &diag, err);

	if (code == CSM_OK)
		cli_note(c, "the chain of changes is whole");
	if (code == CSM_NO)
		csm_err_clear(err);
	return code;
}

/* ---- backup, migrate ---- */

static int cmd_db_backup(struct cli *c, struct csm_err *err)
{
	if (cli_backup(c, c->args[0], err) != CSM_OK)
		return (int)err->code;
	if (!c->quiet)
		cli_print(c, "%s\n", c->args[0]);
	return CSM_OK;
}

/* A name beside the database that is not taken: FILE.schema-3.bak, FILE.schema-3.bak.2, ... */
static const char *backup_name(struct cli *c, int version)
{
	const char *base = csm_sprintf(c->arena, "%s.schema-%d.bak", c->db_path, version), *path = base;
	struct stat st;

	for (int i = 2; stat(path, &st) == 0 && i < 1000; i++)
		path = csm_sprintf(c->arena, "%s.%d", base, i);
	return path;
}

static int cmd_db_migrate(struct cli *c, struct csm_err *err)
{
	int version, steps = 0;
	const char *backup;

	if (csm_db_schema_version(c->db, &version, err) != CSM_OK)
		return (int)err->code;
	if (version == csm_db_schema_known()) {
		cli_note(c, "%s has the newest schema, %d", c->db_path, version);
		return CSM_OK;
	}
	if (version > csm_db_schema_known())
		return csm_fail(err, CSM_E_CONFIG,
				"'%s' has schema %d, this csm knows %d; a newer csm is needed", c->db_path,
				version, csm_db_schema_known());
	if (!cli_given(c, "no-backup")) {
		backup = backup_name(c, version);
		if (cli_backup(c, backup, err) != CSM_OK)
			return csm_wrap(err, "backup before the migration");
		cli_note(c, "backup: %s", backup);
	}
	if (csm_db_migrate(c->db, c->env.now, &steps, err) != CSM_OK)
		return (int)err->code;
	cli_note(c, "%s: %d steps, schema %d", c->db_path, steps, csm_db_schema_known());
	return CSM_OK;
}

static const struct cli_opt check_options[] = {
	{ .name = "quick", .help = "Leave out the full scan of pages and the chain of changes" },
	{ .name = NULL },
};
static const struct cli_opt migrate_options[] = {
	{ .name = "no-backup", .help = "Make no copy of the file before" },
	{ .name = NULL },
};

const struct cli_verb cli_db_verbs[] = {
	{ .noun = "db",
	  .verb = "info",
	  .fn = cmd_db_info,
	  .needs = CLI_RAWDB | CLI_LIST,
	  .summary = "Print facts about the database file" },
	{ .noun = "db",
	  .verb = "check",
	  .fn = cmd_db_check,
	  .needs = CLI_READ,
	  .options = check_options,
	  .summary = "Check file, schema, values and history; status 1 when something is wrong" },
	{ .noun = "db",
	  .verb = "verify",
	  .fn = cmd_db_verify,
	  .needs = CLI_READ,
	  .summary = "Prove by the chain of hashes that history was not rewritten; status 1 when it was" },
	{ .noun = "db",
	  .verb = "backup",
	  .fn = cmd_db_backup,
	  .needs = CLI_RAWDB | CLI_FILES,
	  .args = "FILE",
	  .min = 1,
	  .max = 1,
	  .arg_type = "file",
	  .summary = "Copy the database, consistent while others write, into a new file" },
	{ .noun = "db",
	  .verb = "migrate",
	  .fn = cmd_db_migrate,
	  .needs = CLI_RAWDB_W,
	  .options = migrate_options,
	  .summary = "Bring the database to the newest schema; a copy is made before" },
	{ .verb = NULL },
};
