"""Speed, as ratios in one run beside peers that do the same work. Never a test: machines differ."""
