"""The gallery at `/dev/bausteine/`: every component in every state, and sample pages beside the design pictures."""
