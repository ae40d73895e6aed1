"""The Athletes workspace: the list of athletes, and what one of them has done."""
