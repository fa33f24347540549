# A pipe operator is a syntax error without its feature.
a: b: a |> b
