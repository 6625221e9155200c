import { availableOf } from '../../credit/lines.ts';
import { digitsOf, maxOf, minOf } from '../../lib/money.ts';
import { downPercents } from '../choose-down.ts';
import type { Judge, Situation } from './situation.ts';

/** People are told round figures: at most so many digits that are not zero. */
const tellingDigits = 3;

/**
 * The greatest round amount below this one, and not below `least`, that would be approved, everything else as it is;
 * undefined when none would. It is found by asking the rules, and what is told was asked. What is available is asked about
 * first, because it is the answer most of the time and each question costs a plan of every kind.
 */
export function greatestAmount(
  judge: Judge,
  situation: Situation,
  { currency, least = 0n }: { currency: string; least?: bigint | undefined },
): bigint | undefined {
  const unit = 10n ** BigInt(digitsOf(currency));
  const isApproved = (units: bigint): boolean => judge({ ...situation, amount: units * unit }) === null;
  const lowest = maxOf(1n, (least + unit - 1n) / unit);
  const highest = (situation.amount - 1n) / unit;
  if (highest < lowest) return undefined;
  const likely = maxOf(lowest, minOf(highest, availableOf(situation.standing.line) / unit));
  const found = greatestApproved(isApproved, { lowest, highest, likely });
  if (found === undefined) return undefined;
  const round = roundDown(found * unit);
  return round === found * unit || !isApproved(round / unit) ? found * unit : round;
}

/** The greatest of these numbers that is approved, where whatever is below an approved one is approved, too. */
function greatestApproved(
  isApproved: (units: bigint) => boolean,
  { lowest, highest, likely }: { lowest: bigint; highest: bigint; likely: bigint },
): bigint | undefined {
  let [low, high] = [lowest, highest];
  if (isApproved(likely)) {
    low = likely;
    if (low < high && !isApproved(low + 1n)) return low;
  } else {
    high = likely - 1n;
    if (high < low || !isApproved(low)) return undefined;
  }
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (isApproved(middle)) low = middle;
    else high = middle - 1n;
  }
  return low;
}

function roundDown(amount: bigint): bigint {
  const step = 10n ** BigInt(Math.max(0, String(amount).length - tellingDigits));
  return (amount / step) * step;
}

/** The smallest part that would have to be paid at once for the rest to be approved; undefined when none would do. */
export function leastDownPercent(judge: Judge, situation: Situation): number | undefined {
  const isApproved = (downPercent: number): boolean => judge({ ...situation, downPercent }) === null;
  const percents = downPercents.filter((percent) => percent > (situation.downPercent ?? 0));
  const most = percents.at(-1);
  if (most === undefined || !isApproved(most)) return undefined;
  let [low, high] = [0, percents.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isApproved(percents[middle] ?? most)) high = middle;
    else low = middle + 1;
  }
  return percents[low];
}
