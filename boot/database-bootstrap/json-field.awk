# Prints one string of a flat JSON object: awk -v field=password -f json-field.awk master.json
# Ends with 1 when there is no such string. -v passfile=1 puts a backslash before what ends a field of a password file.

function fail(message) {
  print "json-field: " message > "/dev/stderr"
  failed = 1
  exit 1
}

# The character with this number, as UTF-8 (up to U+FFFF; a pair of surrogates is refused).
function utf8(code) {
  if (code >= 55296 && code <= 57343) fail("a pair of surrogates is not read here")
  if (code < 128) return sprintf("%c", code)
  if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
  return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
}

function hex(digits,   position, value) {
  value = 0
  for (position = 1; position <= 4; position++) {
    value = value * 16 + index("0123456789abcdef", tolower(substr(digits, position, 1))) - 1
  }
  return value
}

# Reads a string at `at`, which stands on its opening quote, and leaves `at` behind its closing one.
function string(   value, character) {
  value = ""
  at++
  while (at <= length(text)) {
    character = substr(text, at, 1)
    at++
    if (character == "\"") return value
    if (character == "\\") {
      character = substr(text, at, 1)
      at++
      if (character == "u") {
        value = value utf8(hex(substr(text, at, 4)))
        at += 4
      } else if (character == "n") value = value "\n"
      else if (character == "t") value = value "\t"
      else if (character == "r") value = value "\r"
      else if (character == "b") value = value "\b"
      else if (character == "f") value = value "\f"
      else value = value character
    } else value = value character
  }
  fail("a string without an end")
}

{ text = text $0 "\n" }

END {
  if (failed) exit 1
  at = 1
  key = ""
  while (at <= length(text)) {
    if (substr(text, at, 1) != "\"") {
      at++
      continue
    }
    word = string()
    rest = substr(text, at)
    if (key == "" && rest ~ /^[ \t\r\n]*:/) {
      sub(/^[ \t\r\n]*:[ \t\r\n]*/, "", rest)
      at = length(text) - length(rest) + 1
      # Numbers and the like are nobody's password: only a string stays with its key.
      key = substr(rest, 1, 1) == "\"" ? word : ""
      continue
    }
    if (key == field) {
      if (word ~ /[\n\r]/) fail(field " holds a line break")
      if (passfile) gsub(/[\\:]/, "\\\\&", word)
      print word
      exit 0
    }
    key = ""
  }
  fail("there is no string " field)
}
