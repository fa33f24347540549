# A store that is only read needs a feature.
1
