# Two slashes between names are the update operator.
a: b: a//b
