"""Changes to files that people wrote: the bytes around a change stay as they are."""
