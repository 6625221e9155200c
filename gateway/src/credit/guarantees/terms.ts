import { createHash } from 'node:crypto';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { addOffset, type CalendarDate, dayMs, hourMs } from '../../lib/dates.ts';
import { toJsonAmount } from '../../lib/money.ts';

/** For how many months somebody may vouch for somebody. */
export const guaranteeMonths = [3, 6, 12] as const;

/** So long may either side reconsider after the acceptance, free of charge, before anything is covered. */
export const reconsiderMs = dayMs;

/** An offer that nobody accepts within so many days lapses. */
export const offerDays = 14;

/** A guarantor vouches for at most so many at once; a debtor has one guarantor. */
export const mostDebtors = 2;

/** What a guarantor pledges for all of their friends together is at most this part of their own limit, in percent. */
export const mostPledgedPercent = 50n;

/** Days past due of a covered plan on which the guarantor is warned, and from which on they may be called. */
export const warningDays = [15, 25] as const;
export const callFromDaysPastDue = 31;

/** Nobody is called sooner than so many days after the last warning. */
export const leastNoticeDays = 6;

/** A call is tried on the day that was named, and so many days later while it fails, like every other collection. */
export const callDays: readonly number[] = [0, 1, 3, 7, 14, 30];

/** What both sides agree to, in the form that is stored, hashed and shown. Amounts are integers of minor units. */
export type GuaranteeTerms = {
  version: 1;
  currency: string;
  cap: number;
  fee: 0;
  offered_on: CalendarDate;
  expires_on: CalendarDate;
  reconsider_hours: number;
  /** Everything that the debtor confirms while it is active, the oldest first, and no late fee. */
  covers: 'plans_confirmed_while_active_oldest_first';
  warned_after_days: readonly number[];
  called_from_days: number;
  terms_version: string;
};

/** The version of the text around these terms; every change of the text needs a new one. */
const guaranteeTermsVersion = '2026-11';

/** The terms of a guarantee that is offered on this date. */
export function guaranteeTerms(input: {
  currency: string;
  cap: bigint;
  months: number;
  offeredOn: CalendarDate;
}): GuaranteeTerms {
  return {
    version: 1,
    currency: input.currency,
    cap: toJsonAmount(input.cap),
    fee: 0,
    offered_on: input.offeredOn,
    expires_on: addOffset(input.offeredOn, { months: input.months }),
    reconsider_hours: reconsiderMs / hourMs,
    covers: 'plans_confirmed_while_active_oldest_first',
    warned_after_days: warningDays,
    called_from_days: callFromDaysPastDue,
    terms_version: guaranteeTermsVersion,
  };
}

/** SHA-256 of the terms' canonical JSON (RFC 8785), in lower-case hexadecimal: anyone who is shown them can check it. */
export function hashGuaranteeTerms(terms: GuaranteeTerms): string {
  return createHash('sha256').update(canonicalJson(terms), 'utf8').digest('hex');
}
