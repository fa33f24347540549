# stringLength does not take a list.
builtins.stringLength [ "a" ]
