# -vv tells of paths that are copied, and of derivations.
"${./cli-folder}" + (derivation { name = "a"; builder = "b"; system = "c"; }).drvPath
