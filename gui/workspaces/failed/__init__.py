"""The Failed workspace: dead-lettered messages by cause, repaired, sent again or discarded."""
