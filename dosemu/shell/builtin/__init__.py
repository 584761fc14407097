"""The commands inside of COMMAND.COM, one file each."""
