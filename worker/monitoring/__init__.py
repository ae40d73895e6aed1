"""Queue depth, ledger counts, events of other workers, and the thread that reads the results database."""
