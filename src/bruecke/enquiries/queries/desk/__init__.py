"""What the desk reads: `inbox`, `detail`, `capture`, `todos`."""
