"""The main line as values: events, ownership, admission and its limits, figures. Pure."""
