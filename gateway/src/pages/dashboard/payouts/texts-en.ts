import type { HoldReason } from '../../../settlement/payouts.ts';

/** What the payouts of the dashboard say in English. Amounts and dates come formatted. */
export const payoutsEn = {
  title: 'Payouts',
  intro: 'Transfers to your bank account. Each pays one settlement; one that failed is followed by another.',
  list: 'Payouts, the newest first',
  empty: 'Nothing was paid yet.',
  all: 'All',
  created: 'Started',
  amount: 'Amount',
  state: 'State',
  settlement: 'Settlement',
  older: 'Older payouts',
  one: 'Payout',
  back: 'All payouts',
  id: 'Payout',
  paidAt: 'Paid',
  returnedAt: 'Sent back',
  failure: 'What the bank said',
  held: 'Why it waits',
  heldUntil: (date: string) => `until ${date}`,
  heldByPeople: 'until we have looked at it',
  reasons: {
    books_alarm: 'we are checking our books',
    merchant_suspended: 'your account is suspended',
    refund_ratio: 'more of your sales of 30 days was refunded than your terms allow',
    bank_account_changed: 'your bank account was changed within 72 hours',
    first_payout: 'it is one of your first',
    above_cap: 'it is above the cap of your terms',
  } satisfies Record<HoldReason, string>,
  refundsHold: (of: { refunded: string; captured: string; bound: string; days: string }) =>
    `Your payouts wait: ${of.refunded} of the ${of.captured} that you captured in ${of.days} days was refunded, more than ${of.bound}. They go when the share is lower, or when we have looked at it.`,
  linesHint: 'The lines of its settlement sum to it.',
  openSettlement: 'See its lines',
};
