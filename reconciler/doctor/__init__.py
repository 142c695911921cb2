"""Whether everything is set up: each thing is fine, or comes with a remedy."""
