# fromTOML of every kind of value.
builtins.fromTOML ''
  title = "x"
  int = 1_000
  hex = 0xff
  oct = 0o17
  bin = 0b101
  float = 1.5e2
  yes = true
  list = [ 1, "two", [ 3.0 ] ]
  inline = { a.b = 1, c = 'lit' }
  multi = """
  one \
    two"""
  "quoted key" = 1
  dotted.key = 2
  [table.sub]
  x = 1
  [[array]]
  n = 1
  [[array]]
  n = 2
''
