"""Random small lectures whose numbers come by every way that code, data and the environment have.

Each is built, changed in one thing and built again; `compare` tells whether that is as if built from nothing.
"""
