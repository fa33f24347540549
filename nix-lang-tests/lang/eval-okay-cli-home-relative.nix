# A relative HOME is not made absolute.
~/x
