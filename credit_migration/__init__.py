"""Takes an Open edX Credentials service through ADR 0005, "Program ID in UserCreditPathway"."""
