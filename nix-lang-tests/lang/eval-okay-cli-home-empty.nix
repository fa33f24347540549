# An empty HOME is the root.
~/x
