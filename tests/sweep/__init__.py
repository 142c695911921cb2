"""The sweep: whatever goes wrong at whichever call, the next runs end where they should."""
