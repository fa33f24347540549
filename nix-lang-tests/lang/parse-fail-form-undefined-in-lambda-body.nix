# A name out of scope after its let.
(let x = 1; in x) + x
