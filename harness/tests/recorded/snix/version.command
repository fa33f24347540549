snix --no-warnings --expr=builtins.nixVersion
