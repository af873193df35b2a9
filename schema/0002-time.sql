-- SPDX-License-Identifier: MIT
--
-- 0002-time.sql - milestones, alerts, escalation paths and the outbox; what SLA records keep of the rules they are
-- counted with.

ALTER TABLE cases ADD COLUMN awaiting_reply_since @INT@;
ALTER TABLE cases ADD COLUMN highest_escalation @INT@;

-- 1: the record was stated by a load as it is, and not written by the rules.
ALTER TABLE history ADD COLUMN stated @INT@;

ALTER TABLE sla_definitions ADD COLUMN relative_days @INT@;
ALTER TABLE sla_definitions ADD COLUMN relative_time @INT@;
ALTER TABLE sla_definitions ADD COLUMN relative_cutoff @INT@;
ALTER TABLE sla_definitions ADD COLUMN reopen_action TEXT NOT NULL DEFAULT 'restart';

ALTER TABLE slas ADD COLUMN next_milestone_at @INT@;
ALTER TABLE slas ADD COLUMN rules_change @INT@;

CREATE TABLE sla_milestones (
	id @ID@,
	sla_definition @INT@ NOT NULL REFERENCES sla_definitions (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	percentage @INT@,
	before_due @INT@,
	recipients TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX sla_milestones_unique1 ON sla_milestones (sla_definition, percentage);
CREATE UNIQUE INDEX sla_milestones_unique2 ON sla_milestones (sla_definition, before_due);

CREATE TABLE escalation_paths (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	active @INT@ NOT NULL,
	case_condition TEXT,
	level @INT@ NOT NULL,
	after_duration @INT@,
	schedule @INT@ REFERENCES schedules (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	sla_percentage @INT@,
	sla_definition @INT@ REFERENCES sla_definitions (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	assignment_group @INT@ REFERENCES groups (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	recipients TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX escalation_paths_external_id ON escalation_paths (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX escalation_paths_name ON escalation_paths (name);
CREATE INDEX escalation_paths_schedule ON escalation_paths (schedule) WHERE schedule IS NOT NULL;
CREATE INDEX escalation_paths_sla_definition ON escalation_paths (sla_definition) WHERE sla_definition IS NOT NULL;
CREATE INDEX escalation_paths_assignment_group ON escalation_paths (assignment_group) WHERE assignment_group IS NOT NULL;

CREATE TABLE sla_alerts (
	id @ID@,
	sla @INT@ NOT NULL REFERENCES slas (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	milestone TEXT NOT NULL,
	reached_at @INT@ NOT NULL,
	fired_at @INT@,
	silent @INT@ NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX sla_alerts_unique1 ON sla_alerts (sla, milestone);

CREATE TABLE escalation_events (
	id @ID@,
	parent_case @INT@ NOT NULL REFERENCES cases (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	escalation_path @INT@ NOT NULL REFERENCES escalation_paths (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	level @INT@ NOT NULL,
	reached_at @INT@ NOT NULL,
	fired_at @INT@ NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE INDEX escalation_events_escalation_path ON escalation_events (escalation_path);
CREATE UNIQUE INDEX escalation_events_unique1 ON escalation_events (parent_case, escalation_path);

CREATE TABLE outbox_messages (
	id @ID@,
	event TEXT NOT NULL,
	queued_at @INT@ NOT NULL,
	recipients TEXT,
	recipient_group @INT@ REFERENCES groups (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	subject TEXT NOT NULL,
	body TEXT,
	parent_case @INT@ REFERENCES cases (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	case_task @INT@ REFERENCES case_tasks (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	sla @INT@ REFERENCES slas (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	sent_at @INT@,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE INDEX outbox_messages_recipient_group ON outbox_messages (recipient_group) WHERE recipient_group IS NOT NULL;
CREATE INDEX outbox_messages_parent_case ON outbox_messages (parent_case) WHERE parent_case IS NOT NULL;
CREATE INDEX outbox_messages_case_task ON outbox_messages (case_task) WHERE case_task IS NOT NULL;
CREATE INDEX outbox_messages_sla ON outbox_messages (sla) WHERE sla IS NOT NULL;

-- Made by hand, as in the first step: what is due to be told, and what waits to be sent.
CREATE INDEX slas_next_milestone ON slas (next_milestone_at) WHERE next_milestone_at IS NOT NULL;
CREATE INDEX outbox_messages_unsent ON outbox_messages (queued_at) WHERE sent_at IS NULL;
-- Open cases that a step of escalation may be due for: by the level they had at most, and by age; what conditions ask
-- most is read from the index, without the rows.
CREATE INDEX cases_escalation ON cases (highest_escalation, opened_at, priority, state) WHERE active = 1;

-- SLAs that were missed, by where they stand and when they ended; those of them that no report has told of.
DROP INDEX slas_late_unreported;
CREATE INDEX slas_late ON slas (stage, end_at) WHERE has_breached = 1;
CREATE INDEX slas_late_unreported ON slas (stage, end_at) WHERE has_breached = 1 AND breach_reported_at IS NULL;

-- The run that holds a record is the nearest before it: not to be looked for among all that was done to the others.
CREATE INDEX history_runs ON history (type, record) WHERE op = 'create';
