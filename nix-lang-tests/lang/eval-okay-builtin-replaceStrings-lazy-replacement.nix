# Replacements that are not needed are not evaluated; each is evaluated once.
builtins.replaceStrings [ "a" "b" ] [ (builtins.trace "a used" "A") (throw "b never used") ] "aaa"
