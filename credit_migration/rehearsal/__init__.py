"""The whole rollout on the reference host, end to end; the one part that reaches into it."""
