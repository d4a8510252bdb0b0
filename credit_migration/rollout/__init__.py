"""Facts read from the database, the migrations and the code → where each stage of the rollout stands."""
