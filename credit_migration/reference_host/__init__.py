"""
A small Credentials service after ADR 0005, under the real one's app labels and table names.

The toolkit rehearses on it and is tested on it; it is never installed inside a real host. Its models hold the columns
that the decision is about, its flow does what the decision says, and its migrations use the toolkit's operations.
"""
