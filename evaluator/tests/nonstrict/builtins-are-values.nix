# Global builtins are values, selected ones are not.
[ map builtins.map toString builtins.length derivation (map (x: x)) ]
