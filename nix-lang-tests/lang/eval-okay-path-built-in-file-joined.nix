# What is joined is the text of a path: a file that comes with the evaluator loses its place.
[
  (<nix/fetchurl.nix> + "")
  (<nix/fetchurl.nix> + "/../a")
  (/a + <nix/fetchurl.nix>)
  (toString (<nix/fetchurl.nix> + "x"))
]
