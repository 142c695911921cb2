"""Jira and Slack on loopback: state, error codes, rate tiers and faults."""

from reconciler.sandbox.box import Box
from reconciler.sandbox.calls import Call
from reconciler.sandbox.clock import Clock
from reconciler.sandbox.faults import Fault, Faults
from reconciler.sandbox.seed import SeedError
from reconciler.sandbox.serve import serve

__all__ = ["Box", "Call", "Clock", "Fault", "Faults", "SeedError", "serve"]
