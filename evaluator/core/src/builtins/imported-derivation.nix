# What `import` makes of a derivation in the store: the derivation's first output, as `derivation` would give it.
written:
let
  describe = output: common // {
    outPath = written.${output};
    outputName = output;
  };
  byName = builtins.listToAttrs (map (output: { name = output; value = describe output; }) written.outputs);
  common = byName // {
    all = map (output: byName.${output}) written.outputs;
    inherit (written) drvPath name;
    type = "derivation";
  };
in
describe (builtins.head written.outputs)
