# A default is evaluated at most once a call, and again in the next call.
let
  f = { a ? builtins.trace "default" 1 }: a + a;
in
[ (f { }) (f { }) (f { a = 5; }) ]
