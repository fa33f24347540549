# outputOf is there only behind its feature.
builtins.outputOf "x" "out"
