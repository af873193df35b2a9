/* SPDX-License-Identifier: MIT */
/*
 * load_data.c - documents for the benches of loads: the same for the same numbers, on every machine.
 *
 * usage: load_data parents ALL                   what ALL cases refer to: accounts (one for 20 cases), contacts (four an account), products
 *        load_data cases FORMAT N [FIRST ALL]    N cases of about 400 bytes, from number FIRST (1) of ALL (N) on; FORMAT: ndjson, json, csv, yaml
 *
 * A row is the same in every format. Accounts are drawn skewed (a few have many cases), contacts belong to their account, moments rise
 * over two and a half years until 2026-06-01, one case in ten is not closed yet. Keys are external ids.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1780304400) /* 2026-06-01T09:00:00Z */
#define DAY 86400
#define SPAN (900 * (int64_t)DAY)
#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define PRIORITY 7 /* the field that is a number */

enum format { NDJSON, JSON, CSV, YAML };
static const char *const formats[] = { "ndjson", "json", "csv", "yaml" };

static const char *const subjects[] = {
	"Printer prints blank pages", "Cannot sign in after the update", "Invoice shows the wrong address",
	"Device does not switch on", "Order arrived incomplete", "Application is slow in the morning",
	"Noise from the cooling unit", "Export of the report fails", "Warranty question", "Battery is empty within an hour",
};
static const char *const words[] = {
	"the", "customer", "says", "that", "since", "yesterday", "every", "second", "attempt", "ends", "with", "an", "error",
	"after", "restart", "it", "works", "for", "a", "while", "then", "stops", "again", "log", "was", "attached", "please", "call",
	"back", "before", "noon",
};
static const char *const channels[] = { "web", "email", "phone", "chat" };
static const char *const codes[] = { "solved_guidance", "solved_workaround", "solved_by_customer" };

/* splitmix64, public domain, https://prng.di.unimi.it/splitmix64.c */
static uint64_t mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static const char *moment(char out[32], int64_t t)
{
	int64_t d = t / DAY, s = t % DAY, z = d + 719468, era = z / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153, m = mp < 10 ? mp + 3 : mp - 9;

	snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)(yoe + era * 400 + (m <= 2)), (int)m,
		 (int)(doy - (153 * mp + 2) / 5 + 1), (int)(s / 3600), (int)(s % 3600 / 60), (int)(s % 60));
	return out;
}

struct row {
	char external_id[32], account[32], contact[32], product[32], description[128];
	char opened[32], response[32], resolved[32], closed[32], priority[4];
	const char *subject, *channel, *state, *code;
};

static void fill_text(char *out, size_t size, uint64_t r)
{
	size_t n = 0, most = 40 + r % 60;

	while (n < most && n + 12 < size) {
		r = mix(r);
		n += (size_t)snprintf(out + n, size - n, "%s%s", n ? " " : "", words[r % COUNT(words)]);
	}
}

static int64_t accounts_of(int64_t n)
{
	return n / 20 > 50 ? n / 20 : 50;
}
static int64_t products_of(int64_t n)
{
	return n / 1000 > 50 ? n / 1000 : 50;
}

/* all: how many cases the parents were made for. */
static void make_row(struct row *w, int64_t i, int64_t all)
{
	uint64_t r = mix((uint64_t)i), q = mix(r), p = mix(q);
	double u = (double)(r >> 11) / 9007199254740992.0;
	int64_t account = (int64_t)(u * u * (double)accounts_of(all)) + 1;
	int64_t opened = NOW - SPAN + (i - 1) % all * ((SPAN - 60 * DAY) / all) + (int64_t)(q % (2 * DAY));
	int64_t response = opened + (int64_t)(q >> 20) % (DAY + DAY / 2);
	int64_t resolved = response + (int64_t)(p >> 10) % (12 * DAY), closed = resolved + (int64_t)(p >> 40) % (5 * DAY);
	unsigned kind = (unsigned)(p % 100);

	memset(w, 0, sizeof(*w));
	snprintf(w->external_id, sizeof(w->external_id), "TCK-%09" PRId64, i);
	snprintf(w->account, sizeof(w->account), "ACC-%07" PRId64, account);
	snprintf(w->contact, sizeof(w->contact), "CON-%07" PRId64, account * 4 - (int64_t)(p >> 8) % 4);
	snprintf(w->product, sizeof(w->product), "PRD-%05" PRId64, (int64_t)((q >> 8) % (uint64_t)products_of(all)) + 1);
	snprintf(w->priority, sizeof(w->priority), "%u", (unsigned)(p >> 33) % 4 + 1);
	fill_text(w->description, sizeof(w->description), p);
	w->subject = subjects[q % COUNT(subjects)];
	w->channel = channels[(r >> 7) % COUNT(channels)];
	w->state = kind < 4 ? "open" : kind < 6 ? "awaiting_info" : kind < 10 ? "resolved" : "closed";
	moment(w->opened, opened);
	if (kind >= 3)
		moment(w->response, response);
	if (kind < 6)
		return;
	moment(w->resolved, resolved);
	w->code = codes[(p >> 50) % COUNT(codes)];
	if (kind >= 10)
		moment(w->closed, closed);
}

/* The fields of a row in order; NULL or "" is left out (CSV: empty). */
#define FIELDS 14
static const char *const names[FIELDS] = {
	"external_id", "account", "contact", "product", "short_description", "description", "channel", "priority", "state",
	"opened_at", "first_response_time", "resolved_at", "closed_at", "resolution_code",
};

static void put_cases(enum format f, int64_t n, int64_t first, int64_t all)
{
	struct row w;

	for (unsigned k = 0; f == CSV && k < FIELDS; k++)
		printf("%s%s", k ? "," : "", names[k]);
	if (f == CSV)
		putchar('\n');
	if (f == JSON)
		putchar('[');
	for (int64_t i = first; i < first + n; i++) {
		bool some = false;

		make_row(&w, i, all);
		const char *v[FIELDS] = { w.external_id, w.account, w.contact, w.product, w.subject, w.description, w.channel,
					      w.priority, w.state, w.opened, w.response, w.resolved, w.closed, w.code };

		if (f == JSON)
			fputs(i > first ? ",\n{" : "\n{", stdout);
		else if (f == NDJSON)
			putchar('{');
		for (unsigned k = 0; k < FIELDS; k++) {
			bool has = v[k] && *v[k];

			if (f == CSV)
				printf("%s%s", k ? "," : "", has ? v[k] : "");
			else if (has && f == YAML)
				printf("%s%s: \"%s\"\n", some ? "  " : "- ", names[k], v[k]);
			else if (has)
				printf(k == PRIORITY ? "%s\"%s\":%s" : "%s\"%s\":\"%s\"", some ? "," : "", names[k], v[k]);
			some = some || has;
		}
		fputs(f == YAML ? "" : f == CSV ? "\n" : f == JSON ? "}" : "}\n", stdout);
	}
	if (f == JSON)
		fputs("\n]\n", stdout);
}

static void put_parents(int64_t all)
{
	int64_t accounts = accounts_of(all);

	for (int64_t i = 1; i <= accounts; i++)
		printf("{\"account\":{\"external_id\":\"ACC-%07" PRId64 "\",\"name\":\"Account %" PRId64 " Ltd\",\"customer\":true}}\n", i, i);
	for (int64_t i = 1; i <= accounts * 4; i++)
		printf("{\"contact\":{\"external_id\":\"CON-%07" PRId64 "\",\"account\":\"ACC-%07" PRId64 "\",\"first_name\":\"Pat\","
		       "\"last_name\":\"Person %" PRId64 "\",\"email\":\"p%" PRId64 "@example.com\"}}\n", i, (i + 3) / 4, i, i);
	for (int64_t i = 1; i <= products_of(all); i++)
		printf("{\"product\":{\"external_id\":\"PRD-%05" PRId64 "\",\"name\":\"Product %" PRId64 "\"}}\n", i, i);
}

int main(int argc, char **argv)
{
	unsigned f = 0;

	if (argc == 3 && strcmp(argv[1], "parents") == 0) {
		put_parents(strtoll(argv[2], NULL, 10));
	} else if ((argc == 4 || argc == 6) && strcmp(argv[1], "cases") == 0) {
		int64_t n = strtoll(argv[3], NULL, 10);

		while (f < COUNT(formats) && strcmp(formats[f], argv[2]) != 0)
			f++;
		if (f == COUNT(formats))
			return 2;
		put_cases((enum format)f, n, argc > 4 ? strtoll(argv[4], NULL, 10) : 1, argc > 4 ? strtoll(argv[5], NULL, 10) : n);
	} else {
		return 2;
	}
	return fflush(stdout) || ferror(stdout) ? 1 : 0;
}
