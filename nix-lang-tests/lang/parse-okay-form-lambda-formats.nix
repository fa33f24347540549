# Formals with and without trailing commas, defaults and at-names.
[ ({ }: 1) ({ a }: 1) ({ a, }: 1) ({ a ? 1 }: 1) ({ a ? 1, ... }: 1) (x@{ a, b }: 1) ({ a, b, }@x: 1) ({ ... }@x: 1) (x: y: { }: z: 1) ]
