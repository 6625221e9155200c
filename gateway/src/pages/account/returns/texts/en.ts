import type { RejectionReason, ReturnReason, ReturnStatus } from '../../../../orders/returns.ts';

/** What the account says about returns in English. Amounts, dates and names come formatted. */
export const returnsEn = {
  heading: 'Sending something back?',
  intro: (shop: string) =>
    `Tell us when you send goods back to ${shop}. Your payments wait until the shop has answered, at most 14 days, and waiting costs nothing.`,
  start: 'Declare a return',
  openHeading: 'Your return',
  open: (amount: string, shop: string, date: string) =>
    `You are sending back goods for ${amount}. ${shop} has until ${date} to answer; until then your payments wait.`,
  withdraw: 'I keep it: withdraw the return',
  withdrawHint: 'Your payments go on at once, later by the days that they waited.',
  pastHeading: 'Earlier returns',
  ended: {
    declared: (amount: string, date: string) => `${date}: ${amount}, waiting for the shop`,
    accepted: (amount: string, date: string) => `${date}: ${amount}, accepted and refunded`,
    rejected: (amount: string, date: string) => `${date}: ${amount}, refused by the shop`,
    withdrawn: (amount: string, date: string) => `${date}: ${amount}, withdrawn by you`,
    released: (amount: string, date: string) => `${date}: ${amount}, not answered in time`,
  } satisfies Record<ReturnStatus, (amount: string, date: string) => string>,
  rejections: {
    not_received: 'The shop says that it has not received the goods.',
    used_or_damaged: 'The shop says that the goods came back used or damaged.',
    too_late: 'The shop says that the time for returning them was over.',
    not_returnable: 'The shop says that these goods cannot be returned.',
    other: 'The shop gave no closer reason.',
  } satisfies Record<RejectionReason, string>,
  dispute: 'If you do not agree, you can dispute it: ask us to look at it.',
  title: 'Declare a return',
  ask: (shop: string) => `What goes back to ${shop}?`,
  itemsLegend: 'Items of your order',
  quantity: (name: string, count: number) => (count === 1 ? name : `${count} × ${name}`),
  ownLabel: 'Or an amount of your own',
  ownHint: (most: string) => `For a part of an item. At most ${most} can still be refunded.`,
  reasonLabel: 'Why?',
  reasons: {
    changed_mind: 'I changed my mind',
    wrong_item: 'It is not what I ordered',
    damaged: 'It is damaged or does not work',
    not_as_described: 'It is not as described',
    late: 'It came too late',
    other: 'Another reason',
  } satisfies Record<ReturnReason, string>,
  next: 'See what would happen',
  nothingChosen: 'Choose an item, or write an amount.',
  unreadable: (most: string) => `Write an amount like 12.50, above zero and at most ${most}.`,
  above: (most: string) => `At most ${most} of this order can still be refunded.`,
  reasonMissing: 'Choose a reason.',
  impossible: 'Nothing of this order can be declared as a return now.',
  effectHeading: 'What would happen',
  effect: (amount: string) => `If the shop accepts it and refunds ${amount} today:`,
  debtReduced: 'Taken off what you owe',
  moneyBack: 'Sent back to your card',
  interestReturned: 'Interest that you get back with it',
  pauseNote: (date: string) =>
    `From now until the shop answers nothing is taken and nothing becomes late. Without an answer your payments go on from ${date}, later by the days that they waited.`,
  tableHeading: 'Your payments, now and after the refund',
  date: 'Date',
  before: 'Now',
  after: 'After it',
  nothingLeft: 'nothing',
  confirm: (amount: string) => `Declare the return of ${amount}`,
  change: 'Choose something else',
  back: 'Back to the plan',
};

export type ReturnsTexts = typeof returnsEn;
