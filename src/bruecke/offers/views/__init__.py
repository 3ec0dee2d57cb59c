"""Pages of offers: public catalogue, provider links, desk."""
