# Names that mean something to the builder only are plain attributes.
(derivation { name = "x"; system = "s"; builder = "b"; passAsFile = [ "text" ]; text = "abc"; preferLocalBuild = true; allowSubstitutes = false; allowedReferences = [ ]; }).drvPath
