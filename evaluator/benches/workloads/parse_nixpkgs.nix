# The five largest files of nixpkgs, parsed and compiled, and nothing of them evaluated. Wants nixpkgs on the search path.
map (file: builtins.typeOf (import file)) [
  <nixpkgs/pkgs/top-level/all-packages.nix>
  <nixpkgs/pkgs/top-level/perl-packages.nix>
  <nixpkgs/pkgs/development/node-packages/node-packages.nix>
  <nixpkgs/pkgs/tools/typesetting/tex/texlive/pkgs.nix>
  <nixpkgs/pkgs/development/r-modules/cran-packages.nix>
]
