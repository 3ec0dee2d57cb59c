"""Pages of accounts: the way in (`entrance`), one's own account (`own`), and the administration of a district."""
