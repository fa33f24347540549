# import needs a path or what coerces to one.
import 1
