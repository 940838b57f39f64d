"""Normalisation layers: over the batch, over groups of a sample's channels, and merged with the layer before.

`batch` and `group` hold the functions with their gradients and the layers, `fusion` the merging, and
`standardization` what all of them share. Every one takes N×C matrices and N×C×H×W images.
"""

from figgen.sim.normalization.batch import BatchNorm, BatchNormCache, batch_norm, batch_norm_backward
from figgen.sim.normalization.fusion import fuse_conv, fuse_linear
from figgen.sim.normalization.group import (
    GroupNorm,
    GroupNormCache,
    group_norm,
    group_norm_backward,
    instance_norm,
    layer_norm,
)

__all__ = [
    "BatchNorm",
    "BatchNormCache",
    "GroupNorm",
    "GroupNormCache",
    "batch_norm",
    "batch_norm_backward",
    "fuse_conv",
    "fuse_linear",
    "group_norm",
    "group_norm_backward",
    "instance_norm",
    "layer_norm",
]
