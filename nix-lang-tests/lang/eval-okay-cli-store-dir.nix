# NIX_STORE_DIR moves every store path, and its folder exists.
[
  builtins.storeDir
  (builtins.toFile "a" "b")
  (derivation { name = "d"; system = "s"; builder = "b"; }).outPath
  (builtins.pathExists builtins.storeDir)
  (builtins.readDir builtins.storeDir)
  (builtins.readFileType builtins.storeDir)
  (builtins.pathExists (dirOf builtins.storeDir))
  (builtins.pathExists (builtins.storeDir + "/nowhere"))
]
