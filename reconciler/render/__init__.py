"""Values into text: terminal, Markdown, JSON, annotations."""
