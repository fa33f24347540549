# if needs an else.
if true then 1
