import type { StreamEvent } from '../events/feed.ts';
import { addDays, type CalendarDate } from '../lib/dates.ts';
import type { ChangeReason } from '../standing/limit-policy.ts';
import type { Content } from './templates.ts';

/** An event's data, as `tellChange` of standing/review.ts writes it. */
type Change = {
  currency: string;
  from_limit: number;
  to_limit: number;
  from_annual_rate_ppm: number;
  to_annual_rate_ppm: number;
  reasons: ChangeReason[];
  expires_on: CalendarDate | null;
};

/** What to tell of each event of a line's terms, by its change and the address of the page about them. */
const tellers: Partial<Record<StreamEvent['type'], (change: Change, link: string) => Content>> = {
  'credit_line.limit_raised': (change, link) => ({ template: 'limit_raised', data: limitsOf(change, link) }),
  'credit_line.limit_cut': (change, link) => ({ template: 'limit_cut', data: limitsOf(change, link) }),
  'credit_line.price_changed': (change, link) => {
    const { from_annual_rate_ppm: before, to_annual_rate_ppm: rate, reasons } = change;
    return { template: rate < before ? 'price_fell' : 'price_rose', data: { before, rate, reasons, link } };
  },
  'credit_line.raise_offered': (change, link) => {
    if (change.expires_on === null) throw new Error('an offered raise without an end');
    return {
      template: 'raise_offered',
      data: { ...limitsOf(change, link), date: addDays(change.expires_on, -1) },
    };
  },
};

/** What to tell a shopper of a change of limit or price; `account` is the address of their account. */
export function describeLimit({ type, data }: StreamEvent, account: string): Content | undefined {
  return tellers[type]?.(data as Change, `${account}/limits`);
}

function limitsOf({ from_limit: from, to_limit: to, currency, reasons }: Change, link: string) {
  return {
    from: { amount: BigInt(from), currency },
    amount: { amount: BigInt(to), currency },
    reasons,
    link,
  };
}
