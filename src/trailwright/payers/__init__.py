"""People who pay for their own tasks: a model and a key of one's own."""
