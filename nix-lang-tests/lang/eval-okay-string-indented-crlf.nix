# Carriage returns in an indented string are kept, and with them its indentation.
builtins.toJSON ''
  one
    two
  threefour
''
