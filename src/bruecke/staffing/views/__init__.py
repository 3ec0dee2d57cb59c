"""Pages of staffing: the desk's plan (`plan`), posts (`posts`), consultation hours (`hours`), and the public ones (`public`)."""
