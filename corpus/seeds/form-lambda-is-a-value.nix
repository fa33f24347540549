# Lambdas print the same, whatever they are.
[ (x: x) ({ a }: a) (x: y: x) (let f = x: f x; in f) ]
