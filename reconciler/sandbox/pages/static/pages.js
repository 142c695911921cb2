// Placeholder until live.
