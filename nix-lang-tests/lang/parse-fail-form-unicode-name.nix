# A name beyond ASCII.
let é = 1; in é
