# A copied file has the hash of the original.
builtins.hashFile "sha256" "${./store-folder}/f" == builtins.hashFile "sha256" ./store-folder/f
