# fromJSON evaluates everything.
builtins.fromJSON ''{ "a": [1, {"b": null}] }''
