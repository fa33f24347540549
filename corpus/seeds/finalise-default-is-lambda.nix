# A default that is a lambda captures a later formal and itself.
({ f ? n: if n == 0 then stop else f (n - 1), stop ? "done" }: f 3) { }
