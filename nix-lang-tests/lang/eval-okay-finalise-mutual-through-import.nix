# A file's function and the importer's binding call each other.
let
  apply = import ./data-apply.nix;
  down = n: if n == 0 then "landed" else apply down (n - 1);
in
down 5
