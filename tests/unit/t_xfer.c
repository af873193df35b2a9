/* SPDX-License-Identifier: MIT */
/*
 * t_xfer.c - loads and exports where the shipped record types don't lead: sets of plain fields that are
 * unique together, hooks that refuse late, long chains of rejected records, sources and sinks that fail.
 */
#include <errno.h>

#include <csm/xfer.h>

#include "xfer/xfer_priv.h"

#include "t_write_help.h"

/* slot: unique by plain fields; booking refers to it by them */
enum { SLOT_ROOM, SLOT_HOUR, SLOT_NOTE, SLOT_VERSION };
static const struct csm_field slot_fields[] = {
	F("room", CSM_K_TEXT, CSM_F_REQUIRED, .max_len = 20),
	F("hour", CSM_K_INT, 0, .min = 0, .max = 23),
	F("note", CSM_K_TEXT, 0, .max_len = 40),
	CSM_STD,
};
enum { BOOKING_NUMBER, BOOKING_EXTERNAL_ID, BOOKING_SLOT, BOOKING_NEXT, BOOKING_VERSION };
static const struct csm_field booking_fields[] = {
	CSM_NUMBER,
	CSM_EXTERNAL_ID,
	F("slot", CSM_K_REF, 0, .target = "slot", .ondel = CSM_ON_RESTRICT),
	F("next", CSM_K_REF, 0, .target = "booking", .ondel = CSM_ON_RESTRICT),
	CSM_STD,
};
static const struct csm_rtype slot = { .name = "slot",
				       .table = "w_slots",
				       .section = "work",
				       .label = "Slot",
				       .plural = "Slots",
				       .help = "Slot",
				       .fields = slot_fields,
				       .nfields = CSM_COUNT(slot_fields),
				       .sort = "room,hour",
				       .unique = "room,hour;note" };
static const struct csm_rtype booking = { .name = "booking",
					  .table = "w_bookings",
					  .prefix = "BK",
					  .section = "work",
					  .label = "Booking",
					  .plural = "Bookings",
					  .help = "Booking",
					  .fields = booking_fields,
					  .nfields = CSM_COUNT(booking_fields),
					  .sort = "" };
static const struct csm_rtype *const types[] = { &booking,  &w_user, &w_firm, &w_site,
						 &w_ticket, &w_memo, &w_ring, &slot };
static const struct csm_dict dict = { types, CSM_COUNT(types), NULL, 0 };

/* ---- a load in one call ---- */

static struct csm_import_result result;
static char told[1 << 16];		/* findings, a line each */

static void tell(void *arg, char severity, const struct csm_err *err)
{
	size_t n = strlen(told);
	char line[1200];

	(void)arg;
	(void)severity;
	snprintf(told + n, sizeof(told) - n, "%s\n", csm_err_text(err, line, sizeof(line)));
}

static int load_source(struct csm_source src, struct csm_import_opts o)
{
	struct csm_import *im;
	int rc;

	told[0] = '\0';
	w_begin();
	rc = csm_import_open(&im, t_store, t_arena, &o, &t_err);
	if (!rc)
		rc = csm_import_read(im, src, &t_err);
	if (!rc)
		rc = csm_import_finish(im, &result, &t_err);
	csm_import_close(im);
	if (rc && rc != CSM_NO) {
		csm_store_rollback(t_store);
		return rc;
	}
	w_commit();
	return rc;
}

static int load(const char *text, enum csm_on_error on_error)
{
	return load_source(csm_source_memory(t_arena, text, strlen(text), "doc"),
			   (struct csm_import_opts){ .format = CSM_FMT_YAML,
						     .on_error = on_error,
						     .diag = { tell, NULL } });
}

/* "slot 2 1 0 1 0; ...": type, read, created, updated, unchanged, rejected. */
static const char *counts(void)
{
	struct csm_buf b = CSM_BUF(t_arena);

	for (unsigned i = 0; i < result.n; i++) {
		const struct csm_import_count *c = &result.counts[i];

		csm_buf_addf(&b, "%s%s %d %d %d %d %d", i ? "; " : "", c->type->name, (int)c->read,
			     (int)c->created, (int)c->updated, (int)c->unchanged, (int)c->rejected);
		T_EQ_INT(c->read, c->created + c->updated + c->unchanged + c->rejected);
	}
	return b.s;
}

/* ---- tests ---- */

static void test_sets(void)
{
	static const char doc[] = "booking: [{external_id: B1, slot: {room: a, hour: 9}}, {external_id: "
				  "B2, slot: {note: x}}]\n"
				  "slot: [{room: a, hour: 9, note: n}, {room: b, hour: 10, note: x}, "
				  "{room: b}, {room: b}]\n";

	T_EQ_INT(load(doc, CSM_ON_ERROR_ABORT), CSM_OK);
	T_EQ_STR(counts(), "booking 2 2 0 0 0; slot 4 4 0 0 0");
	T_EQ_INT(w_number("SELECT count(*) FROM w_bookings b JOIN w_slots s ON s.id = b.slot AND s.note "
			  "IN ('n', 'x')"),
		 2);
	T_EQ_INT(load("slot: [{room: a, hour: 9, note: m}, {note: x, room: c, hour: 10}]\n",
		      CSM_ON_ERROR_ABORT),
		 CSM_OK);
	T_EQ_STR(counts(), "slot 2 0 2 0 0");
	T_EQ_INT(load("slot: [{room: a, hour: 9, note: m}, {note: x, room: c, hour: 10}]\n",
		      CSM_ON_ERROR_ABORT),
		 CSM_OK);
	T_EQ_STR(counts(), "slot 2 0 0 2 0");
	T_EQ_INT(load("slot:\n- {room: d, hour: 1}\n- {room: d, hour: 1}\n- {room: c, hour: 10}\n- "
		      "{note: x}\n- {room: e, hour: 99}",
		      CSM_ON_ERROR_SKIP),
		 CSM_NO);
	T_EQ_STR(told, "doc:6:19: slot: hour: 99 is out of bounds; expected 0 to 23\n"
		       "doc:3:3: slot: room,hour are as in the record at doc:2 of this load\n"
		       "doc:5:3: slot: is the same as the record at doc:4 of this load\n");
	T_EQ_STR(counts(), "slot 5 1 0 1 3");
	T_EQ_INT(result.rows, 5);
	T_EQ_INT(result.rejected_rows, 3);
}

/* A hook that refuses when all is written takes the record back, and those that refer to it. */
static void test_after(void)
{
	static const char doc[] =
		"ticket: [{title: one, firm: Fine}, {title: two, firm: Broken2}, {title: three, firm: "
		"Housed}]\n"
		"firm:\n- {name: Broken}\n- {name: Fine, parent: Broken2}\n- {name: Housed}\n"
		"- {external_id: Broken2, name: Broken}\n- {name: Child, parent: Housed, site: [{street: "
		"s}]}\n"
		"- {name: Last, site: {street: t}, parent: Broken2}\n";

	T_EQ_INT(load(doc, CSM_ON_ERROR_ABORT), CSM_E_INVALID);
	T_EQ_STR(t_err.msg, "2 errors, nothing was stored");
	T_EQ_INT(w_number("SELECT count(*) FROM w_firms"), 0);
	T_EQ_INT(load(doc, CSM_ON_ERROR_SKIP), CSM_NO);
	T_EQ_STR(counts(), "firm 6 2 0 0 4; site 2 1 0 0 1; ticket 3 1 0 0 2");
	T_OK(strstr(told, "doc:3:3: firm: the hook fails late\n"));
	T_OK(strstr(told, "doc:6:3: firm Broken2: the hook fails late\n"));
	T_OK(strstr(told, "doc:4:24: firm: parent: the firm it refers to (doc:6) was rejected\n"));
	T_EQ_INT(w_number("SELECT count(*) FROM w_firms"), 2);
	T_EQ_INT(w_number("SELECT count(*) FROM w_sites"), 2);	/* one by the hook, once */
}

/* Each refers to the next one, and the last is wrong: one more pass is enough, and no stack is deep. */
static void test_chain(void)
{
	enum { N = 20000 };
	struct csm_buf b = CSM_BUF(t_arena);
	struct csm_import_opts o = { .format = CSM_FMT_NONE, .on_error = CSM_ON_ERROR_SKIP };

	for (int i = 1; i <= N; i++)
		csm_buf_addf(&b, "{\"booking\": {\"external_id\": \"C%d\", \"next\": \"C%d\"}}\n", i,
			     i + 1);
	csm_buf_addf(&b, "{\"booking\": {\"external_id\": \"C%d\", \"slot\": \"none\"}}\n", N + 1);
	csm_buf_add(&b, "{\"booking\": {\"external_id\": \"good\"}}\n");
	T_EQ_INT(load_source(csm_source_memory(t_arena, b.s, b.n, "chain"), o), CSM_NO);
	T_EQ_STR(counts(), "booking 20002 1 0 0 20001");
	T_EQ_INT(result.rejected_rows, N + 1);
}

/* References to records that have no key before they are written. */
static void test_keyless(void)
{
	T_EQ_INT(load("ticket: [{title: t, site: {street: Elm}}]\nfirm: [{name: Elm & Co, site: "
		      "[{street: Elm}]}]\n",
		      CSM_ON_ERROR_ABORT),
		 CSM_OK);
	T_EQ_INT(w_number("SELECT count(*) FROM w_tickets t JOIN w_sites s ON t.site = s.id WHERE "
			  "s.street = 'Elm'"),
		 1);
	T_EQ_INT(load("ring: [{a: Elm & Co, b: {name: X}}, {a: {name: X}, b: Elm & Co}]\nfirm: {name: X, "
		      "parent: {name: X}}\n",
		      CSM_ON_ERROR_ABORT),
		 CSM_OK);
	T_EQ_STR(counts(), "firm 1 1 0 0 0; ring 2 2 0 0 0");
	T_EQ_INT(load("ring: [{a: Elm & Co, b: X}, {b: X, a: Elm & Co}]\n", CSM_ON_ERROR_ABORT),
		 CSM_E_INVALID);
	T_OK(strstr(told, "ring: a,b are as in the record at doc:1 of this load"));
}

static void test_no_diag(void)
{
	static const char one[] = "slot: [{room: [x]}]", two[] = "slot: [{room: [x]}, {rom: x}]";
	struct csm_import_opts o = { .format = CSM_FMT_YAML };

	T_EQ_INT(load_source(csm_source_memory(t_arena, two, strlen(two), "doc"), o), CSM_E_INVALID);
	T_EQ_STR(w_msg(), "doc:1:27: slot: rom: 2 errors, nothing was stored; the first: is no field of slot; did you mean 'room'?");
	T_EQ_INT(load_source(csm_source_memory(t_arena, one, strlen(one), "doc"), o), CSM_E_INVALID);
	T_EQ_STR(w_msg(), "doc:1:9: slot: room: expected a text, not a list");
	o.format = CSM_FMT_NDJSON;
	T_EQ_INT(load_source(csm_source_memory(t_arena, "{\n{\n", 4, "doc"), o), CSM_E_INVALID);
	T_OK(strstr(t_err.msg, "2 errors, nothing was stored; the first: "));
}

/* ---- what fails below ---- */

struct failing {
	const char *text;
	size_t left;
};

static long fail_read(void *arg, void *p, size_t n)
{
	struct failing *f = arg;

	if (!f->left) {
		errno = EIO;
		return -1;
	}
	n = n < f->left ? n : f->left;
	memcpy(p, f->text, n);
	f->text += n;
	f->left -= n;
	return (long)n;
}

static void test_sources(void)
{
	static const enum csm_format formats[] = { CSM_FMT_NONE, CSM_FMT_YAML, CSM_FMT_JSON,
						   CSM_FMT_NDJSON };
	static const char text[] = "{\"slot\": {\"room\": \"r\"}}\n{\"slot\": {\"room\": \"s\"}}\n";

	for (size_t i = 0; i < CSM_COUNT(formats); i++) {
		for (size_t cut = 0; cut < sizeof(text); cut += 5) {
			struct failing f = { text, cut };
			struct csm_import_opts o = { .format = formats[i],
						     .on_error = i % 2 ? CSM_ON_ERROR_SKIP
								       : CSM_ON_ERROR_ABORT,
						     .diag = { tell, NULL } };
			int rc = load_source((struct csm_source){ fail_read, &f, "pipe", NULL }, o);

			/* JSON knows that it is over before it asks again */
			T_OK(rc == CSM_E_IO || (formats[i] == CSM_FMT_JSON && rc == CSM_E_INVALID));
			T_EQ_INT(w_number("SELECT count(*) FROM w_slots WHERE room = 'r'"), 0);
		}
	}
}

struct sink {
	size_t left;
};

static int fail_write(void *arg, const void *p, size_t n)
{
	struct sink *s = arg;

	(void)p;
	if (n > s->left) {
		errno = ENOSPC;
		return -1;
	}
	s->left -= n;
	return 0;
}

static void test_sinks(void)
{
	static const struct csm_rtype *const one[] = { &booking };
	static const enum csm_format formats[] = { CSM_FMT_YAML, CSM_FMT_JSON, CSM_FMT_NDJSON,
						   CSM_FMT_CSV, CSM_FMT_TSV };
	struct csm_buf b = CSM_BUF(t_arena);
	struct csm_export_result n;

	for (int i = 0; i < 3000; i++)
		csm_buf_addf(&b, "{\"booking\": {\"external_id\": \"S%d\"}}\n", i);
	T_EQ_INT(load_source(csm_source_memory(t_arena, b.s, b.n, "many"),
			     (struct csm_import_opts){ .format = CSM_FMT_NDJSON }),
		 CSM_OK);
	for (size_t i = 0; i < CSM_COUNT(formats); i++) {
		struct csm_export_opts o = { .format = formats[i], .types = one, .ntypes = 1 };

		for (size_t room = 0; room < 50000; room += 17000) {
			struct sink s = { room };

			csm_err_clear(&t_err);
			T_EQ_INT(csm_export(t_store, &o, (struct csm_sink){ fail_write, &s }, &n, &t_err),
				 CSM_E_IO);
			T_OK(t_err.msg[0]);
			T_OK(!csm_db_in_transaction(t_db));
		}
	}
	csm_err_clear(&t_err);
	T_EQ_INT(csm_export(t_store, &(struct csm_export_opts){ .format = CSM_FMT_TABLE },
			    csm_sink_buf(&b), &n, &t_err),
		 CSM_E_USAGE);
	T_EQ_INT(csm_export(t_store, &(struct csm_export_opts){ .format = CSM_FMT_CSV }, csm_sink_buf(&b),
			    &n, &t_err),
		 CSM_E_USAGE);
}

/* Within a change an export shows what the change did; secrets are in none. */
static void test_export(void)
{
	static const struct csm_rtype *const both[] = { &w_site, &w_firm };
	struct csm_export_opts o = { .format = CSM_FMT_NDJSON, .types = both, .ntypes = 2 };
	struct csm_buf b = CSM_BUF(t_arena);
	struct csm_rec *r;
	struct csm_export_result n;
	int64_t id;

	w_begin();
	r = w_new(&w_firm);
	w_give(r, FIRM_NAME, "Secretive");
	w_give(r, FIRM_PIN, "1234");
	w_give(r, FIRM_SCORE, "");
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_INT(csm_export(t_store, &o, csm_sink_buf(&b), &n, &t_err), CSM_OK);
	T_OK(csm_store_writing(t_store));
	T_OK(strstr(b.s, "\"name\":\"Secretive\",\"active\":true,\"score\":null,"));
	T_OK(!strstr(b.s, "1234"));
	T_OK(strstr(b.s, "{\"site\":{\"firm\":\"FI"));
	id = r->id;
	csm_store_rollback(t_store);
	o.ids = &id;
	o.nids = 1;
	csm_err_clear(&t_err);
	T_EQ_INT(csm_export(t_store, &o, csm_sink_buf(&b), &n, &t_err), CSM_E_USAGE);
	o.types = both + 1;
	o.ntypes = 1;
	T_EQ_INT(csm_export(t_store, &o, csm_sink_buf(&b), &n, &t_err), CSM_E_NOTFOUND);
}

/* ---- who watches ---- */

/* "slot new created doc:1 row 1; ..." */
static int note_record(void *arg, const struct csm_import_record *r, struct csm_err *err)
{
	static const char *const words[] = { "created", "updated", "unchanged", "skipped", "rejected" };
	struct csm_buf *b = arg;

	csm_buf_addf(b, "%s%s %s %s:%d row %d %s", b->n ? "; " : "", r->type ? r->type->name : "-", r->key,
		     r->file, (int)r->line, (int)r->row, words[r->outcome]);
	for (unsigned i = 0; r->before && i < r->type->nfields; i++)
		if (!(r->type->fields[i].flags & CSM_F_VOLATILE) &&
		    !csm_value_eq(&r->before[i], &r->after[i]))
			csm_buf_addf(b, " %s %s>%s", r->type->fields[i].name,
				     csm_field_format(t_arena, &r->type->fields[i], &r->before[i]),
				     csm_field_format(t_arena, &r->type->fields[i], &r->after[i]));
	T_EQ_INT(!r->err, r->outcome != CSM_IMPORT_REJECTED);
	T_EQ_INT(!r->before, r->outcome != CSM_IMPORT_UPDATED);
	return strcmp(r->key, "BK0000099") == 0 ? csm_fail(err, CSM_E_IO, "no more") : CSM_OK;
}

static void note_progress(void *arg, const struct csm_import_progress *p)
{
	struct csm_buf *b = arg;

	csm_buf_addf(b, "%s%d %d/%d", b->n ? "; " : "", (int)p->phase, (int)p->done, (int)p->total);
}

static void test_watch(void)
{
	static const char first[] = "{\"slot\": {\"room\": \"W\", \"hour\": 1, \"note\": \"n1\"}}\n";
	static const char text[] = "{\"slot\": {\"room\": \"W\", \"hour\": 1, \"note\": \"n1\"}}\n"
				   "{\"slot\": {\"room\": \"W\", \"hour\": 2, \"note\": \"n1\"}}\n"
				   "{nonsense}\n"
				   "{\"slot\": {\"room\": \"W\", \"hour\": 1, \"note\": \"n2\"}}\n"
				   "{\"booking\": {\"number\": \"BK98\", \"next\": \"B2\"}}\n"
				   "{\"booking\": {\"external_id\": \"B2\", \"slot\": \"nowhere\"}}\n"
				   "{\"slot\": {\"room\": \"V\", \"note\": \"n3\"}}\n";
	static const char stop[] = "{\"booking\": {\"number\": \"BK99\"}}\n";
	struct csm_buf b = CSM_BUF(t_arena);
	struct csm_import_opts o = { .format = CSM_FMT_NDJSON, .on_error = CSM_ON_ERROR_SKIP,
				     .record = note_record, .arg = &b };

	T_EQ_INT(load_source(csm_source_memory(t_arena, first, strlen(first), "doc"), o), CSM_OK);
	T_EQ_STR(b.s, "slot #6 doc:1 row 1 created");
	csm_buf_reset(&b);
	T_EQ_INT(load_source(csm_source_memory(t_arena, text, strlen(text), "doc"), o), CSM_NO);
	T_EQ_STR(b.s, "-  doc:3 row 3 rejected; booking BK0000098 doc:5 row 5 updated next >2; "
		      "booking BK0000002 doc:6 row 6 rejected; slot #6 doc:1 row 1 unchanged; "
		      "slot  doc:2 row 2 rejected; slot  doc:4 row 4 rejected; slot #7 doc:7 row 7 created");
	/* what it returns ends the load */
	T_EQ_INT(load_source(csm_source_memory(t_arena, stop, strlen(stop), "doc"), o), CSM_E_IO);
	o.progress = note_progress;
	o.record = NULL;
	csm_buf_reset(&b);
	T_EQ_INT(load_source(csm_source_memory(t_arena, first, strlen(first), "doc"), o), CSM_OK);
	T_EQ_STR(b.s, "0 0/0; 0 1/0; 2 0/1; 2 1/1; 3 0/0");
}

/* ---- rows as they came ---- */

/* "1 1 raw {...}; 2 1 slot {room: W}": row, line, what was kept of it */
static const char *originals(const char *text, enum csm_format format, const struct csm_rtype *t, int64_t skip)
{
	struct csm_import_opts o = { .format = format, .on_error = CSM_ON_ERROR_SKIP, .keep_originals = true,
				     .type = t, .skip_rows = skip };
	struct csm_buf b = CSM_BUF(t_arena);
	struct xfer_original w;
	struct csm_import *im;
	int64_t number = 0;

	T_EQ_INT(csm_import_open(&im, t_store, t_arena, &o, &t_err), CSM_OK);
	T_EQ_INT(csm_import_read(im, csm_source_memory(t_arena, text, strlen(text), "doc"), &t_err), CSM_OK);
	for (int64_t row = 1; row <= im->row; row++) {
		T_EQ_INT(xfer_original(im, row, t_arena, &w, &t_err), CSM_OK);
		csm_buf_addf(&b, "%s%d ", row > 1 ? "; " : "", (int)row);
		if (!w.source)
			csm_buf_add(&b, "none");
		else if (w.raw)
			csm_buf_addf(&b, "%d %s%.*s", (int)w.line, w.number == number ? "again " : "", (int)w.n,
				     w.raw);
		else
			csm_buf_addf(&b, "%d %s", (int)w.line, w.type ? w.type->name : "-");
		for (const struct csm_node *n = w.source && w.node ? w.node->first : NULL; n; n = n->next)
			csm_buf_addf(&b, " %s=%s", n->key,
				     n->type == CSM_N_SCALAR ? n->text : n->first ? n->first->text : "");
		number = w.source ? w.number : 0;
		T_OK(!w.source || (strcmp(w.source->file, "doc") == 0 && w.source->format == format));
		T_OK(format != CSM_FMT_CSV || !w.source ||
		     (w.source->ncolumns == 2 && strcmp(w.source->columns[1], "note") == 0 &&
		      w.source->delimiter == ';'));
	}
	csm_import_close(im);
	return b.s;
}

static void test_originals(void)
{
	T_EQ_STR(originals("{\"slot\": [{\"room\": \"a\"},  {\"room\": \"b\"}]}\n{bad\n\n7\r\n", CSM_FMT_NDJSON, NULL, 0),
		 "1 1 {\"slot\": [{\"room\": \"a\"},  {\"room\": \"b\"}]}; 2 1 again {\"slot\": [{\"room\": \"a\"},  "
		 "{\"room\": \"b\"}]}; 3 2 {bad; 4 4 7");
	T_EQ_STR(originals("room;note\n\"x;\ny\";1\nz\nlast; 3 \n", CSM_FMT_CSV, &slot, 1),
		 "1 none; 2 4 z; 3 5 last; 3 ");
	T_EQ_STR(originals("slot:\n- {room: a, hour: [1, 2]}\n- 7\nbooking: {slot.room: a}\n", CSM_FMT_YAML, NULL, 0),
		 "1 2 slot room=a hour=1; 2 3 slot; 3 4 booking slot.room=a");
	T_EQ_STR(originals("[{\"room\": \"a\", \"note\": null},\n{}]", CSM_FMT_JSON, &slot, 0),
		 "1 1 slot room=a note=; 2 2 slot");
}

int main(void)
{
	w_begin_dict(&dict);
	test_sets();
	test_after();
	test_chain();
	test_keyless();
	test_no_diag();
	test_sources();
	test_sinks();
	test_export();
	test_watch();
	test_originals();
	t_end();
	T_DONE();
}
