/** What training can be told; the values here are those of the committed model, found by cross-validation. */
export type Parameters = typeof defaultParameters;

export const defaultParameters = {
  /** Of all random draws: parts of the bags, characteristics of an update, masks. */
  seed: 1,
  /** Most bins of a characteristic. */
  bins: 64,
  /** Each bag leaves out one part of so many, in so many rounds: every row is left out once in each round. */
  parts: 5,
  rounds: 2,
  /** Tables of two characteristics. */
  pairs: 100,
  learningRate: 0.04,
  /** Each update chooses among a random half: bags differ more, so their mean is better, and it takes half the time. */
  drawnPercent: 50,
  /** Updates with any pairs, to choose among them, and then with the chosen ones. */
  searchUpdates: 300,
  updates: 800,
  keepEvery: 25,
  /** Ridge on the steps, and the least sum of Hessians on either side of a cut (about six times as many rows). */
  lambda: 60,
  leastWeight: 8,
  /** Ridge on the points of unknown months. */
  maskLambda: 20,
};
