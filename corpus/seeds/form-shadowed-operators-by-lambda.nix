# An argument named __sub is called for `-` in the body.
(__sub: 5 - 3) (a: b: { inherit a b; })
