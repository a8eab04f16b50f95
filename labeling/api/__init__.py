"""The REST views: a few lines each. They read a body, call a selector or a service, answer a shape."""
