import type { LimitChange } from '../../../../standing/limit-changes.ts';
import type { RaiseObstacle } from '../../../../standing/limit-policy.ts';
import type { NoticeText } from '../../../texts/shapes.ts';

/** What the account says about limit and price, in English. Amounts, rates and dates come formatted. */
export const limitsEn = {
  title: 'Limit and price',
  link: 'How your limit and your price moved, and what moves them',
  intro:
    'How much you can pay later, what plans with interest cost you, and why. Both are reviewed when a month is over in which you used the line.',
  none: 'You have no limit yet. It is set at your first purchase.',
  heading: 'Your terms now',
  limit: 'Limit',
  price: 'New plans with interest',
  rate: (rate: string) => `${rate} a year`,
  since: 'Since',
  review: 'Next review',
  reviewLater: 'When you use it again',
  offerHeading: 'You may raise your limit',
  offer: (from: string, to: string) => `From ${from} to ${to}.`,
  offerHint: (until: string) =>
    `Open until ${until}. It stays as it is unless you say yes, and a higher limit is no reason to buy anything.`,
  accept: (to: string) => `Raise it to ${to}`,
  decline: 'Leave it as it is',
  movesHeading: 'What moves it',
  raiseNext: (to: string) =>
    `Nothing stands in the way: as things are, it may rise to ${to} at the next review.`,
  cutNext: (to: string) => `As things are, it falls to ${to} at the next review.`,
  obstacles: {
    late: () => 'A payment is late. Nothing rises before it is paid.',
    suspended: () => 'New plans are on hold for now, and until that is over nothing rises.',
    thin_file: () =>
      'We hardly know you yet. Until three payments are made and two months are over, the limit stays at a tenth of what is possible.',
    at_target: () => 'Your limit is as high as it gets.',
    score: (needed, score) => `It can rise from a pay score of ${needed} on. Yours is ${score}.`,
    clean_months: (months) =>
      `It rises after ${months} months without a late payment, counted from the day on which the last late one was paid.`,
    no_repayment: () => 'It rises only after a month in which you paid something on time.',
    line_full: () => 'Nearly all of your limit is used. It rises when some of that is paid back.',
    just_changed: (days, rest) =>
      `It rises no sooner than ${days} days after it began or last rose, and ${rest} days after it fell.`,
    declined: () => 'You left an offered raise as it was. We ask again half a year later.',
  } satisfies Record<RaiseObstacle, (one: string, other: string) => string>,
  cheaper: (score: string, rate: string) =>
    `From a pay score of ${score} on, new plans with interest cost ${rate} a year.`,
  dearer: (score: string, rate: string) => `Below ${score} they cost ${rate} a year.`,
  down: (onHold: string, long: string) =>
    `A payment that is ${onHold} days late puts new plans on hold, and one that is ${long} days late lowers the limit by a step. Plans that you agreed to stay as they are.`,
  historyHeading: 'How it moved',
  picture: 'Limit and yearly price over time, as in the table below',
  date: 'Date',
  change: 'Change',
  reason: 'Why',
  began: 'You began with this.',
  beganWith: (limit: string, rate: string) => `Limit ${limit}, price ${rate}`,
  limitMoved: (from: string, to: string) => `Limit from ${from} to ${to}`,
  priceMoved: (from: string, to: string) => `Price from ${from} to ${to}`,
  states: {
    offered: 'Offered; it waits for your answer.',
    accepted: 'Offered, and you accepted it.',
    declined: 'Offered, and you left it as it was.',
    expired: 'Offered; it was not answered in time.',
    withdrawn: 'Offered, and withdrawn before you answered.',
  } satisfies Record<Exclude<LimitChange['status'], 'applied'>, string>,
};

export const limitNoticesEn = {
  raise_accepted: (): NoticeText => ({ good: true, text: 'Your limit is raised.' }),
  raise_declined: (): NoticeText => ({ good: true, text: 'Your limit stays as it is.' }),
  raise_gone: (): NoticeText => ({ text: 'This offer is not open any more. Your limit stays as it is.' }),
};

export type LimitsTexts = typeof limitsEn;
