"""How many escalations there were and how long they took: pure figures from git's history."""
