# SPDX-License-Identifier: MIT
# man.jq - words to mdoc: escapes, lists, and the parts of a manual page that several pages share.

# Text for a line of prose. A dash before a letter is an option's, so it has to stay an ASCII one.
def esc:
	gsub("\\\\"; "\\e") | gsub("(?<a>^|[ (,/'\"|])-(?<b>[-A-Za-z0-9])"; "\(.a)\\-\(.b)")
		| gsub("\\\\--"; "\\-\\-")
	| gsub("~"; "\\(ti") | gsub("\\^"; "\\(ha") | gsub("`"; "\\(ga")
	| if test("^[.']") then "\\&" + . else . end;

# Text of a display: nothing in it is prose.
def literal:
	gsub("\\\\"; "\\e") | gsub("-"; "\\-") | gsub("'"; "\\(aq") | gsub("~"; "\\(ti")
		| gsub("\\^"; "\\(ha") | gsub("`"; "\\(ga")
	| if test("^[.]") then "\\&" + . else . end;

# One argument of a macro: blanks are kept together, names of macros and lone punctuation are no macros.
def arg:
	esc
	| if test("^([A-Z%][A-Za-z0-9]{1,2}|[][.,:;()?!|])$") then "\\&" + . else . end
	| if test("[ \"]") or . == "" then "\"" + gsub("\""; "\"\"") + "\"" else . end;

# A text as lines of prose, a sentence a line, as mdoc wants it.
def sentences:
	gsub("(?<a>[a-z0-9)'])\\. (?<b>[A-Z])"; "\(.a).\n\(.b)") | split("\n")[] | esc;

def stop: if test("[.:?]$") then . else . + "." end;

# Paragraphs of a command's help: indented lines are displays.
def paragraphs:
	rtrimstr("\n") | split("\n") | map({ text: ., shown: startswith("  "), empty: (. == "") })
	| . as $lines
	| range(0; length) as $i | $lines[$i]
	| (if $i > 0 then $lines[$i - 1] else { shown: false, empty: true } end) as $was
	| if .empty then
		(if $was.shown then ".Ed" else empty end), ".Pp"
	  elif .shown then
		(if $was.shown then empty else ".Bd -literal -offset indent -compact" end), (.text
			| ltrimstr("  ") | literal),
		(if $i + 1 == ($lines | length) then ".Ed" else empty end)
	  else
		(if $was.shown then ".Ed" else empty end), (.text | sentences)
	  end;

def dashed: gsub("_"; "-");

def words(last):
	if length < 2 then join("") else (.[:-1] | join(", ")) + " " + last + " " + .[-1] end;

# Many choices are longer than a line, which may end behind a bar.
def breaks: if length > 40 then gsub("[|]"; "|\\:") else . end;

# An option as the tag of a list: letter, name, value.
def option_tag:
	".It "
	+ (if .letter then "Fl " + (.letter | arg) + " , " else "" end)
	+ "Fl \\-" + (.name | esc)
	+ (if .arg == "none" then "" else " Ar " + (.value | arg | breaks) end);

def option_text:
	(.help // "" | stop | sentences),
	(if .needed then "It has to be given." else empty end),
	(if .many and .arg != "none" then "It may be given several times." else empty end);

# The options of a command that are no fields of its type.
def own_options:
	[.options[] | select(.hidden | not)];

def option_list:
	if length == 0 then empty else
		".Bl -tag -width Ds -compact",
		(.[] | option_tag, option_text),
		".El"
	end;

# A page's head. $date is "November 22, 2026".
def head($name; $section; $what; $date):
	".\\\" SPDX-License-Identifier: MIT",
	".\\\" Made by tests/derive/derive.sh from `csm dict --json` and man/text; changes here are lost.",
	".Dd \($date)",
	".Dt \($name | ascii_upcase) \($section)",
	".Os",
	".Sh NAME",
	".Nm \($name)",
	".Nd \($what | esc)";

# "what it is" after the name is no sentence: small first letter unless it is a word like SLA.
def as_nd:
	if test("^[A-Z][^A-Z]") then (.[0:1] | ascii_downcase) + .[1:] else . end;

# SEE ALSO in the order mandoc asks for: by section, then name.
def see_also($pages):
	".Sh SEE ALSO",
	($pages | unique_by([.section, .name]) | . as $all
	 | range(0; length) as $i | $all[$i] | ".Xr \(.name) \(.section)" + (if $i + 1 < ($all | length)
	    then " ," else "" end));

# A text file's part between the line `.\"= NAME` and the next such line; "" when there is none.
def part($text; $name):
	$text | split("\n") | reduce .[] as $line ({ on: false, out: [] };
		if $line | startswith(".\\\"= ") then .on = ($line == ".\\\"= " + $name)
		elif .on then .out += [$line] else . end)
	| .out | join("\n") | gsub("^\n+|\n+$"; "");

def part_lines($text; $name):
	part($text; $name) | if . == "" then empty else . end;
