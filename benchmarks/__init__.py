"""What is measured: call counts, and ratios within one run. `make bench` prints all of it."""
