"""The migrations, named by date and purpose."""
