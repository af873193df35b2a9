# SPDX-License-Identifier: MIT
# load_ref.py - what one would write instead of a load: json and executemany, keys looked up in dictionaries.
# usage: load_ref.py DB CASES.ndjson
import json
import sqlite3
import sys
from datetime import datetime

NOW = 1780304400
COLUMNS = """id external_id account contact product short_description description channel priority state opened_at first_response_time resolved_at
    closed_at resolution_code active category entitlement_manual impact urgency escalation reassignment_count reopen_count notes_to_comments
    auto_close needs_attention proactive initiated_as_request follow_the_sun notify version created_at created_by updated_at updated_by""".split()
SLA = """parent_case sla_definition stage active has_breached start_at end_at pause_duration business_pause_duration duration planned_end_at
    original_breach_at schedule time_zone from_import version created_at created_by updated_at updated_by""".split()


def insert(table, columns):
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def seconds(text):
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()) if text else None


db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA foreign_keys = ON")
db.execute("PRAGMA synchronous = NORMAL")
ids = {t: dict(db.execute(f"SELECT external_id, id FROM {t}")) for t in ("accounts", "contacts", "products")}
codes = dict(db.execute("SELECT code, id FROM resolution_codes"))
rules = db.execute("SELECT id, duration, schedule FROM sla_definitions").fetchall()
cases, slas = [], []


def store():
    db.executemany(insert("cases", COLUMNS), cases)
    db.executemany(insert("slas", SLA), slas)
    cases.clear()
    slas.clear()


with open(sys.argv[2], encoding="utf-8") as f:
    for i, line in enumerate(f, 1):
        r = json.loads(line)
        opened, closed = seconds(r["opened_at"]), seconds(r.get("closed_at"))
        cases.append((i, r["external_id"], ids["accounts"][r["account"]], ids["contacts"][r["contact"]], ids["products"][r["product"]],
                      r["short_description"], r["description"], r["channel"], r["priority"], r["state"], opened,
                      seconds(r.get("first_response_time")), seconds(r.get("resolved_at")), closed, codes.get(r.get("resolution_code")),
                      int(closed is None), "issue", 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, NOW, "root", NOW, "root"))
        for rule, duration, schedule in rules:
            slas.append((i, rule, "completed" if closed else "in_progress", int(closed is None), 0, opened, closed, 0, 0, duration,
                         opened + duration, opened + duration, schedule, "Europe/Berlin", 1, 1, NOW, "root", NOW, "root"))
        if len(cases) == 1000:
            store()
store()
db.commit()
