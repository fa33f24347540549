# `!` needs a boolean.
!1
