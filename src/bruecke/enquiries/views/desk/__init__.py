"""Pages of the desk: `inbox`, `detail`, `capture`."""
