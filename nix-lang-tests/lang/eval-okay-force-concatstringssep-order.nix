# concatStringsSep evaluates the separator, then the list, then the strings from the left.
let
  t = builtins.trace;
in
builtins.concatStringsSep (t "separator" "-") (t "list" [ (t "a" "1") (t "b" "2") ])
