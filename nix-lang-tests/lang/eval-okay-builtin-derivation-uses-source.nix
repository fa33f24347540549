# A derivation that uses files of this folder.
(derivation { name = "x"; system = "s"; builder = "b"; src = ./dir1; file = ./data-lines.txt; plain = toString 1; }).drvPath
