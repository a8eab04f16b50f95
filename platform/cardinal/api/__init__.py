"""What every API view shares: the error shape, bodies and answers, pages, files, health."""
