#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Random documents, loaded by csm and by a plain reference loader (jq makes SQL of them, sqlite3 keeps triples of record, field and
# value): rows, counts and rejects agree. Loads follow each other, so that records are created, changed, left as they are and rejected;
# references point anywhere, by several keys; what is wrong is known to both.

load helpers

SEEDS=${CSM_TEST_SEEDS-1 2}

setup() {
	csm_setup
	csm init
	sqlite3 ref.db "
		CREATE TABLE v(type, key, field, value, PRIMARY KEY (type, key, field));
		CREATE TABLE rec(type, key, PRIMARY KEY (type, key));
		CREATE TABLE note(owner, body, posted_at);"
}

# documents SEED BAD [ALL]: one record a line, {"type": {...}}, in any order. BAD: one in so many is wrong. ALL: no record is left out.
documents() {
	awk -v seed="$1" -v bad="$2" -v all="${3-}" '
		function roll(n) { x = (x * 16807) % 2147483647; return x % n }
		function one(text,   k, w) { k = split(text, w, "|"); return w[1 + roll(k)] }
		function maybe(name, value) { return roll(3) ? "" : ",\"" name "\":" value }
		function text() { return one("\"x\"|\"two\\nlines\"|\"\\u00fcml\\u00e4ut \\ud83d\\ude00\"|\"no\"|\"null\"|\"0x1F\"|\"1e3\"|\" blanks \"|\"a,b;\\\"c\\\"\"|null") }
		function account(i) {
			return one("\"a" i "\"|{\"external_id\":\"a" i "\"}|{\"name\":\"Acct a" i "\"}")
		}
		function contact(i) { return one("\"c" i "\"|{\"email\":\"c" i "@x.example\"}|\"c" i "@x.example\"") }
		function wrong() { return bad && !roll(bad) ? one(",\"nonsense\":1|,\"created_at\":\"yesterdayish\"") : "" }
		function parent(name, letter, i, n,   to) {
			if (i >= n || roll(3))
				return ""
			to = i + 1 + roll(n - i)
			return ",\"" name "\":" (letter == "a" ? account(to) : "\"" letter to "\"")
		}
		function notes(   s, k) {
			for (k = roll(4); k; k--)
				s = s (s ? "," : "") "{\"posted_at\":\"2024-02-0" 1 + roll(3) "T00:00:00Z\"" \
					(bad && !roll(bad * 2) ? "" : ",\"body\":" one("\"one\"|\"two\"|\"three\\n\\nlines\"")) "}"
			return s ? ",\"comment\":[" s "]" : ""
		}
		BEGIN {
			x = seed * 7919 + 1
			for (k = 0; k < 20; k++)
				roll(2)
			for (i = 1; i <= 12; i++) {
				if (roll(2) || all)
					d[++n] = "{\"account\":{\"external_id\":\"a" i "\"" (bad && !roll(bad) ? "" : ",\"name\":\"Acct a" i "\"") \
						maybe("industry", text()) maybe("is_primary", one("true|false")) maybe("num_employees", one("0|7|123456|null")) \
						maybe("notes", text()) parent("account_parent", "a", i, 12) wrong() "}}"
				if (roll(2) || all)
					d[++n] = "{\"contact\":{\"external_id\":\"c" i "\",\"account\":" account(i) ",\"email\":\"c" i "@x.example\",\"last_name\":\"L" i "\"" \
						maybe("title", text()) maybe("vip", one("true|false")) wrong() "}}"
			}
			for (i = 1; i <= 6; i++)
				for (k = (all ? 1 : roll(2)) + (bad && !roll(6)); k; k--)
					d[++n] = "{\"product\":{\"external_id\":\"p" i "\",\"name\":\"Product " i "\"" maybe("manufacturer", text()) "}}"
			for (i = 1; i <= 20; i++)
				if (roll(2) || all)
					d[++n] = "{\"case\":{\"external_id\":\"k" i "\"" (bad && !roll(bad) ? "" : ",\"short_description\":\"Case " one("old|new") "\"") \
						(i % 2 ? ",\"contact\":" contact(1 + i % 12) : ",\"account\":" account(1 + i % 12)) \
						maybe("priority", one("1|2|3|4")) maybe("description", text()) maybe("correlation_id", text()) \
						maybe("product", one("\"p1\"|\"p2\"|\"p3\"|\"p4\"|{\"external_id\":\"p5\"}|null" (bad ? "|\"p99\"" : ""))) \
						parent("parent_case", "k", i, 20) notes() wrong() "}}"
			for (i = n; i > 1; i--) {
				k = 1 + roll(i)
				t = d[i]; d[i] = d[k]; d[k] = t
			}
			for (i = 1; i <= n; i++)
				print d[i]
		}'
}

# What the reference loader knows of the types: field, what it refers to, whether it must be, its default.
known_fields() {
	cat <<-'EOF'
		INSERT INTO known VALUES ('account','external_id',NULL,0,NULL), ('account','name',NULL,1,NULL), ('account','industry',NULL,0,NULL),
			('account','is_primary',NULL,0,0), ('account','num_employees',NULL,0,NULL), ('account','notes',NULL,0,NULL), ('account','account_parent','account',0,NULL),
			('contact','external_id',NULL,0,NULL), ('contact','account','account',1,NULL), ('contact','email',NULL,0,NULL), ('contact','last_name',NULL,0,NULL),
			('contact','title',NULL,0,NULL), ('contact','vip',NULL,0,0), ('product','external_id',NULL,0,NULL), ('product','name',NULL,1,NULL),
			('product','manufacturer',NULL,0,NULL), ('case','external_id',NULL,0,NULL), ('case','short_description',NULL,1,NULL), ('case','contact','contact',0,NULL),
			('case','account','account',0,NULL), ('case','priority',NULL,0,4), ('case','description',NULL,0,NULL), ('case','correlation_id',NULL,0,NULL),
			('case','product','product',0,NULL), ('case','parent_case','case',0,NULL), ('case','comment',NULL,0,NULL);
	EOF
}

# reference <FILE: load the documents into ref.db; the counts as csm prints them: type, read, created, updated, unchanged, rejected.
reference() {
	{
		cat <<-'EOF'
			CREATE TEMP TABLE doc(n, type, key, bad);
			CREATE TEMP TABLE s(n, field, value, target);
			CREATE TEMP TABLE c(n, body, posted_at);
			CREATE TEMP TABLE known(type, field, target, required, def);
		EOF
		known_fields
		jq -r '
			def q: if . == null then "NULL" elif . == true then "1" elif . == false then "0"
				elif type == "number" then tostring else "\u0027" + gsub("\u0027"; "\u0027\u0027") + "\u0027" end;
			def key: if type == "object" then (.external_id // .email // .name) else . end
				| if type == "string" then sub("^Acct "; "") | sub("@x\\.example$"; "") else . end;
			to_entries[0] | .key as $t | .value as $r | input_line_number as $n
			| "INSERT INTO doc VALUES (\($n), \($t | q), \($r.external_id | q), 0);",
			($r | to_entries[] | select(.key != "comment")
				| if .key | IN("account", "contact", "product", "parent_case", "account_parent")
					then "INSERT INTO s VALUES (\($n), \(.key | q), \(.value | key | q), 1);"
					else "INSERT INTO s VALUES (\($n), \(.key | q), \(.value | q), NULL);" end),
			($r.comment // [] | .[] | "INSERT INTO c VALUES (\($n), \(.body | q), \(.posted_at | q));")'
		cat <<-'EOF'
			-- by itself: a field that there is not, a value that is none, the same record twice
			UPDATE doc SET bad = 1 WHERE n IN (SELECT s.n FROM s JOIN doc USING (n) WHERE field = 'created_at' OR (type, field) NOT IN (SELECT type, field FROM known));
			UPDATE doc SET bad = 1 WHERE EXISTS (SELECT 1 FROM doc AS first WHERE first.type = doc.type AND first.key = doc.key AND first.n < doc.n);
			-- what a new record must have, and none may lose
			UPDATE doc SET bad = 1 WHERE EXISTS (SELECT 1 FROM known AS k WHERE k.type = doc.type AND k.required AND CASE
				WHEN EXISTS (SELECT 1 FROM s WHERE s.n = doc.n AND s.field = k.field) THEN (SELECT value FROM s WHERE s.n = doc.n AND s.field = k.field) IS NULL
				ELSE NOT EXISTS (SELECT 1 FROM rec WHERE rec.type = doc.type AND rec.key = doc.key) END);
		EOF
		# who refers to what is neither stored nor loaded, and who refers to those
		for _ in $(seq 24); do
			cat <<-'EOF'
				UPDATE doc SET bad = 1 WHERE NOT bad AND EXISTS (SELECT 1 FROM s JOIN known AS k USING (field) WHERE s.n = doc.n AND k.type = doc.type AND k.target IS NOT NULL
					AND s.value IS NOT NULL AND NOT EXISTS (SELECT 1 FROM rec WHERE rec.type = k.target AND rec.key = s.value)
					AND NOT EXISTS (SELECT 1 FROM doc AS d WHERE d.type = k.target AND d.key = s.value AND NOT d.bad));
			EOF
		done
		cat <<-'EOF'
			CREATE TEMP TABLE became AS SELECT n, type, key, CASE WHEN bad THEN 'rejected' WHEN (type, key) NOT IN (SELECT type, key FROM rec) THEN 'created'
				WHEN EXISTS (SELECT 1 FROM s WHERE s.n = doc.n AND s.value IS NOT (SELECT value FROM v WHERE v.type = doc.type AND v.key = doc.key AND v.field = s.field))
				THEN 'updated' ELSE 'unchanged' END AS what FROM doc;
			INSERT INTO v SELECT d.type, d.key, k.field, k.def FROM became AS d JOIN known AS k USING (type) WHERE what = 'created' AND k.def IS NOT NULL;
			INSERT INTO rec SELECT type, key FROM became WHERE what = 'created';
			INSERT OR REPLACE INTO v SELECT type, key, field, value FROM s JOIN became USING (n) WHERE what <> 'rejected';
			-- of equal comments of a case as many as were ever stated at once
			CREATE TEMP TABLE said AS SELECT d.key AS owner, body, posted_at, count(*) AS stated,
				(SELECT count(*) FROM note WHERE note.owner = d.key AND note.body = c.body AND note.posted_at = c.posted_at) AS had
				FROM c JOIN doc AS d USING (n) WHERE NOT d.bad AND body IS NOT NULL GROUP BY d.key, body, posted_at;
			WITH RECURSIVE more(owner, body, posted_at, left) AS (SELECT owner, body, posted_at, stated - had FROM said WHERE stated > had
				UNION ALL SELECT owner, body, posted_at, left - 1 FROM more WHERE left > 1)
				INSERT INTO note SELECT owner, body, posted_at FROM more;
			.mode list
			.separator ,
			SELECT type, count(*), sum(what = 'created'), sum(what = 'updated'), sum(what = 'unchanged'), sum(what = 'rejected') FROM became GROUP BY type
			UNION ALL SELECT 'comment', count(*), (SELECT coalesce(sum(max(stated - had, 0)), 0) FROM said), 0, (SELECT coalesce(sum(min(stated, had)), 0) FROM said),
				sum(bad OR body IS NULL) FROM c JOIN doc USING (n) HAVING count(*) > 0 ORDER BY 1;
		EOF
	} | sqlite3 -bail ref.db
}

# What ref.db and the database of csm hold: a line a value.
held_by_reference() {
	sqlite3 ref.db "SELECT type || ' ' || key || ' ' || field || ' ' || quote(value) FROM v WHERE value IS NOT NULL
		UNION ALL SELECT 'comment ' || owner || ' ' || posted_at || ' ' || quote(body) FROM note ORDER BY 1"
}
held_by_csm() {
	local plain refs type field sql=

	for type in account contact product case; do
		case $type in
		account) plain="external_id name industry is_primary num_employees notes" refs="account_parent:accounts" ;;
		contact) plain="external_id email last_name title vip" refs="account:accounts" ;;
		product) plain="external_id name manufacturer" refs= ;;
		case) plain="external_id short_description priority description correlation_id" refs="product:products parent_case:cases" ;;
		esac
		for field in $plain; do
			sql+="SELECT '$type ' || external_id || ' $field ' || quote($field) FROM ${type}s WHERE $field IS NOT NULL UNION ALL "
		done
		for field in $refs; do
			sql+="SELECT '$type ' || t.external_id || ' ${field%:*} ' || quote(u.external_id) FROM ${type}s AS t JOIN ${field#*:} AS u ON u.id = t.${field%:*} UNION ALL "
		done
	done
	# a case has its account or its contact stated; the other one csm derives
	sql+="SELECT 'case ' || t.external_id || ' account ' || quote(a.external_id) FROM cases AS t JOIN accounts AS a ON a.id = t.account WHERE CAST(substr(t.external_id, 2) AS INTEGER) % 2 = 0 UNION ALL "
	sql+="SELECT 'case ' || t.external_id || ' contact ' || quote(c.external_id) FROM cases AS t JOIN contacts AS c ON c.id = t.contact WHERE CAST(substr(t.external_id, 2) AS INTEGER) % 2 = 1 UNION ALL "
	sql+="SELECT 'comment ' || t.external_id || ' ' || strftime('%Y-%m-%dT%H:%M:%SZ', posted_at, 'unixepoch') || ' ' || quote(body) FROM comments JOIN cases AS t ON t.id = comments.parent_case ORDER BY 1"
	sqlite3 "$CSM_DB" "$sql"
}

# The documents of a file in another format; children come first there.
as_json() { jq -s '{csm: 1} + ([("case", "contact", "product", "account") as $t | {($t): map(.[$t] // empty)}] | add)'; }
as_yaml() { as_json; } # which is YAML too

# agree FILE DOCUMENTS [NOUN]: csm says what the reference loader says, and both hold the same.
agree() {
	reference <"$2" >want
	run_csm ${3-} import --on-error=skip "$1" -o json
	jq -r '(if type == "array" then . else (.types // .counts) end)[] | [.type, .read, .created, .updated, .unchanged, .rejected] | map(tostring) | join(",")' \
		<<<"$out" | LC_ALL=C sort >got
	diff want got || wrong "counts of $1" || return 1
	if grep -qv ',0$' want; then eq "$status" 1; else eq "$status" 0; fi || return 1
	diff <(held_by_reference) <(held_by_csm) || wrong "rows after $1"
}

@test "good documents: rows and counts are those of the reference loader" {
	for seed in $SEEDS; do
		rm -f ref.db "$CSM_DB"*
		setup
		for load in 1 2 3; do
			documents $((seed * 100 + load)) 0 "$( ((load > 1)) || echo all)" >"$load.ndjson"
			case $load in
			1) agree 1.ndjson 1.ndjson ;;
			2) as_json <2.ndjson >2.json && agree 2.json 2.ndjson ;;
			3) as_yaml <3.ndjson >3.yaml && agree 3.yaml 3.ndjson ;;
			esac || { echo "seed $seed, load $load" && return 1; }
		done
		eq "$(cut -d, -f6 want | sort -u)" 0
		# the same again: nothing is changed, which both say
		agree 3.yaml 3.ndjson || { echo "seed $seed, again" && return 1; }
		eq "$(cut -d, -f3,4,6 want | sort -u)" 0,0,0
	done
}

@test "documents with mistakes: the same records are rejected, and nobody else" {
	for seed in $SEEDS; do
		rm -f ref.db "$CSM_DB"*
		setup
		for load in 1 2 3; do
			documents $((seed * 1000 + load)) 9 >"$load.ndjson"
			case $load in
			1) agree 1.ndjson 1.ndjson ;;
			2) as_json <2.ndjson >2.json && agree 2.json 2.ndjson ;;
			3) as_yaml <3.ndjson >3.yaml && agree 3.yaml 3.ndjson ;;
			esac || { echo "seed $seed, load $load" && return 1; }
		done
	done
}

# table NOUN FILTER FIELD...: NOUN.csv from all.ndjson, and the documents with the same said in NOUN.ndjson: an empty cell is null, or says
# nothing where a value has to be.
table() {
	local noun=$1 filter=$2 key='def key: if type == "object" then (.external_id // .email // .name) else . end
		| if type == "string" then sub("^Acct "; "") | sub("@x\\.example$"; "") else . end;'

	shift 2
	jq -c --arg noun "$noun" "$key"' .[$noun] // empty | '"$filter"' | {($noun): (. as $r | [$ARGS.positional[] | {(.): $r[.]}] | add
		| with_entries(if .key | IN("account", "contact", "product", "parent_case", "account_parent") then .value |= key else . end
		| select(.value != null or ([$noun, .key] | IN(["account", "name"], ["product", "name"], ["contact", "account"], ["case", "short_description"]) | not))))}' \
		--args "$@" <all.ndjson >"$noun.ndjson"
	jq -rs --arg noun "$noun" '($ARGS.positional | map(if IN("account", "contact", "product", "parent_case", "account_parent") then . + ".external_id" else . end)),
		(.[] | .[$noun] as $r | [$ARGS.positional[] | $r[.]]) | @csv' --args "$@" <"$noun.ndjson" >"$noun.csv"
	agree "$noun.csv" "$noun.ndjson" "$noun"
}

@test "tables: an empty cell clears, a column that is not there leaves" {
	for seed in $SEEDS; do
		rm -f ref.db "$CSM_DB"*
		setup
		for load in 1 2 3; do
			documents $((seed * 10000 + load)) $((load == 2 ? 9 : 0)) "$( ((load > 1)) || echo all)" >all.ndjson
			table product . external_id name manufacturer &&
				table account . external_id name industry num_employees notes account_parent &&
				table contact . external_id account email last_name title &&
				table case 'select(.account)' external_id short_description account description correlation_id product &&
				table case 'select(.contact)' parent_case external_id contact short_description ||
				{ echo "seed $seed, load $load" && return 1; }
		done
	done
}
