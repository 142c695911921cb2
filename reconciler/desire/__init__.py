"""What the files ask for: phases, names, members and wording, as values."""
