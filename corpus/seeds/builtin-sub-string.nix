# sub needs numbers.
builtins.sub "2" 1
