# An equality assertion on values of different types.
assert null == { };
1
