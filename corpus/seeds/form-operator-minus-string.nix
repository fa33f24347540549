# `-` needs numbers.
"a" - 1
