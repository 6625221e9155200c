import type { History } from '../../src/pay-score/model/history.ts';
import { TrainingRefused } from '../refusal.ts';
import { addWeighted, drawWeighted, type Weighted } from './weighted.ts';

/** A month of a real row, amounts as parts of its limit. */
export type CardMonth = {
  /** As in the data: -2, -1 and 0 not late, 2 and more months late. */
  status: number;
  /** Owed at the month's end. */
  used: number;
  /** What was paid of the bill of the month before, at most 1; 0 without a bill. */
  paidRatio: number;
};

/** What a shopper's next month follows from: their real card's limit, and its last three months, the oldest first. */
export type CardState = { limit: number; months: readonly [CardMonth, CardMonth, CardMonth] };

/** Months of real rows: those that rows began with, and those that followed a state. */
export type Donors = { starts: Weighted<CardState>; followers: ReadonlyMap<string, Weighted<CardMonth>> };

/** In the data a first missed month is a 2; 1 means another thing, and only in the newest month. */
export const missedFrom = 2;

/** The newest month (September 2005) is no donor, because its lateness is coded in another way. */
const newestDonor = 1;
/** A fine state with fewer donors than this gives way to a coarser one. */
const fewestDonors = 20;
/** More months of lateness are too few to tell apart. */
const mostStatus = 4;

/**
 * Sorts the months of real rows by the state that they followed, in five grades of fineness. `lateWeight` is the weight
 * of a late month: 1 takes the rows as they are; less lowers the odds of a late month by that factor, whatever the state.
 */
export function collectDonors(histories: readonly History[], lateWeight: number): Donors {
  const followers = new Map<string, Weighted<CardMonth>>();
  const starts: Weighted<CardState> = { items: [], sums: [] };
  const weightOf = ({ status }: CardMonth): number => (status >= missedFrom ? lateWeight : 1);
  for (const history of histories) {
    for (const [at, state, next] of statesIn(history)) {
      if (at === 0)
        addWeighted(
          starts,
          state,
          state.months.reduce((weight, month) => weight * weightOf(month), 1),
        );
      for (const name of namesOf(state)) {
        const after = followers.get(name) ?? { items: [], sums: [] };
        addWeighted(after, next, weightOf(next));
        followers.set(name, after);
      }
    }
  }
  if (starts.items.length === 0)
    throw new TrainingRefused('no row has the five months that a simulation draws from');
  return { starts, followers };
}

/** The month that a real row had after such a state; `share` from 0 to 1 says which of them. */
export function drawNext({ followers }: Donors, state: CardState, share: number): CardMonth {
  const pools = namesOf(state).flatMap((name) => followers.get(name) ?? []);
  const pool = pools.find(({ items }) => items.length >= fewestDonors) ?? pools.at(-1);
  if (!pool) throw new Error('some month follows any state');
  return drawWeighted(pool, share);
}

/** The states that a row was in, with the month that followed each, the oldest first. */
function statesIn(history: History): [at: number, state: CardState, next: CardMonth][] {
  const months = cardMonths(history);
  return months.slice(3).flatMap((next, at) => {
    const [first, second, third] = months.slice(at);
    if (!first || !second || !third) return [];
    return [[at, { limit: history.limit, months: [first, second, third] }, next]];
  });
}

/** Names of a state, the finest first: what stays of a borrower (the limit), lateness of three months, use of the limit. */
function namesOf({ limit, months }: CardState): string[] {
  const [first, second, third] = months;
  const band = bandOf(limit, limitBands);
  const [before, last] = [second, third].map(({ status }) => Math.min(status, mostStatus));
  const wasLate = first.status >= missedFrom;
  const used = bandOf(third.used, usedBands);
  return [
    `${band} ${last} ${before} ${wasLate} ${used}`,
    `${band} ${last} ${before} ${wasLate}`,
    `${band} ${last}`,
    `${last}`,
    'any',
  ];
}

/** Money of the data; about a quarter of all rows each. */
const limitBands = [50_000, 140_000, 240_000];
const usedBands = [0, 0.1, 0.3, 0.6, 0.9];

function bandOf(value: number, bands: readonly number[]): number {
  return bands.filter((from) => value > from).length;
}

/** A row's months but for the newest, the oldest first. */
function cardMonths({ limit, months }: History): CardMonth[] {
  return months
    .map(({ status, billed, paid }, at): CardMonth => {
      const owed = months[at + 1]?.billed ?? 0;
      return {
        status: status === 1 ? missedFrom : status,
        used: billed / limit,
        paidRatio: owed > 0 ? Math.min(paid / owed, 1) : 0,
      };
    })
    .slice(newestDonor)
    .toReversed();
}
