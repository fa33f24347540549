# The function behind the variable `derivation`: wraps the paths that `derivationStrict` computes into one set for each
# output. The sets are alike but for what belongs to the output itself, and nothing in them is computed before it is
# asked for, so that the attributes of a derivation may refer to the derivation.
drvAttrs@{ outputs ? [ "out" ], ... }:
let
  strict = derivationStrict drvAttrs;

  # Every output's set contains those of all the others.
  commonAttrs = drvAttrs // builtins.listToAttrs outputsList // {
    inherit drvAttrs;
    all = map (x: x.value) outputsList;
  };

  outputsList = map outputToAttrListElement outputs;

  outputToAttrListElement = outputName: {
    name = outputName;
    value = commonAttrs // {
      inherit outputName;
      type = "derivation";
      drvPath = strict.drvPath;
      outPath = builtins.getAttr outputName strict;
    };
  };
in
(builtins.head outputsList).value
