"""Plain CSV files of people's own making."""
