# fetchClosure refuses what it does not know
builtins.fetchClosure { fromPath = throw "not needed"; unexpected = 1; }
