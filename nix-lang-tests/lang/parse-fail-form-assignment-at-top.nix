# A binding is no expression.
a = 1
