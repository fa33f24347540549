# Where dynamic attributes are defined, one after the other.
let
  name = "a";
  set = {
    ${name} = 1;
    ${name + "b"} =
      2;
    ${name
      + "c"} = 3;
  };
in
map (attr: (builtins.unsafeGetAttrPos attr set).line) [ "a" "ab" "ac" ]
