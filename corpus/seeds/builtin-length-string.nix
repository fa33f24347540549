# length is not for strings.
builtins.length "abc"
