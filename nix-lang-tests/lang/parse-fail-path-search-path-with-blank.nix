# A search path may not hold a blank.
<a b>
