# head needs a list.
builtins.head "abc"
