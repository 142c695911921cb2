"""The rules: each a small pure function that turns a book into findings."""
