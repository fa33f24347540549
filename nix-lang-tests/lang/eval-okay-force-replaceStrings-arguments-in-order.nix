# In which order replaceStrings forces its arguments.
let
  t = builtins.trace;
in
builtins.replaceStrings (t "first" [ "a" ]) (t "second" [ "b" ]) (t "third" "a")
