"""What is outside of the program: one module for each service, the only one that knows it."""
