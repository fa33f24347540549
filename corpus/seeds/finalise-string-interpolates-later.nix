# An interpolated string and an interpolated attribute name use later siblings.
let
  greeting = "hello ${name}";
  name = people.${key};
  people = { b = "world"; };
  key = "b";
in
greeting
