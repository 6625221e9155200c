import * as fc from 'fast-check';

/**
 * A mutant meets the same cases in every run, as many as a few seconds allow, and a counterexample is enough: it need
 * not be the smallest.
 */
fc.configureGlobal({ seed: 1, endOnFailure: true, interruptAfterTimeLimit: 10_000 });
