"""The sandbox's pages: its channels, tickets and pull requests in a browser."""

from reconciler.sandbox.pages.acting import Services
from reconciler.sandbox.pages.links import page_of
from reconciler.sandbox.pages.site import Pages

__all__ = ["Pages", "Services", "page_of"]
