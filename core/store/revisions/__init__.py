"""The revisions of each workout: kept with each batch, and read."""
