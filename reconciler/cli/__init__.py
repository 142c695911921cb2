"""Thin commands; the one place that knows exit statuses."""
