"""One module per outside service; the only importers of its SDK."""
