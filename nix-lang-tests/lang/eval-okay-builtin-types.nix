# The type of some names in builtins that are no functions.
builtins.listToAttrs (builtins.concatMap (name: let type = builtins.typeOf builtins.${name}; in if type == "lambda" then [ ] else [ { inherit name; value = type; } ]) [ "builtins" "false" "langVersion" "nixPath" "nixVersion" "null" "storeDir" "true" "map" "derivation" ])
