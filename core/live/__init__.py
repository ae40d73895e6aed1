"""What screens show, built from events: receipts, timeline, tail, workers, ledger."""
