# A functor in a rec set refers to a later attribute through the scope and through self.
(rec {
  __functor = self: x: [ x amount self.amount ];
  amount = 3;
} // { amount = 4; }) 1
