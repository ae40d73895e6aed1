"""Achievement rules, their evaluation over an athlete's history, and totals. Pure."""
