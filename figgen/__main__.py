"""Run figgen as `python -m figgen`."""

from figgen.cli import main

main()
