"""Why messages fail, the values of the failed list, and corrections of failed bodies."""
