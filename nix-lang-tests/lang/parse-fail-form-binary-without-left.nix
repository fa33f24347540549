# An operator needs a left operand.
* 2
