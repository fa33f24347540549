# Import from derivation can be forbidden.
import (derivationStrict { name = "a"; builder = "b"; system = "c"; }).out
