# A path that ends in a slash after an interpolation.
a: ./${a}/
