import type { EvidenceItem } from '../../../../shoppers/evidence-port.ts';
import type { NoticeText } from '../../../texts/shapes.ts';

/** Everything that the page “Limits of your own” says in English. Amounts, dates and percents come formatted. */
export const ownLimitsEn = {
  title: 'Limits of your own',
  intro: 'You decide how much you can owe. What is stricter counts at once, what is looser a day later.',
  entry: 'Set a ceiling, lock paying later, or tell us your income.',
  entryLocked: 'Paying later is locked by you.',
  entryGo: 'Open limits of your own',
  currencies: 'Currency',
  lockHeading: 'Lock paying later',
  lockOff:
    'Nothing is locked. A lock stops new purchases and cash draws at once; what you owe goes on as agreed.',
  lock: 'Lock it now',
  lockOn: 'Locked: you can neither buy and pay later nor draw cash. What you owe goes on as agreed.',
  unlock: 'Unlock',
  unlockHint: (when: string) => `It takes 24 hours, so that nobody is talked out of it: until ${when}.`,
  unlocksAt: (when: string) => `You asked to unlock it. It stays locked until ${when}.`,
  stayLocked: 'Stay locked',
  ceilingHeading: 'Ceilings of your own',
  ceilingIntro: 'Leave a field empty for no ceiling.',
  purchase: 'At most for one purchase',
  purchaseHint: 'A purchase or cash draw above this is declined.',
  total: 'At most for everything you owe',
  totalHint: 'Counts what you owe and what you have agreed to and was not yet sent.',
  ceilingSave: 'Set ceilings',
  waits: {
    purchase: (to: string, when: string) => `For one purchase it becomes ${to} at ${when}.`,
    total: (to: string, when: string) => `For everything you owe it becomes ${to} at ${when}.`,
  },
  noCeiling: 'no ceiling',
  keep: { purchase: 'Keep the ceiling for one purchase', total: 'Keep the ceiling for everything you owe' },
  incomeHeading: 'Your income',
  incomeWhy:
    'We ask so that what falls due stays within what you earn. It is your choice to say it: without it only small amounts are offered. It is kept encrypted, is not shown to shops or funders, and is no part of your pay score.',
  income: 'Income in a month, after tax',
  incomeHint: 'About what arrives on your account in a usual month.',
  payDay: 'Pay day',
  payDayHint: 'The day of the month, 1 to 31, if you like: the picture below names it.',
  incomeSave: 'Keep my income',
  incomeDeclared: (amount: string, date: string) => `You told us ${amount} a month on ${date}.`,
  incomeOld: 'That is more than a year ago, so it does not count any more. Please tell us again.',
  incomeEvidenced: (amount: string) => `An income service confirmed ${amount} a month; this is what counts.`,
  incomeRemove: 'Forget what I told you',
  picture: 'What falls due in the next 90 days beside your income, month by month',
  pictureHeading: 'The next 90 days',
  pictureHint: (date: string, most: string) =>
    `What falls due until ${date}, over all shops and lenders. Up to ${most} may be bound in that time.`,
  pictureNone: 'Nothing falls due in the next 90 days.',
  month: 'Month',
  due: 'Falls due',
  shareOfIncome: 'Part of income',
  incomeRow: 'Income in a month',
  payDayIs: (day: string) => `Your pay day is day ${day} of the month.`,
  sum: 'Together',
  evidenceHeading: 'What others may tell us',
  evidenceIntro:
    'All of this is optional and asked for once, each by itself. Nobody is declined for saying no.',
  agree: 'I agree',
  ask: 'Allow and ask',
  askAgain: 'Ask again',
  withdraw: 'Take it back',
  nobody: 'Nobody can be asked in this environment.',
  states: {
    asked: (date: string) => `Asked on ${date}; there is no answer yet.`,
    answered: (date: string) => `Answered; counts until ${date}.`,
    not_found: (date: string) => `Asked on ${date}: nothing is known about you there.`,
    unavailable: (date: string) => `Asked on ${date}: nobody answered. It makes no difference to you.`,
    expired: (date: string) => `The answer of ${date} has expired and is not used any more.`,
    allowed: () => 'Allowed, and not asked yet.',
  },
  answers: {
    bureau: (value: string) => `Band ${value}`,
    income: (value: string) => `${value} a month`,
    phone_tenure: (value: string) => `${value} months`,
  } satisfies Record<EvidenceItem, (value: string) => string>,
  back: 'Back to the overview',
};

export type OwnLimitsTexts = typeof ownLimitsEn;

/** What is said about the last form of that page. */
export const ownLimitsNoticesEn = {
  own_locked: () => ({ good: true, text: 'Paying later is locked.' }),
  own_unlocking: () => ({ good: true, text: 'Noted. It stays locked for 24 hours.' }),
  own_ceiling_now: () => ({ good: true, text: 'Your ceilings are set.' }),
  own_ceiling_later: () => ({
    good: true,
    text: 'Noted. What is looser than before counts 24 hours from now.',
  }),
  own_purchase_invalid: () => ({
    field: 'purchase',
    text: 'Enter an amount above zero, or nothing for no ceiling. Nothing was changed.',
  }),
  own_total_invalid: () => ({
    field: 'total',
    text: 'Enter an amount above zero, or nothing for no ceiling. Nothing was changed.',
  }),
  income_kept: () => ({ good: true, text: 'Thank you. Your income is kept, encrypted.' }),
  income_removed: () => ({ good: true, text: 'What you told us about your income is deleted.' }),
  income_invalid: () => ({
    field: 'income',
    text: 'Enter what you earn in a month as a number; 0 if it is nothing. Nothing was changed.',
  }),
  pay_day_invalid: () => ({
    field: 'pay_day',
    text: 'Enter a day of the month from 1 to 31, or nothing. Nothing was changed.',
  }),
  income_too_often: () => ({
    text: 'Your income was changed five times within 30 days. Please wait before you change it again.',
  }),
  evidence_answered: () => ({ good: true, text: 'Thank you, there is an answer.' }),
  evidence_not_found: () => ({ text: 'Nothing is known about you there. It makes no difference to you.' }),
  evidence_unavailable: () => ({
    text: 'Nobody answered. It makes no difference to you; you can ask again in ten minutes.',
  }),
  evidence_too_soon: () => ({ text: 'This was asked a moment ago. You can ask again in ten minutes.' }),
  evidence_consent: () => ({ text: 'Nothing is asked without your consent. Tick the box first.' }),
  evidence_withdrawn: () => ({
    good: true,
    text: 'Taken back. The answer is deleted and not used any more.',
  }),
} satisfies Record<string, (values: Record<string, string>) => NoticeText>;
