# HOME is taken as it is written.
~/x
