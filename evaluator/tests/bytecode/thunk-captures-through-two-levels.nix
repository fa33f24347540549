# An upvalue of an upvalue.
x: y: { a = { b = x + y; }; }
