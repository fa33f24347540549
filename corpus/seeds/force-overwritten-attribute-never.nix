# An attribute that `//` overwrites is never evaluated.
({ x = builtins.trace "old" 1; } // { x = builtins.trace "new" 2; }).x
