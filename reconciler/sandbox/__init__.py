"""Jira and Slack on loopback: state, error codes, rate tiers and faults."""
