"""Asks git and the forge what is proposed, and who acknowledged what is merged."""
