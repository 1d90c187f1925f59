"""What is on the disk: finding files, their formats, their EXIF, the time they were taken."""
