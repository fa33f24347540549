let
  name = "computed";
  set = { ${name + "2"} = { y }: y; };
in
set.computed2 { }
