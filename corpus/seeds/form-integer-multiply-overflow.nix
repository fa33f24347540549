# Multiplication beyond 64 bits fails.
4611686018427387904 * 2
