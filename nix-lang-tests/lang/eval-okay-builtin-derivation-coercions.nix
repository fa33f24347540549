# How attributes become environment variables.
(derivation { name = "x"; system = "s"; builder = "b"; int = 42; float = 1.5; yes = true; no = false; nothing = null; list = [ 1 "two" [ 3 null ] true ]; set.outPath = "/o"; str.__toString = self: "s"; }).drvPath
