"""What scoring a corpus costs.

`generate` makes one, `cost` measures time and memory, `kills` counts survived kills, `ray_scaling` compares with Ray.
"""
