# The address of an archive is read four times, and warned of each time.
builtins.fetchTree {
  type = "tarball";
  url = "file:///nowhere?a=b&";
}
