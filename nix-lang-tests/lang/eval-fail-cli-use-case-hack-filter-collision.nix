# A collision is found before a filter is asked.
builtins.filterSource (path: type: builtins.trace path true) ./case-hack-collision
