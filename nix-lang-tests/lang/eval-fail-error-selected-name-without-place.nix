# An attribute that was not written anywhere has no line of trace, so nothing is computed again.
(builtins.listToAttrs [ { name = "a"; value = throw "selected"; } ]).${builtins.trace "computed once" "a"}
