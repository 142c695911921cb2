"""Carrying out a plan, one escalation apart from the other."""
