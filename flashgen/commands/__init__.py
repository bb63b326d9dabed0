"""The commands that people repeat all day, for arguments that are parsed. They import no more than they need."""
