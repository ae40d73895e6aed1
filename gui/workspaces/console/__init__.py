"""The opening workspace: form, charts and receipts."""
