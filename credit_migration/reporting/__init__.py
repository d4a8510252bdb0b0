"""What learners request credit for, from recorded programs, and who asks too often; read-only."""
