"""The guided tour: its bar, and what it drives."""
