# A condition used by many ifs is evaluated once.
let
  flag = builtins.trace "flag" true;
  pick = a: b: if flag then a else b;
in
[ (pick 1 2) (pick 3 4) (if !flag then 5 else 6) ]
