"""The only stage that touches a user's file."""
