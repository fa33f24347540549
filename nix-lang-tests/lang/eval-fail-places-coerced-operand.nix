# The place is that of the `+`, not of the call around it.
builtins.seq
  (
    (x: "a"
      + x) 1
  )
  2
