# fetchTree with a type that does not exist says that it cannot show it.
builtins.fetchTree { type = "carrier-pigeon"; }
