"""A synthetic Credentials service, and many variants of it in which the resend hook survives, is gone, or hides."""
