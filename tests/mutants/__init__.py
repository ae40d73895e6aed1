"""Small mistakes planted one at a time, to see whether a unit test notices each: see CONTRIBUTING.md."""
