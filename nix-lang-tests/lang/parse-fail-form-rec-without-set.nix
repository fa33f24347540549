# rec needs a set.
rec 1
