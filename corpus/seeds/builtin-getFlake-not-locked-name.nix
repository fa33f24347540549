# getFlake needs a string.
builtins.getFlake 1
