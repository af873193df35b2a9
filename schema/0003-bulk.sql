-- SPDX-License-Identifier: MIT
--
-- 0003-bulk.sql - the records of loads, with counts by type and with what was rejected; a change that takes back several.

-- Runs of the changes that a change takes back besides `undoes`, which is the last of them: "5,7-9".
ALTER TABLE changes ADD COLUMN undoes_also TEXT;

CREATE TABLE imports (
	id @ID@,
	sources TEXT NOT NULL,
	input_format TEXT,
	noun TEXT,
	mapping TEXT,
	options TEXT,
	content_hash TEXT,
	options_hash TEXT,
	state TEXT NOT NULL,
	started_at @INT@ NOT NULL,
	ended_at @INT@,
	rows @INT@ NOT NULL,
	rejected_rows @INT@ NOT NULL,
	records @INT@ NOT NULL,
	created @INT@ NOT NULL,
	updated @INT@ NOT NULL,
	unchanged @INT@ NOT NULL,
	skipped @INT@ NOT NULL,
	rejected @INT@ NOT NULL,
	deleted @INT@ NOT NULL,
	changes TEXT,
	position TEXT,
	reverted_at @INT@,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE INDEX imports_content_hash ON imports (content_hash) WHERE content_hash IS NOT NULL;

CREATE TABLE import_counts (
	id @ID@,
	import @INT@ NOT NULL REFERENCES imports (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	record_type TEXT NOT NULL,
	records @INT@ NOT NULL,
	created @INT@ NOT NULL,
	updated @INT@ NOT NULL,
	unchanged @INT@ NOT NULL,
	skipped @INT@ NOT NULL,
	rejected @INT@ NOT NULL,
	deleted @INT@ NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX import_counts_unique1 ON import_counts (import, record_type);

CREATE TABLE import_rejects (
	id @ID@,
	import @INT@ NOT NULL REFERENCES imports (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	source TEXT,
	line @INT@,
	col @INT@,
	row @INT@,
	record_type TEXT,
	record_key TEXT,
	field TEXT,
	code TEXT NOT NULL,
	message TEXT NOT NULL,
	original TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE INDEX import_rejects_import ON import_rejects (import);

