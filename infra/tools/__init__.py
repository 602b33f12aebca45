"""Tools for a laptop or CI: they build, deploy and run the local stack. Lambda never has them."""
