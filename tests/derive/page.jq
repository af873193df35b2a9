# SPDX-License-Identifier: MIT
# page.jq - csm.1, csm-filter.5, csm-documents.5: a hand-written page in which lines `.\"@ NAME`
# are filled from the dump.
# In: the dump; $texts (the pages), $date. Each page stands after a line with its name.
include "man";

def globals_item: option_tag, option_text;

def of_every: . as $d | [.global_options[] | select(.name as $n | all($d.commands[] | select(.needs
	| index("hidden") | not); .globals | index($n)))];
def of_some: of_every as $every | [.global_options[] | select(.name as $n | all($every[]; .name != $n))];

def top: [.commands[] | select(.noun == null and (.needs | index("hidden") | not))];

def command_item:
	".It Cm \(.verb)" + (if .args then " Ar " + (.args | arg) else "" end),
	(.summary | stop | sentences),
	(if .help then (.help | paragraphs) else empty end),
	(own_options | option_list);

# Commands in the order they stand in the table; then those that have verbs but no records.
def commands:
	.types as $types
	| (top[] | command_item),
	  ([.commands[] | select(.noun != null) | .noun] | reduce .[] as $n ([]; if index($n) != null
	     then . else . + [$n] end)
	   | map(select(. as $n | all($types[]; (.name | dashed) != $n))))[] as $n
	  | ".It Cm \($n) Ar verb", "See", ".Xr csm-\($n) 1 .";

def first_seen: reduce .[] as $x ([]; if index($x) != null then . else . + [$x] end);

def nouns:
	. as $d
	| (["work", "customers", "products", "agreements", "people"] + [.types[].section]
		| first_seen)[] as $s
	| ".Ss Nouns: \($s)",
	  ".Bl -tag -width Ds -compact",
	  ($d.types[] | select(.section == $s) | ".It Xr csm-\(.name | dashed) 1", (.help | stop
	     | sentences)),
	  ".El";

def generic:
	[.commands[] | select(.generic)]
	| group_by(.verb) | map(.[0]) as $all
	| (["new", "show", "list", "edit", "delete", "import", "export", "log"] | .[]) as $v
	| $all[] | select(.verb == $v)
	| ".It Cm \(.verb)" + (if .args then " Ar " + (.args | arg) else "" end), (.summary | stop
		| sentences);

def environment:
	.environment[] | ".It Ev \(.name)", (.help | stop | sentences);

def statuses:
	.exit_statuses[] | ".It \(.status) Pq \(.name)", (.help | stop | (.[0:1] | ascii_upcase) + .[1:]
		| sentences);

def settings:
	(.command_settings[] | ".It Cm \(.name)", (.help | stop | sentences),
		(if .default then "Default \(.default)." else empty end),
			"Kept in the configuration file."),
	(.settings[] | ".It Cm \(.name) Pq \(.kind)", (.help | stop | sentences),
		("Default \(.default)." | esc));

def operators:
	.filter_operators[] | ".It Cm \(.name | arg)", (.help | stop | (.[0:1] | ascii_upcase) + .[1:]
		| sentences);

def kinds:
	.kinds[] | ".It Cm \(.kind)", (.help | stop | (.[0:1] | ascii_upcase) + .[1:] | sentences);

# Types in load order, with what names a record and what stands inside it.
def types:
	.types[]
	| ".It Cm \(.name)"
	  + (if .flags | index("owned") then " Pq inside its owner" else "" end),
	  ([ (.fields[] | select(.flags | index("key")) | .name) ] as $keys
	   | ($keys | if length > 0 then "Known by " + words("or") + "." else empty end)),
	  (if .unique then "Known by " + ([.unique | split(";")[] | split(",") | words("and")]
	     | join("; or by ")) + " together." else empty end),
	  (if .owned | length > 0 then "Inside: " + ([.owned[] | .key] | words("and")) + "."
	     else empty end);

def filled($name; $page):
	if $name == "COMMANDS" then commands
	elif $name == "NOUNS" then nouns
	elif $name == "GENERIC" then generic
	elif $name == "GLOBAL EVERY" then of_every[] | globals_item
	elif $name == "GLOBAL SOME" then of_some[] | globals_item
	elif $name == "ENVIRONMENT" then environment
	elif $name == "STATUSES" then statuses
	elif $name == "SETTINGS" then settings
	elif $name == "OPERATORS" then operators
	elif $name == "KINDS" then kinds
	elif $name == "TYPES" then types
	elif $name == "DATE" then ".Dd \($date)"
	elif $name == "PAGES" then
		((.types | map(.name | dashed)) + [.commands[] | .noun // empty] | unique | map("csm-"
			+ .)) as $p
		| range(0; $p | length) as $i | ".Xr \($p[$i]) 1 ,"
	else error("\($page): there is no '\($name)' to fill in") end;

. as $d
| ("csm.1", "csm-filter.5", "csm-documents.5") as $file
| $file[:-2] as $page
| $texts[0][$page] as $text
| "\u0001\($file)",
  ".\\\" SPDX-License-Identifier: MIT",
  ".\\\" Made by tests/derive/derive.sh from `csm dict --json` and man/text/\($page).mdoc; changes here are lost.",
  ($text | rtrimstr("\n") | split("\n")[]
   | if startswith(".\\\"@ ") then .[5:] as $name | $d | filled($name; $page)
     elif startswith(".\\\"") then empty
     else . end)
