# The is… functions force their argument.
builtins.isInt (throw "forced")
