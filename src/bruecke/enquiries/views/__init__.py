"""Pages of questions: `ask` and `status` for residents; `inbox`, `detail`, `capture` for the desk."""
