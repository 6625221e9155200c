import type { DisputeEnd } from '../../../../disputes/disputes.ts';
import type { DisputeReason, DisputeStatus } from '../../../../disputes/state.ts';

/** What the account says about disputes in English. Amounts, dates and names come formatted. */
export const disputesEn = {
  heading: 'Something wrong with this order?',
  intro: (shop: string) =>
    `If it did not come, is not what ${shop} promised, or is not yours, dispute it. Your payments wait until it is decided, and waiting costs nothing.`,
  start: 'Dispute this order',
  openHeading: 'Your dispute',
  openLine: (amount: string, shop: string, date: string) =>
    `You dispute ${amount}. ${shop} has until ${date} to answer; until it is decided your payments wait.`,
  reviewLine: (amount: string, shop: string) =>
    `You dispute ${amount}. ${shop} has answered, and a person decides. Until then your payments wait.`,
  pastHeading: 'Earlier dispute',
  look: 'Look at it',
  title: 'Dispute an order',
  oneTitle: 'Your dispute',
  reasonLabel: 'What is wrong?',
  reasons: {
    not_received: 'It did not come',
    damaged: 'It is damaged or does not work',
    not_as_described: 'It is not as described',
    unknown_order: 'I do not know this order',
    canceled: 'I canceled it',
    charged_twice: 'I was charged twice',
  } satisfies Record<DisputeReason, string>,
  amountLabel: 'How much of it?',
  amountHint: (most: string) =>
    `All that can still be refunded is ${most}. Write less if only a part is wrong.`,
  wordsLabel: 'What happened?',
  wordsHint: 'In your own words, at most 2,000 characters. The shop reads them.',
  fileLabel: 'A file, if you have one',
  fileHint: 'A photo (JPEG, PNG, WebP), a PDF or a text, at most 5 MB. You can add more afterwards.',
  send: 'Open the dispute',
  sendNote: (date: string) =>
    `From now on nothing is taken and nothing becomes late. The shop has until ${date} to answer; if it does not, you get a refund.`,
  back: 'Back to the plan',
  factStatus: 'Where it stands',
  factReason: 'Reason',
  factAmount: 'Disputed',
  factDue: 'The shop answers by',
  factRefunded: 'Refunded to you',
  statuses: {
    open: 'waiting for the shop',
    under_review: 'a person decides',
    won: 'decided for the shop',
    lost: 'decided for you',
    partly_won: 'decided for you in part',
    withdrawn: 'withdrawn by you',
  } satisfies Record<DisputeStatus, string>,
  ends: {
    merchant: 'The shop accepted it.',
    deadline: 'The shop did not answer in time.',
    operator: 'A person decided it.',
    shopper: 'You withdrew it.',
  } satisfies Record<DisputeEnd, string>,
  yourWords: 'What you wrote',
  shopWords: 'What the shop answered',
  decision: 'Why it was decided so',
  files: 'Files',
  givenBy: { shopper: 'from you', merchant: 'from the shop' },
  addFile: 'Add this file',
  withdraw: 'Withdraw the dispute',
  withdrawHint: 'Your payments go on at once, later by the days that they waited.',
};

export type DisputesTexts = typeof disputesEn;

/** What is said after a form about disputes. */
export const disputeNoticesEn = {
  dispute_opened: 'The dispute is open. Your payments wait until it is decided.',
  dispute_withdrawn: 'The dispute is withdrawn. Your payments go on.',
  dispute_over: 'This dispute is over; nothing was changed.',
  dispute_impossible: 'This order cannot be disputed now; nothing was opened.',
  dispute_return_open:
    'A return of this order waits for the shop. Withdraw it first, or wait for the answer.',
  dispute_incomplete: 'Choose a reason, write what happened, and an amount that can still be refunded.',
  dispute_file_added: 'The file is added.',
  dispute_file_refused:
    'That file was not taken: it is empty, too large, or neither a photo, a PDF nor a text.',
  dispute_file_limit: 'You have given as many files as there may be.',
};
