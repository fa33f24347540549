# A derivation that uses a file made by toFile.
(derivation { name = "x"; system = "s"; builder = builtins.toFile "builder.sh" "echo hello > $out"; }).drvPath
