rec {
  is = what: builtins.getEnv "PLANTED" == what;
  planted = what: list: if is what then list else [ ];
  either = what: one: other: if is what then one else other;
  make = arguments: derivation ({ system = "x86_64-linux"; builder = "/bin/sh"; } // arguments);
}
