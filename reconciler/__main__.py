"""`python -m reconciler` is `escalate`."""

from reconciler.cli.main import main

main()
