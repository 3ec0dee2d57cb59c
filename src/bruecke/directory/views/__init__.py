"""Pages of the directory: the desk's (`desk`), and the public address of logos (`public`)."""
