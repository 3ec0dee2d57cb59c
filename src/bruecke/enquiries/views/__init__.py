"""Pages of questions: `ask` and `status` for residents; `desk` for the office."""
