"""Recipes of CONTRIBUTING.md, followed in a copy of the tree by the files that they list, and by nothing else."""
