"""What the code of a lecture reads while it runs: files, folders, variables of the environment, modules."""
