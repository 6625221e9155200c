// A child of a test run must not outlive it, however that ends.
process.once('disconnect', () => process.exit(1));
