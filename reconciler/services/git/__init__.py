"""git: the only importer of GitPython is `door`."""
