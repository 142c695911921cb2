"""How escalations went, counted: pure figures from what git tells."""
