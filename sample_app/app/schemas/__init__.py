"""What things look like to clients: what they may send, and what they get back."""
