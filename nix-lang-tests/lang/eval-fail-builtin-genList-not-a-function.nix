# genList's elements call what is no function.
builtins.genList 1 2
