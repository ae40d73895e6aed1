"""An athlete's page on one sheet of paper: printed, or saved as PDF."""
