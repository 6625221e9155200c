import { bureauBands } from '../../shoppers/evidence-port.ts';
import type { Characteristics } from '../characteristics.ts';
import type { History } from '../model/history.ts';
import type { Reason } from '../score.ts';
import type { Family } from './families.ts';

/** What a family's points come from, to be said in words. */
export type Fact =
  | { code: 'late_now'; days: number }
  | { code: 'late_and_missed'; days: number; count: number }
  | { code: 'not_on_time'; count: number; of: number }
  | { code: 'all_on_time'; count: number }
  | { code: 'nothing_due' }
  | { code: 'months_late'; count: number; of: number }
  | { code: 'no_month_late'; of: number }
  | { code: 'repaid'; count: number }
  | { code: 'repaid_early'; count: number; of: number }
  | { code: 'none_repaid' }
  | { code: 'paid_of_billed'; percent: number }
  | { code: 'nothing_billed' }
  | { code: 'in_use'; percent: number }
  /** Of the limit that the shopper's may grow to, which is what the trained tables measure by. */
  | { code: 'of_target'; percent: number }
  | { code: 'not_used_yet' }
  | { code: 'days_known'; days: number }
  | { code: 'months_known'; count: number }
  | { code: 'open_plans'; count: number }
  | { code: 'bought'; percent: number }
  | { code: 'bureau'; band: string }
  | { code: 'phone'; months: number }
  | { code: 'bureau_and_phone'; band: string; months: number }
  | { code: 'not_asked' };

export type FactCode = Fact['code'];

/** From so many months on, a month counts as missed in the trained tables. */
const missedFrom = 2;

/** The fact behind a family of the scorecard of own history. */
export function ownFact(family: Family, facts: Characteristics, reasons: readonly Reason[]): Fact {
  switch (family) {
    case 'lateness':
      return onTimeFact(facts);
    case 'use':
      return facts.utilisationPercent === null
        ? { code: 'not_used_yet' }
        : { code: 'in_use', percent: facts.utilisationPercent };
    case 'history':
      return { code: 'days_known', days: facts.tenureDays };
    case 'purchases':
      return { code: 'open_plans', count: facts.openPlans };
    case 'evidence':
      return evidenceFact(reasons);
    case 'payments':
    case 'base':
    default:
      return repaidFact(facts);
  }
}

function repaidFact({ repaidInstallments, paidEarly }: Characteristics): Fact {
  if (repaidInstallments === 0) return { code: 'none_repaid' };
  return paidEarly > 0
    ? { code: 'repaid_early', count: paidEarly, of: repaidInstallments }
    : { code: 'repaid', count: repaidInstallments };
}

function onTimeFact({ daysPastDue, dueInstallments, paidOnTime }: Characteristics): Fact {
  const missed = dueInstallments - paidOnTime;
  if (missed > 0 && daysPastDue > 0) return { code: 'late_and_missed', days: daysPastDue, count: missed };
  if (missed > 0) return { code: 'not_on_time', count: missed, of: dueInstallments };
  if (daysPastDue > 0) return { code: 'late_now', days: daysPastDue };
  return dueInstallments === 0 ? { code: 'nothing_due' } : { code: 'all_on_time', count: dueInstallments };
}

/** The fact behind a family of the trained tables; `reasons` carry what was measured. */
export function monthsFact(family: Family, history: History, reasons: readonly Reason[]): Fact {
  const { months, limit } = history;
  switch (family) {
    case 'lateness': {
      const count = months.filter(({ status }) => status >= missedFrom).length;
      return count > 0
        ? { code: 'months_late', count, of: months.length }
        : { code: 'no_month_late', of: months.length };
    }
    case 'use':
      return { code: 'of_target', percent: percentOf((months[0]?.billed ?? 0) / limit) };
    case 'purchases':
      return { code: 'bought', percent: percentOf(measured(reasons, 'spend_of_limit_mean') ?? 0) };
    case 'history':
      return { code: 'months_known', count: months.length };
    case 'evidence':
      return { code: 'not_asked' };
    case 'payments':
    case 'base':
    default: {
      const billed = months.slice(1).reduce((sum, month) => sum + Math.max(month.billed, 0), 0);
      const paid = months.slice(0, -1).reduce((sum, month) => sum + month.paid, 0);
      return billed > 0
        ? { code: 'paid_of_billed', percent: percentOf(paid / billed) }
        : { code: 'nothing_billed' };
    }
  }
}

/** Never below zero: who has money with us uses nothing of the limit. */
function percentOf(share: number): number {
  return Math.max(0, Math.round(share * 100));
}

function evidenceFact(reasons: readonly Reason[]): Fact {
  const [months, bureau] = [measured(reasons, 'phone_tenure'), measured(reasons, 'bureau')];
  const band = bureau === undefined ? undefined : bureauBands[bureau - 1];
  if (band !== undefined && months !== undefined) return { code: 'bureau_and_phone', band, months };
  if (band !== undefined) return { code: 'bureau', band };
  return months === undefined ? { code: 'not_asked' } : { code: 'phone', months };
}

/** The number that was measured for a code, if one was. */
function measured(reasons: readonly Reason[], code: string): number | undefined {
  const value = reasons.find((reason) => reason.code === code)?.value;
  return typeof value === 'number' ? value : undefined;
}
