"""Data files: sports, achievements, icons, styles, samples."""
