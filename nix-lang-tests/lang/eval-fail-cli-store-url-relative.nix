# The place in an address is absolute, too.
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
