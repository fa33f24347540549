# A function that refuses its argument says so of the call site even where a builtin called it, which has no place.
builtins.filter ({ a }: a) [ { } ]
