# An interpolation that holds no expression.
"a${}b"
