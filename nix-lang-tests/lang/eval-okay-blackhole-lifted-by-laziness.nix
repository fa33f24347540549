# A binding may mention itself where nothing forces it before it is built.
let
  x = { next = x; value = if x ? next then 1 else 2; };
in
[ x.value x.next.next.value ]
