# builtins holds itself and everything else, and can be extended.
[ (builtins.builtins.builtins ? map) (builtins ? nothing) (builtins // { mine = 1; }).mine (builtins.builtins ? derivation) ]
