# replaceStrings: patterns are evaluated at once, replacements only when they are needed.
let
  t = builtins.trace;
in
builtins.replaceStrings [ (t "from a" "a") (t "from b" "b") ] [ (t "to a" "1") (throw "never") ] (t "subject" "axa")
