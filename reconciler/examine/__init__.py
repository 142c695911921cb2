"""Whether everything is set up: each thing that is looked at is fine, or comes with a cure."""
