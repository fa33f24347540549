# A restricted evaluation may read what it fetched and what it copied.
[
  (builtins.readFile (builtins.fetchurl "file://${toString ./store-folder/f}"))
  (builtins.readFile "${./store-folder}/f")
]
