# A throw in an element that tryEval did not reach is not caught.
builtins.tryEval [ (throw "late") ]
