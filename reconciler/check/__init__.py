"""Rules: values in, findings out. Knows no file system, no clock and no git."""
