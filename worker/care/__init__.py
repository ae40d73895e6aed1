"""The thread in which long care of the data runs beside everything else."""
