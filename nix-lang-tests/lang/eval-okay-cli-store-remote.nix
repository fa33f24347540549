# So does the address in NIX_REMOTE.
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
