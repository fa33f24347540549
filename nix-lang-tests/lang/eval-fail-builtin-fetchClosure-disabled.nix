# fetchClosure is there only behind its feature.
builtins.fetchClosure { fromStore = "x"; fromPath = "y"; }
