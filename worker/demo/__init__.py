"""The demonstration without its screens: worker processes, sample load, and faults that are caused on purpose."""
