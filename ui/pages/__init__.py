"""The screens themselves, one file or folder per module."""
