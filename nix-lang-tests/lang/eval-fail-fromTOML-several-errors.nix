# Reading goes on behind an error, so several are reported.
builtins.fromTOML ''
  a = @
  b = [1, %, 2]
  c = 1 d = 2
  [table
  [table.inner]
  x = "
''
