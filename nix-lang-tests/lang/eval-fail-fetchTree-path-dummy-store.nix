# Whether the path exists does not matter, nor what hash it should have.
builtins.fetchTree {
  type = "path";
  path = "/missing";
  narHash = "none";
}
