# An undefined variable is found before anything is evaluated.
if true then 1 else nowhere
