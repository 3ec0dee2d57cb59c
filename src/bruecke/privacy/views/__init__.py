"""Pages of data protection at the desk."""
