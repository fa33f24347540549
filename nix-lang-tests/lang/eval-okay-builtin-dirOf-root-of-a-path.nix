[
  (builtins.dirOf /nowhere/b)
  (builtins.dirOf /b)
  (builtins.dirOf "/b")
  (builtins.dirOf { outPath = /nowhere/b; })
]
