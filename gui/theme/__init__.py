"""The look of the console: colours, fonts, icons and the style sheet."""
