# There must be as many replacements as patterns.
builtins.replaceStrings [ "a" ] [ ] "a"
