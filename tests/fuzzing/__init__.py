"""Random text in, broken promises out: targets for a fuzzer that is guided by coverage, and what must hold of each."""
