"""Bytes of files in, checked values and findings out. Reads no disk and no clock."""
