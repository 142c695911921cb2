"""Jira Cloud and Data Center: the only importer of `jira` is `client`."""
