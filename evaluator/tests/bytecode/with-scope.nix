# Namespaces are captured like a variable, as a chain.
x: with x; with { y = 1; }; [ y z (q: y) ]
