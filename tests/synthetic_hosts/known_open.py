"""The variants that ``verify_resend_removed`` does not answer as it should, each with what it should say."""

KNOWN_OPEN: dict[str, str] = {}
