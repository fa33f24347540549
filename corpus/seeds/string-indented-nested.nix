# Indented strings inside interpolations of indented strings.
''
  a ${''
    b
      ${"c"}
  ''} d
''
