/*
  The function behind the variable `derivation`: wraps the paths that `derivationStrict` computes into one set for each
  output. Every output's set contains those of all the others. Nothing in them is computed before it is
  asked for, so that the attributes of a derivation may refer to the derivation.

  Places in this source are seen in traces, with the lines around them. So that traces are the reference's, these stand
  where they stand there:

      line 30, column 1    the function
      line 37, column 12   the call of derivationStrict
      line 41, column 9    the call of listToAttrs
      line 43, column 13   the list of all outputs
      line 50, column 17   an output's path
      line 57, column 17   the outputs
      line 60, column 2    the output that a derivation is when none is named

  The names are created in an order that programs can see too, see `PRELUDE_SYMBOLS`.











*/
drvAttrs@{
  outputs ? [ "out" ],
  ...
}:

let

  strict = derivationStrict drvAttrs;

  commonAttrs =
    drvAttrs
    // (builtins.listToAttrs outputsList)
    // {
      all = map (x: x.value) outputsList;
      inherit drvAttrs;
    };

  outputToAttrListElement = outputName: {
    name = outputName;
    value = commonAttrs // {
      outPath = builtins.getAttr outputName strict;
      drvPath = strict.drvPath;
      type = "derivation";
      inherit outputName;
    };
  };

  outputsList = map outputToAttrListElement outputs;

in
(builtins.head outputsList).value
