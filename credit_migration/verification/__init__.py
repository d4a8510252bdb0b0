"""The host's code → what still re-sends, gates, overwrites or fills credit requests."""
