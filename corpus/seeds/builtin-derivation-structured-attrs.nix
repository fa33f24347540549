# Structured attributes: the environment becomes JSON.
(derivation { name = "s"; system = "s"; builder = "b"; __structuredAttrs = true; list = [ 1 "two" { three = null; } ]; nested.set = 1.5; outputs = [ "out" "x" ]; }).drvPath
