"""The Console workspace: form, charts and receipts."""
