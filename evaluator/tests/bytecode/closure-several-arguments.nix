# Nested lambdas are one chunk with several arguments.
let f = x: y: z: x + y + z; in f 1 2 3
