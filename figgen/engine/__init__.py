"""The engine: what there is to make, whether it is current, and the making of it.

The engine knows experiments, results and figures. A handout comes to it as a `Document` that tells its path
and its content key, and writes itself from what the engine made; so the engine knows no prose.
"""
