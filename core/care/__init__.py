"""Care of the data: what is kept of one athlete, backup and restore, erasing, merging."""
