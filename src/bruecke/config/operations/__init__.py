"""What operators do with an installation: run it, load the demo, save and restore it, look whether it is well."""
