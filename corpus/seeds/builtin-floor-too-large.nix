# floor of a float that no integer can hold.
builtins.floor 1.0e30
