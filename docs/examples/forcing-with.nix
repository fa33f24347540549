# A chain of `with`.
let
  lib = { id = x: x; double = n: n * 2; };
  pkgs = { hello = lib.id "hello"; git = throw "git is not here"; version = lib.double 21; };
in
with lib; with pkgs;
{
  first = id hello;
  number = double version + version;
  either = if version == 42 then hello else git;
}
