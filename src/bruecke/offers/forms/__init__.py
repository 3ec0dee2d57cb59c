"""Forms of offers: readers, providers, desk."""
