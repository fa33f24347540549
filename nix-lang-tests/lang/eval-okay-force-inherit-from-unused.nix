# The source of an `inherit (e)` is not evaluated when only other attributes are used.
{ inherit (builtins.trace "source" { a = 1; }) a; b = 2; }.b
