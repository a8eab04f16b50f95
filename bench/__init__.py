"""The measurements that the README quotes: `make bench NAME=click`, one file each."""
