"""The Hugging Face Hub: a polite session, what to ask next, and parsers of its answers; sources build on them."""
