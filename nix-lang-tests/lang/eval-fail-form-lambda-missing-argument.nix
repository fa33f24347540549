# A required argument is missing; the function's name is the binding's.
let
  greet = { name, greeting }: greeting + name;
in
greet { name = "x"; }
