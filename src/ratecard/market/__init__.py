"""What feeds claim and what is held of it: importers, identity, policy, reconciliation and the build."""
