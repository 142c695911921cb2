"""What real services do, tried on test tickets and in a test channel, and removed again."""
