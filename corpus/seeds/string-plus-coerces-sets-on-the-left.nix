# `+` takes its type from the left operand.
[ ("a" + { outPath = "b"; }) ({ outPath = "a"; } + "b") ({ __toString = s: "a"; } + { __toString = s: "b"; }) ]
