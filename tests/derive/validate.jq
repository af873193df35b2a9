# SPDX-License-Identifier: MIT
# validate.jq - check a document against the schema, as far as csm export --schema goes: enough of JSON
# Schema to test it where no validator is.
# usage: jq -r --slurpfile schema SCHEMA -f validate.jq DOCUMENT; prints a line for each fault,
# nothing when it fits.

def at_path: map(tostring) | join("/");

def is_type($t):
	if $t == "integer" then type == "number" and floor == . else type == $t end;

def well_formed($format):
	if $format == "date" then test("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
	elif $format == "date-time"
		then test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$")
	elif $format == "email" then test("^[^@ ]+@[^@ ]+$")
	else true end;

# Faults of the value (input) under a schema.
def faults($s; $defs; $path):
	. as $v
	| def fault($text): "\($path | at_path): \($text)";
	(if $s["$ref"] then faults($defs[$s["$ref"] | ltrimstr("#/$defs/")]; $defs; $path) else empty end),
	(if $s.type == null or any(([$s.type] | flatten)[]; . as $t | $v | is_type($t)) then empty
	 else fault("is \($v | type), not \([$s.type] | flatten | join(" or "))") end),
	(if ($s | has("const")) and $v != $s.const then fault("is not \($s.const)") else empty end),
	(if $s.enum and ($s.enum | index([$v]) == null)
		then fault("\($v | tojson) is none of \($s.enum | tojson)") else empty end),
	(if $s.anyOf == null or any($s.anyOf[]; . as $one | [$v | faults($one; $defs; $path)] == [])
		then empty
	 else fault("fits none: " + ([$s.anyOf[] as $one | [$v | faults($one; $defs; $path)][0]]
	    | join(" / "))) end),
	if ($v | type) == "object" then
		(($s.required // [])[] | . as $k | select($v | has($k) | not) | fault("has no \($k)")),
		(if $s.minProperties and ($v | length) < $s.minProperties then fault("is empty")
			else empty end),
		(if $s.maxProperties and ($v | length) > $s.maxProperties
			then fault("has too many keys") else empty end),
		($v | keys_unsorted[] | . as $k
		 | (if ($s.properties // {})[$k] then $s.properties[$k]
		    elif any(($s.patternProperties // {}) | keys[]; . as $p | $k | test($p)) then
			$s.patternProperties[[$s.patternProperties | keys[] | select(. as $p | $k
				| test($p))][0]]
		    elif $s | has("additionalProperties") then $s.additionalProperties else {} end) as $sub
		 | if $sub == false then fault("has an unknown key \($k)")
		   else $v[$k] | faults($sub; $defs; $path + [$k]) end)
	elif ($v | type) == "array" then
		(if $s.items then $v | to_entries[] | .key as $i | .value
			| faults($s.items; $defs; $path + [$i]) else empty end),
		(if $s.uniqueItems and ($v | unique | length) != ($v | length)
			then fault("has an item twice") else empty end)
	elif ($v | type) == "string" then
		(if $s.pattern and ($v | test($s.pattern) | not)
			then fault("\($v | tojson) does not fit \($s.pattern)") else empty end),
		(if $s.maxLength and ($v | length) > $s.maxLength
			then fault("is longer than \($s.maxLength)") else empty end),
		(if $s.minLength and ($v | length) < $s.minLength
			then fault("is shorter than \($s.minLength)") else empty end),
		(if $s.format and ($v | well_formed($s.format) | not)
			then fault("\($v | tojson) is no \($s.format)") else empty end)
	elif ($v | type) == "number" then
		(if $s.minimum != null and $v < $s.minimum then fault("is less than \($s.minimum)")
			else empty end),
		(if $s.maximum != null and $v > $s.maximum then fault("is more than \($s.maximum)")
			else empty end)
	else empty end;

faults($schema[0]; $schema[0]["$defs"]; [])
