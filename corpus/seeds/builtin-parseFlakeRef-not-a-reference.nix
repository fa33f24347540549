# parseFlakeRef with something that is none.
builtins.parseFlakeRef "github:only-owner"
