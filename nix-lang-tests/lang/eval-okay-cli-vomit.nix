# -vvvv tells of each attribute of a derivation.
(derivation { name = "a"; builder = "b"; system = "c"; x = [ 1 2 ]; }).drvPath
