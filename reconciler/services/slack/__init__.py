"""Slack: the only importer of `slack_sdk` is `wire`."""
