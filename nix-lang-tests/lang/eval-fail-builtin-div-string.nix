# div needs numbers.
builtins.div 1 "2"
