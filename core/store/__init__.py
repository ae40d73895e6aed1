"""The results database and the outbox."""
