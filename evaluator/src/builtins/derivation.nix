# The function behind the variable `derivation`.
#
#
# `derivationStrict` computes the paths; this wraps them into one set for each output. The sets are alike but for what
# belongs to the output itself, and nothing in them is computed before it is asked for, so that the attributes of a
# derivation may refer to the derivation.
#
# Errors from in here show their place with the lines around it, and those are compared with the reference's to the
# byte. So the calls that can fail stand on the lines, and in the columns, on which the reference reports them:
#
#   37   the call of `derivationStrict`
#   50   the selection of an output's path
#   51   the selection of the derivation's path
#
# The lines before and after each are shown too. Whoever moves one of them changes what users see; the fixtures
# `eval-fail-derivation-…` of upstream and ours notice.
#
# (The rest of this comment is only there to make up the number of lines.)
#
#
#
#
#
#
#
#
#
#
#
#
drvAttrs@{ outputs ? [ "out" ], ... }:

let

  # The paths, by name of output, and `drvPath`. Fails where the attributes make no derivation.

  strict = derivationStrict drvAttrs;

  # What the sets of all outputs have in common: they can all be reached from each.
  commonAttrs = drvAttrs // builtins.listToAttrs outputsList // {
    inherit drvAttrs;
    all = map (x: x.value) outputsList;
  };

  outputsList = map outputToAttrListElement outputs;

  outputToAttrListElement = outputName: {
    name = outputName;
    value = commonAttrs // {
      outPath = builtins.getAttr outputName strict;
      drvPath = strict.drvPath;
      type = "derivation";
      inherit outputName;
    };
  };

in
(builtins.head outputsList).value
