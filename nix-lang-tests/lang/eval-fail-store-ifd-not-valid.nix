# A derivation that is only computed is not valid.
import (derivationStrict { name = "a"; builder = "b"; system = "c"; }).out
