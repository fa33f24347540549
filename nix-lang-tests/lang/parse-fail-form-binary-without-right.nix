# An operator needs a right operand.
1 +
