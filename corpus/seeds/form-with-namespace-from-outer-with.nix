# The namespace of a with may come out of the with around it.
with { a = { b = { c = 1; }; }; };
with a;
with b;
[ c b a ]
