"""Ready workflows for n8n, and their test in a real n8n beside the open application."""
