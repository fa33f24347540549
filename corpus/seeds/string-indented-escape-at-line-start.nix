# An escape at the start of a line counts as content of no indentation.
''
  a
''\t b
  c
''
