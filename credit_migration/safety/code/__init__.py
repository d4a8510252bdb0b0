"""The host's own source → the places that rely on one row a learner and pathway."""
