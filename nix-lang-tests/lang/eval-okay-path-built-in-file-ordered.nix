# Paths are ordered by their text alone, and are equal only in one place.
let
  file = <nix/fetchurl.nix>;
in
[ (/a < file) (/zzz < file) (file < /a) (/fetchurl.nix < file) (file == /fetchurl.nix) ]
