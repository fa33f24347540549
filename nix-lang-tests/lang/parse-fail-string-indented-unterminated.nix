# An indented string without an end.
''abc
