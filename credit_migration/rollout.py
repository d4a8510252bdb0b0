"""Facts from the schema, the code and the audit → the stages of the rollout, done, due, blocked or undecided."""
