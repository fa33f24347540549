# A small package set for tests of `attrs`. PLANTED in the environment makes an evaluator see one thing in another way,
# deep inside: so it is known what every difference comes from.
{ ... }:
let
  lib = import ./lib.nix;
in
rec {
  zlib = lib.make {
    name = "zlib";
    flags = [ "-O2" ] ++ lib.planted "flag" [ "-g" ];
    src = lib.either "source" ./other.txt ./source.txt;
  };
  # Its input is in a list, beside one that is alike.
  openssl = lib.make {
    name = "openssl";
    buildInputs = [ alike [ zlib ] ];
  };
  # Its inputs are two derivations that differ, of which one is the cause of the other.
  curl = lib.make {
    name = "curl";
    inherit openssl zlib;
    script = "echo ${openssl}/bin";
  };
  # No attribute leads to its input.
  bash = lib.make {
    name = "bash";
    script = "echo ${zlib}/lib";
  };
  own = lib.make {
    name = "own" + (if lib.is "name" then "ed" else "");
    text = if lib.is "fails" then throw "planted" else "text";
  };
  alike = lib.make { name = "alike"; };
  sets.recurseForDerivations = true;
  sets.inner = curl;
}
