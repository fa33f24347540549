# the innermost of a chain of negations is what fails
let
  x = { y.z = 1; };
in
!(!(!((x ? y.z) && !(!(!x.y.z)))))
