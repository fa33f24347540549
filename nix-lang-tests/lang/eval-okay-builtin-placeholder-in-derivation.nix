# A placeholder in a derivation's attribute.
(derivation { name = "x"; system = "s"; builder = "b"; self = placeholder "out"; flags = [ "--prefix=${placeholder "out"}" ]; }).drvPath
