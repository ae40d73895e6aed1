"""Queue depth, ledger counts, the event feed, and the thread that reads the results database."""
