"""How the shipped weights were made, from the labelled files to the checkpoint.

Run it with ``python -m biasscore.training --data PATH``. The way of the data: `examples` reads the labelled files,
`authored` the corpus of the package and `relabelled` labels of its kind for rows of public sets, `split` cuts a
development set, `augment` derives stance labels, `data` puts the sets together, `network` is the model, `fit` trains
it, `export` writes the checkpoint, `calibrate` its calibration.
"""
