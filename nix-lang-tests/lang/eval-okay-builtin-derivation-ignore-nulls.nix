# __ignoreNulls drops attributes that are null.
map (d: d.drvPath) [
  (derivation { name = "n"; system = "s"; builder = "b"; x = null; __ignoreNulls = true; })
  (derivation { name = "n"; system = "s"; builder = "b"; __ignoreNulls = true; })
  (derivation { name = "n"; system = "s"; builder = "b"; x = null; __ignoreNulls = false; })
]
