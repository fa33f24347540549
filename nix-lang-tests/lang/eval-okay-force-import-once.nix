# A file is evaluated once, however often and however its path is spelt.
[
  (import ./thunk-traced.nix).value
  (import ./thunk-traced.nix).value
  (import (./. + "/thunk-traced.nix")).value
]
