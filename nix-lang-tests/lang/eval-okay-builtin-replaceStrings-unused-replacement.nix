# `replaceStrings` evaluates a replacement when its pattern is found.
builtins.replaceStrings [ "a" "b" ] [ "c" (throw "needed") ] "a"
