snix --no-warnings --raw --expr=builtins.toXML [ 1 ]
