"""The experiments of the lecture *Training neural networks I*, one file each, one folder a chapter."""
