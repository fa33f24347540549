# inherit takes the name from outside of its own set, however many scopes there are around.
let a = 1; in
let b = 2; in
let c = 3; in
let d = 4; in
let e = 5; in
{ inherit a; r = rec { inherit e; f = e; }; }
