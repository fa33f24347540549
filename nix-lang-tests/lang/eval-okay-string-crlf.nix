# Carriage returns before a newline go, in strings and in the source; single ones become newlines.
[
  "one
twothree"
  "a\
b"
]
