import type { Currency } from '../lib/money.ts';
import { fullModel } from './full-model.ts';
import { targetLimitOf } from './policy.ts';

/**
 * How the trained tables are carried over to a book of one environment and currency: logit pd = a + b x logit pd(trained),
 * and amounts of the book in minor units times `k` are amounts of the training data.
 */
export type Binding = { a: number; b: number; k: number };

/** The median limit of the training rows, in their money. */
const medianTrainedLimit = 140_000;

/** What turns amounts of a book into money of the training data, where half of the target limits lie below this one. */
export function scaleOf(medianTargetLimit: bigint): number {
  return medianTrainedLimit / Number(medianTargetLimit);
}

/**
 * The binding of a book without outcomes of its own: its pd is shifted as a whole, from the bad rate of the training data to
 * the one that a book of orders that ship can expect.
 */
export function firstBinding(currency: Currency): Binding {
  return { ...fullModel.file.bindings.own_book, k: scaleOf(targetLimitOf(currency)) };
}
