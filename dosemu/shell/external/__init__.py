"""The programs that come with DOS, one file each."""
