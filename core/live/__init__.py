"""What screens show, folded from events: receipts, timeline, tail, workers, ledger."""
