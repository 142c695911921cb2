"""git: one module starts it (`door`, the only importer of GitPython), one reads each output."""
