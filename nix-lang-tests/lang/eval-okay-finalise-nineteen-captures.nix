# A function that captures more variables than most: each is found again.
(a: b: c: d: e: f: g: h: i: j: k: l: m: n: o: p: q: r: s:
  map (_: [ a b c d e f g h i j k l m n o p q r s a r s q ]) [ 0 ])
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19
