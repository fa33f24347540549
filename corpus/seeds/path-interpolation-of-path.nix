# A path interpolated into a path.
/base/${"x"}/.${"y"}
