# An indented string equals the plain one.
''
  x
'' == "x\n"
