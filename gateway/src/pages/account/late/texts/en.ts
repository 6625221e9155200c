import type { HardshipReason } from '../../../../repayments/hardships.ts';

/** What the account says to somebody who is late, or will be, in English. Amounts and dates come formatted. */
export const lateEn = {
  heading: 'If paying gets hard',
  intro: 'Tell us early. Asking costs nothing, and what is arranged here carries no new fees.',
  lateHeading: 'You are late: what you can do',
  lateIntro: (amount: string) =>
    `${amount} is to be paid now. This happens. Pay it above, or choose one of the ways below.`,
  dateHint: (first: string, last: string) => `From ${first} to ${last}`,
  promise: 'Promise a date',
  promiseIntro:
    'Until the date we do not remind you, do not try your card, and charge no new late fee. On the date we charge your card.',
  promiseDate: 'I will pay by',
  promiseButton: 'Promise this date',
  promised: (date: string) => `You promised to pay by ${date}. Until then we ask for nothing.`,
  promisesBroken:
    'Several dates that you promised have passed without the payment, so no new one can be promised for now.',
  move: 'Move this payment once, free of charge',
  moveIntro: (amount: string) =>
    `It is the first time that a payment of this plan is late, so you may choose a new date for ${amount}. It costs nothing, and the payment counts as on time again.`,
  moveDate: 'New date',
  moveButton: 'Move the payment',
  hardship: 'Ask for easier terms',
  hardshipIntro:
    'You get them at once, at no more than your agreed rate, and there are no late fees from then on. While they last you cannot begin new plans.',
  hardshipByOperator:
    'We have arranged easier terms for you within the last two years, so a person decides about this request and answers you.',
  reason: 'What has happened?',
  reasonHint: 'Please do not tell us anything about health. We do not need it.',
  reasons: {
    income: 'Less income',
    family: 'A change in the family',
    disaster: 'Fire, flood or another disaster',
    other: 'Something else',
  } satisfies Record<HardshipReason, string>,
  pause: 'Pay nothing for a while',
  pauseHint: 'All dates move by these days.',
  noPause: 'No pause',
  pauseDays: (days: string) => `${days} days`,
  periods: 'Smaller payments over a longer time',
  periodsHint: 'What is left is spread evenly over this many payments.',
  samePeriods: 'Keep my payments',
  periodsOf: (count: string) => `${count} payments`,
  hardshipButton: 'Ask for these terms',
  hardshipAsked: 'Your request for easier terms is with us. A person decides and answers you.',
  hardshipGranted: 'Easier terms are arranged, without any new fees.',
  pausedUntil: (date: string) => `Nothing is to be paid until ${date}.`,
  zoneHeading: 'When we may write to you',
  zone: 'Your time zone',
  zoneHint: 'We send reminders between 8 in the morning and 9 in the evening there.',
  zoneDefault: (zone: string) => `As the shops: ${zone}`,
  zoneButton: 'Keep this time zone',
  spread: (count: string) => `What is left is spread over ${count} payments.`,
};

export type LateTexts = typeof lateEn;
