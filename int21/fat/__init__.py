"""FAT file systems on disk images: the image, its partitions, the table of clusters, directories, the drive."""
