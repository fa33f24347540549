# derivationStrict evaluates the name first, then the attributes in the order of their names.
let
  t = builtins.trace;
  drv = derivation {
    zeta = t "zeta" 1;
    system = t "system" "s";
    name = t "name" "x";
    builder = t "builder" "b";
    Alpha = t "Alpha" "1";
    args = t "args" [ (t "args 0" "q") ];
    __ignoreNulls = t "__ignoreNulls" true;
    nothing = t "nothing" null;
  };
in
drv.drvPath
