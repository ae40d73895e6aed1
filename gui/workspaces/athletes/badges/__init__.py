"""An athlete's badges, and all rules with who has them."""
