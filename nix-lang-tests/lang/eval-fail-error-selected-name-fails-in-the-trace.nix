# A name that fails is shown as it is written, and its own selections tell nothing, but compute their names too.
{ a = throw "selected"; }.a.${{ b = throw "in the name"; }.${builtins.trace "name of the name" "b"}}.${
  builtins.trace "after that" "d"
}
