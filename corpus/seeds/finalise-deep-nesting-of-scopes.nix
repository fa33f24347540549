# A closure below ten scopes of every kind captures something of each.
let a = 1; in
((b: ({ c ? a + b }: with { d = 4; }; rec {
  e = a + b + c + d;
  f = let g = e + late; late = 100; in { h ? g }: _: let { body = a + b + c + d + e + h; };
}) { }) 2).f { } null
