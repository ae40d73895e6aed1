"""The Failed workspace: what was given up, by cause, repaired, sent again or discarded."""
