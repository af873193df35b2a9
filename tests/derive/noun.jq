# SPDX-License-Identifier: MIT
# noun.jq - the pages csm-NOUN.1, each after a line with its name. In: the dump; $date, $texts (hand-written parts).
include "man";

def has($flag): .flags | index($flag) != null;

# ---- fields ----

def kind_words:
	if .kind == "ref" then "reference to " + (.target | dashed)
	elif .kind == "ref_list" then "references to " + (.target | dashed)
	elif .kind == "enum_list" then "choices"
	elif .choices then "choice"
	elif .kind == "bool" then "true or false"
	elif .kind == "expr" then "condition"
	elif .kind == "zone" then "time zone"
	elif .kind == "clock" then "time of day"
	elif .kind == "int" then "number"
	elif .kind == "email" then "e-mail address"
	elif .kind == "phone" then "phone number"
	else .kind end;

# Whether somebody has to give the field: no default, and csm does not find it.
def is_needed:
	has("required") and .default == null
	and ((has("computed") or has("derived") or has("readonly") or has("by_verb")) | not);

def tag_words:
	[ kind_words,
	  (if is_needed then "needed" else empty end),
	  (if has("key") then "unique" else empty end),
	  (if has("computed") then "computed"
	   elif has("by_verb") then "by verbs"
	   elif has("readonly") then "by csm"
	   elif has("immutable") then "given once"
	   else empty end),
	  (if has("live") then "up to date when read" else empty end),
	  (if has("internal") then "internal" else empty end) ] | join(", ");

def default_words:
	if .default == "@now" then "the current time" elif .default == "@today" then "today"
	elif .default == "@actor" then "the acting user" else .default end;

def choice_words:
	if .choices == null then empty
	elif .kind == "int" then "One of " + ([.choices[] | "\(.value) (\(.label))"] | join(", ")) + "."
	else (if .kind == "enum_list" then "Some of " else "One of " end) + ([.choices[].value]
		| join(", ")) + "." end;

def bounds:
	(if .kind == "decimal" then 10000 else 1 end) as $scale
	| if .min == null or .choices != null or ([.kind] | inside(["int", "decimal"]) | not) then empty
	  elif .max / $scale >= 100000000 then "At least \(.min / $scale)."
	  else "From \(.min / $scale) to \(.max / $scale)." end;

def field_item:
	".It Cm \(.name) Pq \(tag_words | arg)",
	(.help | stop | sentences),
	(choice_words | esc),
	(if .default != null and .default != "" then "Default \(default_words)." | esc else empty end),
	bounds,
	(if .max_length != null and .max_length < 65536 and .choices == null and .kind == "text"
		and (has("computed") | not)
	 then "At most \(.max_length) characters." else empty end),
	(if has("secret") then "Never printed or exported." else empty end),
	(if has("owner") then "The owner; left out inside the owner's document." else empty end),
	(if .on_delete == "clear" then "Cleared when the \(.target | dashed) is deleted."
	 elif .on_delete == "cascade" and (has("owner") | not)
	    then "The record is deleted with the \(.target | dashed)."
	 else empty end);

def fields($verbs):
	[$verbs[] | select(.generic and (.verb == "new" or .verb == "edit" or .verb == "list"))
		| .verb] as $with
	| [.fields[] | tag_words | split(", ")[]] as $tags
	| ".Sh RECORD FIELDS",
	  "A field is an option of",
	  ($with | ".Cm " + (.[:-1] | join(" ,\n.Cm ")) + (if length > 1 then "\nand\n.Cm " else "" end)
	     + .[-1]),
	  "(with",
	  ".Sq \\-",
	  "for",
	  ".Sq _ ) ,",
	  "a column of",
	  ".Fl \\-fields ,",
	  "a name in conditions",
	  ".Pq Xr csm-filter 5",
	  "and a key in documents",
	  ".Pq Xr csm-documents 5 .",
	  ([("by verbs", "by csm") | select(. as $word | $tags | index($word) != null)]
	   | if length == 0 then empty
	     else "What is set " + join(" or ") + " is no option of new and edit; an import may state it." end),
	  ".Bl -tag -width Ds",
	  (.fields[] | select(has("volatile") | not) | field_item),
	  ([.fields[] | select(has("volatile")) | "Cm " + .name] | if length == 0 then empty else
		".It " + join(" , "),
		"Housekeeping that every record has: how often it changed, when and by whom it was stored and last changed.",
		"Left out of an export unless asked for."
	   end),
	  ".El";

# ---- verbs ----

def who_words:
	[.[] | if . == "agent" then "agents" elif . == "customer" then "the customer"
		else "csm tick" end] | words("and");

def move_text($t; $verb):
	$t.lifecycle.moves[] | select((.verb | dashed) == $verb)
	| "From " + (.from | words("or")) + (if .to then " to " + .to else "; the state stays" end)
		+ ", by " + (.who | who_words)
	  + (if .needs then "; needs " + (.needs | words("and")) else "" end)
	  + (if .text_needed then "; needs \\-\\-" + (.text | dashed) else "" end) + ".";

# --where and --all of verbs that select records are told once for all; the fields of generic verbs, in RECORD FIELDS.
def verb_options:
	(.needs | index("selects") != null) as $selects | .generic as $generic
	| [ .options[]
	    | select(.hidden | not)
	    | select(($selects and (.name == "where" or .name == "all")) | not)
	    | select(($generic and .field != null) | not) ]
	| option_list;

def verb_item($t):
	.verb as $verb
	| ".It Cm \(.verb)" + (if .args then " Ar " + (.args | arg) else "" end),
	  (.summary | stop | sentences),
	  (if .help then (.help | paragraphs) else empty end),
	  (if .lifecycle then move_text($t; $verb) else empty end),
	  verb_options;

def synopsis($noun):
	".Nm csm",
	".Cm \($noun) \(.verb)",
	(if [.options[] | select(.hidden | not)] | length > 0 then ".Op Ar option ..." else empty end),
	(if .args then ".Ar " + (.args | arg) else empty end);

# What the verbs' notes have in common stands once.
def verbs_note($t):
	. as $verbs
	| (if $t and any($verbs[]; .needs | index("sets_fields")) then
		"Options that set fields take a text,", ".Sq @FILE", "(the text of a file) or",
			".Sq \\-", "(standard input)."
	   else empty end),
	  (if any($verbs[]; .generic and .verb == "list") then
		"Options of", ".Cm list",
			"that bear the name of a field select: only records with that value are printed;",
		"of a field that is given twice, either value fits."
	   else empty end),
	  (if any($verbs[]; .needs | index("selects")) then
		"Records are named by number, external id or any other unique field;",
		".Sq \\-",
		"stands for keys on standard input.",
		([$verbs[] | select((.needs | index("selects")) and (.options | map(.name)
			| index("all"))) | .verb] as $by
		 | if $by | length > 0 then
			"Instead of keys,", ".Fl \\-where Ar EXPR",
				"(the records for which the condition is true) and", ".Fl \\-all",
			"name the records of " + ($by | words("and")) + "."
		   else empty end)
	   else empty end);

def usual: ["db", "as", "now", "config", "quiet", "no-color", "help", "version", "wait"];

# Which verbs take which of the global options: verbs with the same ones together.
def globals_table:
	map({ verb, globals: ([.globals[] | select(. as $g | usual | index($g) | not)]) })
	| reduce .[] as $v ([]; ([.[].globals] | index([$v.globals])) as $at
		| if $at != null then .[$at].verbs += [$v.verb] else . + [{ globals: $v.globals,
			verbs: [$v.verb] }] end)
	| map(select(.globals | length > 0))
	| if length == 0 then empty else
		"The verbs take these of the global options, besides those that every command takes",
		".Pq see Xr csm 1 :",
		".Bl -tag -width Ds",
		(.[] | ".It " + (.verbs | map("Cm " + .) | join(" , ")),
		       (.globals as $g | range(0; $g | length) as $i | ".Fl \\-\($g[$i])" + (if $i
		          + 1 < ($g | length) then " ," else "" end))),
		".El"
	  end;

# ---- life ----

def state_words:
	[ (if .flags | index("initial") then "where a record begins" else empty end),
	  (if .flags | index("final") then "final" else empty end),
	  (if .flags | index("active") then "active" else empty end) ] | join(", ");

def widest: max_by(length) + "mm" | arg;

def life:
	. as $l
	| ".Sh STATES",
	  "The field",
	  ".Cm \(.field)",
	  "changes by verbs only.",
	  "A move that is not in the table is refused with status 4 and the verbs that are allowed.",
	  ".Bl -tag -width Ds",
	  (.states[] | ".It Cm \(.name)" + (state_words | if . == "" then "" else " Pq " + arg end),
	     (.help // "" | stop | sentences)),
	  ".El",
	  ".Pp",
	  ([["from", .states[].name], [.moves[].verb], [.states[].name, "(stays)"], ["customer"]]
	   | ".Bl -column " + (map(widest) | join(" ")) + " -compact"),
	  ".It Sy from Ta Sy verb Ta Sy to Ta Sy by",
	  (.states[].name as $s | $l.moves[] | select(.from | index($s) != null)
	   | ([.who[] | if . == "system" then "csm tick" else . end] | join(", ")) as $who
	   | ".It \($s) Ta \(.verb | dashed) Ta \(.to // "(stays)") Ta \($who)"),
	  ".El";

# ---- what it is ----

def owners_of($d): .name as $n | [$d.types[] | select([.owned[] | select(.type == $n)] | length > 0)];

def owned($d):
	if .owned | length == 0 then empty else
		".Sh OWNED RECORDS",
		"Inside the document of a record stand lists of the records it owns; they are deleted with it.",
		".Bl -tag -width Ds",
		(.owned[] | .type as $k | [$d.types[] | select(.name == $k)][0] as $kid
		 | ".It Cm \(.key)", ($kid.help | stop | sentences), "See", ".Xr csm-\($k | dashed) 1 ."),
		".El"
	end;

def about($d):
	owners_of($d) as $owners
	| (.help | stop | sentences),
	  (if .prefix then "Its number is " + (.prefix)
	     + " and seven digits or more, given on creation and never again." else empty end),
	  (if $owners | length > 0 then
		"It belongs to a record of type " + ([$owners[] | .name | dashed] | words("or")) + ":",
		"it stands in the document of its owner and is deleted with it."
	   else empty end),
	  (if has("journal") then "Entries are written once: they are neither changed nor deleted."
	     else empty end),
	  (if has("engine") then "Records of this type are made by csm itself and by imports."
	     else empty end),
	  (if .unique then "Unique together: " + ([.unique | split(";")[] | split(",") | words("and")]
	     | join("; ")) + "." else empty end),
	  (if (.sort // []) | length > 0 then "Lists and exports are ordered by " + (.sort
	     | words("and")) + " unless told otherwise."
	   else empty end);

def examples($noun; $text):
	".Sh EXAMPLES",
	(part($text; "EXAMPLES") | if . != "" then . else empty end);

def without_doubles: reduce .[] as $w ([]; if index($w) != null then . else . + [$w] end);

def usual_examples($noun):
	([(if .prefix then "number" else empty end), .title, "created_at"] | without_doubles | join(",")) as $columns
	| ".Sh EXAMPLES",
	"The last ten that were stored, with chosen columns:",
	".Bd -literal -offset indent -compact",
	"csm \($noun) list \\-\\-sort \\-created_at \\-\\-limit 10 \\e",
	"    \\-\\-fields \($columns)",
	".Ed",
	".Pp",
	"All of them, as documents that another database can load:",
	".Dl csm \($noun) export > \($noun).yaml";

. as $d
| ([(.types[].name | dashed), (.commands[] | .noun // empty)] | unique[]) as $noun
| ($texts[0][$noun] // "") as $text
| ([.types[] | select((.name | dashed) == $noun)][0]) as $t
| "\u0001csm-\($noun).1",
  ([.commands[] | select(.noun == $noun and (.needs | index("hidden") | not))] as $verbs
| head("csm-" + $noun; 1; ($t.help // part($text; "NAME")) | as_nd; $date),
  ".Sh SYNOPSIS",
  ($verbs[] | synopsis($noun)),
  ".Sh DESCRIPTION",
  (if $t then ($t | about($d)) else empty end),
  part_lines($text; "DESCRIPTION"),
  ".Sh VERBS",
  ($verbs | verbs_note($t)),
  ".Bl -tag -width Ds",
  ($verbs[] | verb_item($t)),
  ".El",
  ".Pp",
  ($verbs | globals_table),
  (if $t then ($t | fields($verbs)) else empty end),
  (if $t.lifecycle then ($t.lifecycle | life) else empty end),
  (if $t then ($t | owned($d)) else empty end),
  part_lines($text; "SECTIONS"),
  ".Sh EXIT STATUS",
  part_lines($text; "EXIT STATUS"),
  "The exit statuses of all commands are listed in",
  ".Xr csm 1 .",
  (if part($text; "EXAMPLES") != "" then examples($noun; $text) elif $t then ($t
     | usual_examples($noun)) else empty end),
  see_also([ (if $noun == "setting" then { name: "csm-config", section: 1 } else empty end),
     { name: "csm", section: 1 }, { name: "csm-documents", section: 5 }, { name: "csm-filter",
        section: 5 } ]
	   + [$t.fields[]?.target | select(. != null and . != $t.name) | { name: ("csm-" + dashed),
	      section: 1 }]
	   + [$t.owned[]?.type | { name: ("csm-" + dashed), section: 1 }]
	   + (if $t then [$t | owners_of($d)[] | { name: ("csm-" + (.name | dashed)), section: 1 }]
	      else [] end)))
