# The namespace must be a set, which shows at the first variable.
with 1;
x
