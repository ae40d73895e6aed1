"""An athlete's records, each leading to its workout."""
