# SPDX-License-Identifier: MIT
# schema.jq - JSON Schema (2020-12) of the documents that import reads and export writes. In: the dump.
#
# It describes the canonical form, as export writes it. Import takes more: numbers and booleans as
# text, times such as -7d, labels of choices.

def has($flag): .flags | index($flag) != null;

. as $d
| (.kinds | map({ key: .kind, value: . }) | from_entries) as $kinds
| (.types | map({ key: .name, value: . }) | from_entries) as $types

# A record somewhere else: its number or another key, or a map of fields that only it has.
| def reference: { "$ref": "#/$defs/reference" };

# Values of kind int are given with choices as numbers.
def value:
	$kinds[.kind] as $k
	| if .kind == "ref" then reference
	  elif .kind == "ref_list" then { type: "array", items: reference }
	  elif .kind == "enum_list" then { type: "array", items: { enum: [.choices[].value] },
	     uniqueItems: true }
	  elif .kind == "int" and .choices then { type: "integer", enum: [.choices[].value | tonumber] }
	  elif .choices then { type: $k.json_type, enum: [.choices[].value] }
	  elif has("computed") and .name == "number" then { type: "string" }
	  elif .kind == "int" then { type: "integer" } + (if .min != null then { minimum: .min,
	     maximum: .max } else {} end)
	  elif .kind == "decimal" then { type: "number" } + (if .min != null
	     then { minimum: (.min / 10000), maximum: (.max / 10000) } else {} end)
	  else { type: $k.json_type }
		+ (if $k.json_format == null then {}
		   elif $k.json_format | startswith("^") then { pattern: $k.json_format }
		   else { format: $k.json_format } end)
		+ (if .max_length != null and ([.kind] | inside(["text", "email", "phone", "zone"]))
			then { maxLength: .max_length } else {} end)
	  end;

# null clears a field; one that is never empty and has no default can't be cleared.
def clearable: (has("required") | not) or .default != null or has("derived");

def or_null:
	if .["$ref"] then { anyOf: [., { type: "null" }] }
	elif .enum then .enum += [null] | .type = (if .type then [.type, "null"] else null end)
		| with_entries(select(.value != null))
	else .type = [.type, "null"] end;

def about_choices:
	if .kind == "int" and .choices then " (" + ([.choices[] | "\(.value) \(.label)"] | join(", "))
		+ ")" else "" end;

def field_schema($type):
	. as $f
	| (value | if $f.name == "number" and ($f | has("computed")) and $type.prefix
		then .pattern = "^\($type.prefix)[0-9]{7,}$" else . end)
	| (if $f | clearable then or_null else . end)
	| { title: $f.label, description: ($f.help + ($f | about_choices)) } + .
	| if $f.default != null and ($f.default | startswith("@") | not) then
		.default = (if $f.kind == "int" or $f.kind == "decimal" then ($f.default | tonumber)
			    elif $f.kind == "bool" then $f.default == "true" else $f.default end)
	  else . end;

# The field of a type by which its records may stand inside a record of type $target: the one named
# so, else the only one.
def nesting_field($target):
	[.fields[] | select(.kind == "ref" and .target == $target)]
	| ([.[] | select(.name == $target or .name == "parent_" + $target)][0]) // (if length == 1
		then .[0] else null end)
	| .name? // null;

# What has to be given for a new record: no default, csm does not find it, and no record around it says it.
def needed:
	. as $t
	| [.fields[]
	   | select(has("required") and .default == null
		    and ((has("computed") or has("derived") or has("owner") or has("readonly")
		       or has("by_verb")) | not))
	   | . as $f | select(.kind != "ref" or ($t | nesting_field($f.target)) != $f.name)
	   | .name];

# A record that names a stored one may leave out all that does not change.
def keys:
	[.fields[] | select(has("key")) | .name];

def record_list($name):
	{ anyOf: [{ type: "array", items: { "$ref": "#/$defs/\($name)" } },
		{ "$ref": "#/$defs/\($name)" }, { type: "null" }] };

# Records of other types that refer to this one may stand inside it, under the name of their type.
def nested($t):
	[ $d.types[] | select(has("owned") | not) | . as $from
	  | select(all($t.fields[]; .name != $from.name) and all($t.owned[]; .key != $from.name)
	     and ($from | nesting_field($t.name)) != null)
	  | .name ];

def type_schema:
	. as $t
	| needed as $needed | keys as $keys
	| [.fields[] | select(.kind == "ref") | .name] as $refs
	| { title: .label, description: .help, type: "object",
	    properties: (
		([.fields[] | select(has("secret") | not) | { key: .name, value: field_schema($t) }]
		 + [.owned[] | { key: .key, value: ({ description: $types[.type].help }
		    + record_list(.type)) }]
		 + [nested($t)[] | { key: ., value: ({ description: $types[.].help }
		    + record_list(.)) }]) | from_entries),
	    additionalProperties: false }
	  + (if $refs | length > 0 then { patternProperties: { ("^(" + ($refs | join("|"))
	     + ")\\."): { "$ref": "#/$defs/key" } } } else {} end)
	  + (if $needed | length == 0 then {}
	     elif $keys | length == 0 then { required: $needed }
	     else { anyOf: ([{ required: $needed }] + [$keys[] | { required: [.] }] | unique) } end);

{ "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:csm:documents:1",
  title: "csm documents, format 1",
  description: "What csm export writes and csm import reads. Import takes more than this: see csm-documents(5).",
  "$comment": "Made by tests/derive/derive.sh from csm dict --json; changes here are lost.",
  type: "object",
  properties: ({ csm: { description: "Format of the document", const: 1 } }
	+ ([.types[] | { key: .name, value: ({ description: .help } + record_list(.name)) }]
		| from_entries)),
  additionalProperties: false,
  "$defs": ({
	key: { description: "A value that a record is known by", type: ["string", "integer", "number",
		"boolean"] },
	reference: {
		description: "A record: its number or another unique key, or a map of fields that only it has",
		anyOf: [ { type: "string", minLength: 1 },
			 { type: "object", minProperties: 1, maxProperties: 8,
			   additionalProperties: { anyOf: [{ "$ref": "#/$defs/key" },
			      { "$ref": "#/$defs/reference" }] } } ] }
	} + ([.types[] | { key: .name, value: type_schema }] | from_entries)) }
