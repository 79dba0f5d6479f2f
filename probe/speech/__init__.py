"""Speech: the voice, the transcriber, its models, and the text they share."""
