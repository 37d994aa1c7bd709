"""The classifiers, behind one seam (`base`): torch is imported here and in `biasscore.training`, nowhere else."""
