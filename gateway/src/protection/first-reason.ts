import type { DeclineCode } from '../pay-score/assessments.ts';

/** The order of the rules: where several refuse, the shopper is told the first. */
const order: Record<DeclineCode, number> = {
  identity_required: 0,
  underage: 1,
  overdue: 2,
  line_suspended: 3,
  locked_by_shopper: 4,
  above_own_ceiling: 5,
  too_many_orders: 6,
  cooling_off: 7,
  unaffordable: 8,
  suspicious: 9,
  challenge_required: 10,
  score_too_low: 11,
  history_contradicts: 12,
  amount_above_available: 13,
  no_funder: 14,
  amount_too_small: 15,
  amount_above_programme: 16,
};

/** Of what the guards and the rules of a decision said, what counts; null when nothing refuses. */
export function firstReason(...said: readonly (DeclineCode | null | undefined)[]): DeclineCode | null {
  const refusals = said.filter((code) => code !== null && code !== undefined);
  return refusals.toSorted((a, b) => order[a] - order[b])[0] ?? null;
}
