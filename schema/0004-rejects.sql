-- SPDX-License-Identifier: MIT
--
-- 0004-rejects.sql - rejects that can be written out again as they came; how much an undo left.
--
-- A step that a database was made by is never edited (SHA256SUMS): what is new goes into the next one.
-- No column has a default and no row is filled in: what is in a row has to be what its history says.

-- Of an undo: how many records it left as they were.
ALTER TABLE changes ADD COLUMN kept @INT@;

ALTER TABLE import_rejects ADD COLUMN record_no @INT@;
ALTER TABLE import_rejects ADD COLUMN kept TEXT;
ALTER TABLE import_rejects ADD COLUMN input_format TEXT;
ALTER TABLE import_rejects ADD COLUMN delimiter TEXT;
ALTER TABLE import_rejects ADD COLUMN place TEXT;
