# An argument that is no set, or fails, does not tell of a call site that has no place.
builtins.filter ({ a }: a) [ (({ b }: b) { c = 1; }) ]
