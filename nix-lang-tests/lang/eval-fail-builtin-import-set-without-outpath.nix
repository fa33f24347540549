# import of a set without outPath.
import { path = ./dir1; }
