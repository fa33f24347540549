# The argument is a list.
builtins.exec 1
