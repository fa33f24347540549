# The common indentation of an indented string goes; the first line, if empty, too.
''
  one
    two
  three
''
