# The names that are there without builtins.
map builtins.typeOf [
  abort baseNameOf break builtins derivation derivationStrict dirOf false fetchGit fetchMercurial fetchTarball
  fetchTree fromTOML import isNull map null placeholder removeAttrs scopedImport throw toString true
  __add __head __nixPath __langVersion __storeDir
]
