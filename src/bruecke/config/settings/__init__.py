"""Django settings: `base` for every running installation, `testing` for the test suite."""
