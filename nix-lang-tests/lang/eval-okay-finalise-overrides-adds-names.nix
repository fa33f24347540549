# Names that __overrides adds are attributes, but not in scope.
let
  added = "from the let";
in
rec {
  __overrides = { added = "from __overrides"; present = 2; };
  present = 1;
  seen = [ added present ];
}
