# A function is called by the name of the attribute that it is bound to, which may be computed.
let
  name = "computed";
  set = {
    ${name} = x: throw "in the function";
    ${name + "2"} = { y }: y;
  };
in
set.computed 1
