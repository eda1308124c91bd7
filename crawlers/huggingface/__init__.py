"""The Hugging Face Hub: a polite session and the shapes of its answers; sources build on both."""
