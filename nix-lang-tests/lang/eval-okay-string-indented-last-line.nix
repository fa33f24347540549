# The last line counts as indentation only if it holds more than blanks.
[
  ''
    a
  ''
  ''
    a''
  ''a
    b
  ''
  ''  a''
]
