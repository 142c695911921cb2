"""GitHub over REST: the only module that speaks HTTP with it is `wire`."""
