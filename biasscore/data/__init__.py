"""Tables that the package reads: TOML files, read where they are needed."""
