# A let takes no dynamic names.
let ${"a" + "b"} = 1; in 2
