"""Bytes in, values out: strict YAML, schema findings, the book of escalations."""
