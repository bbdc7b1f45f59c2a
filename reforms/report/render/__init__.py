"""One document, three formats: HTML to read, PDF to print, Markdown to edit."""
