# A single point is no float.
[ . ]
