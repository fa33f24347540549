# The remaining tests on what is easily taken for it.
[ (map builtins.isList [ [ ] { } "" ]) (map builtins.isString [ "" /p x:y (toString /p) 1 ]) (map builtins.isPath [ /p "/p" ./. (/p + "q") ]) (map builtins.isNull [ null 0 "" false [ ] ]) (map isNull [ null ]) ]
