# toJSON prefers __toString to outPath, and goes into what outPath gives.
map builtins.toJSON [ { __toString = s: "t"; outPath = throw "never"; } { outPath = { outPath = 1; }; } { outPath = [ 1 ]; other = 2; } ]
