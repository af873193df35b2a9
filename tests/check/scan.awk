# SPDX-License-Identifier: MIT
#
# scan.awk - read C by its braces, not by its layout: comments, literals and preprocessor lines are told apart.
#
#   -v what=functions   "LINES FILE:NAME" of each function, from its first line to its closing brace
#   -v what=declared    the functions and objects with external linkage that a header declares
#   -v what=strings     "FILE:LINE:TEXT" of each string literal
#   -v what=code        "FILE:LINE:TEXT" of each line without comments and literals
# A file whose braces do not balance is an error: nothing would be known of it.

function complain(text)
{
	print FILENAME_WAS ": " text | "cat >&2"
	bad = 1
}

function end_file()
{
	if (FILENAME_WAS != "" && (depth || in_comment))
		complain("braces or comments do not balance")
}

function begin_file()
{
	end_file()
	FILENAME_WAS = FILENAME
	depth = in_comment = in_macro = is_function = 0
	head = ""
}

function function_name(text)
{
	gsub(/(^|[ \t])[A-Z_][A-Z0-9_]+\([^()]*\)/, " ", text)
	if (!match(text, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\(/))
		return "?"
	text = substr(text, RSTART, RLENGTH - 1)
	sub(/[ \t]+$/, "", text)
	return text
}

function tell_declared(text,    n, i, names)
{
	if (what != "declared" || text ~ /^[ \t]*(static|typedef)[ \t]/)
		return
	if (text ~ /\(/) {
		print function_name(text)
	} else if (text ~ /^[ \t]*extern[ \t]/) {
		n = split(text, names, ",")
		for (i = 1; i <= n; i++) {
			sub(/[ \t]*\[.*/, "", names[i])
			sub(/[ \t]+$/, "", names[i])
			sub(/.*[ \t*]/, "", names[i])
			print names[i]
		}
	}
}

function open_brace()
{
	if (depth++ == 0) {
		is_function = head ~ /\)[ \t]*([A-Z_][A-Z0-9_]*(\([^()]*\))?[ \t]*)*$/ && head !~ /=/
		name = function_name(head)
	}
}

function close_brace()
{
	if (depth == 0) {
		complain("line " FNR ": a brace too many")
		return
	}
	if (--depth > 0)
		return
	if (is_function) {
		if (what == "functions")
			print FNR - first + 1, FILENAME ":" name
		head = ""
	} else {
		head = head "{}"
	}
	is_function = 0
}

function take(text,    i, c)
{
	code = code text
	if (depth == 0 && head == "" && text ~ /[^ \t]/)
		first = FNR
	while (match(text, /[{};]/)) {
		c = substr(text, RSTART, 1)
		if (depth == 0)
			head = head substr(text, 1, RSTART - 1)
		text = substr(text, RSTART + 1)
		if (c == "{") {
			open_brace()
		} else if (c == "}") {
			close_brace()
		} else if (depth == 0) {
			tell_declared(head)
			head = ""
		}
		if (depth == 0 && head == "" && text ~ /[^ \t]/)
			first = FNR
	}
	if (depth == 0)
		head = head text
	if (head !~ /[^ \t]/)
		head = ""
}

# The literal that begins the text; its length, with its quotes.
function literal_length(text, quote,    i, c)
{
	for (i = 2; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "\\")
			i++
		else if (c == quote)
			return i
	}
	complain("line " FNR ": a literal without an end")
	return length(text)
}

FNR == 1 { begin_file() }

{
	line = $0
	code = ""
	continued = line ~ /\\$/
	macro = in_macro || (!in_comment && line ~ /^[ \t]*#/)
	in_macro = macro && continued
	while (line != "") {
		if (in_comment) {
			end = index(line, "*/")
			if (!end)
				break
			line = substr(line, end + 2)
			in_comment = 0
			continue
		}
		if (!match(line, /\/\*|\/\/|["']/)) {
			if (!macro)
				take(line)
			else
				code = code line
			break
		}
		before = substr(line, 1, RSTART - 1)
		mark = substr(line, RSTART, 2)
		rest = substr(line, RSTART)
		if (!macro)
			take(before)
		else
			code = code before
		if (mark == "/*") {
			in_comment = 1
			line = substr(rest, 3)
			continue
		}
		if (mark == "//")
			break
		n = literal_length(rest, substr(mark, 1, 1))
		if (what == "strings" && substr(mark, 1, 1) == "\"" && (!macro || $0 !~ /^[ \t]*#[ \t]*include/))
			print FILENAME ":" FNR ":" substr(rest, 2, n - 2)
		if (!macro)
			take(substr(mark, 1, 1) substr(mark, 1, 1))
		line = substr(rest, n + 1)
	}
	if (depth == 0 && head != "" && !macro)
		head = head " "
	if (what == "code")
		print FILENAME ":" FNR ":" code
}

END {
	end_file()
	close("cat >&2")
	if (bad)
		exit 1
}
