# Comments create no symbols; names inside interpolations do.
let
  t = builtins.trace;
  # omega is only a comment
  text = "sigma ${toString { tau = 1; }.tau}";
in
{ sigma = t "sigma" 1; omega = t "omega" 2; tau = t "tau" 3; }
