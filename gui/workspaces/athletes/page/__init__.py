"""An athlete's page: who, totals, and the trend by week."""
