# Identity does not spare an element from being forced: a list with a failing element is not comparable to itself.
let
  l = [ (throw "forced before identity counts") ];
in
l == l
