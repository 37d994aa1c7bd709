"""How right the numbers are: `python -m benchmarks.accuracy` and `python -m benchmarks.accuracy.agreement`."""
