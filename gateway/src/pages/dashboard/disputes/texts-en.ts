import type { MemberAction } from '../../../members/audit.ts';
import type { DisputeEnd } from '../../../disputes/disputes.ts';
import type { DisputeReason, DisputeStatus } from '../../../disputes/state.ts';

/** What the disputes of the dashboard say in English. Amounts and dates come formatted. */
export const disputesSectionEn = {
  title: 'Disputes',
  intro: 'A shopper says that an order is not what they pay for. One that you do not answer in time is lost.',
  waiting: 'To answer',
  review: 'Under review',
  all: 'All',
  list: 'Disputes',
  empty: 'There are none.',
  opened: 'Opened',
  status: 'Status',
  reason: 'Reason',
  amount: 'Amount',
  due: 'Answer by',
  order: 'Order',
  more: 'More',
  one: (amount: string) => `Dispute over ${amount}`,
  back: 'All disputes',
  deadline: (date: string) => `Answer by ${date}. Without an answer the dispute is lost.`,
  late: (date: string) => `It was to be answered by ${date}; you can still accept it.`,
  words: 'What the shopper wrote',
  answer: 'What you answered',
  noAnswer: 'You have not answered.',
  note: 'Why it was decided so',
  facts: 'Dispute',
  apart: 'Set apart from what you are paid',
  refunded: 'Refunded to the shopper',
  endedBy: 'Ended by',
  ends: {
    merchant: 'you, who accepted it',
    deadline: 'the deadline, without an answer',
    operator: 'our decision',
    shopper: 'the shopper, who withdrew it',
  } satisfies Record<DisputeEnd, string>,
  statuses: {
    open: 'waits for you',
    under_review: 'under review',
    won: 'won',
    lost: 'lost',
    partly_won: 'won in part',
    withdrawn: 'withdrawn',
  } satisfies Record<DisputeStatus, string>,
  reasons: {
    not_received: 'not received',
    damaged: 'damaged',
    not_as_described: 'not as described',
    unknown_order: 'does not know the order',
    canceled: 'was canceled',
    charged_twice: 'charged twice',
  } satisfies Record<DisputeReason, string>,
  files: 'Files',
  filesHint: 'Files of strangers: they are saved and not shown here.',
  noFiles: 'Nobody gave a file.',
  file: 'File',
  givenBy: 'Given by',
  sides: { shopper: 'the shopper', merchant: 'you' },
  size: 'Bytes',
  answerHeading: 'Answer it',
  answerLabel: 'Why is it not right?',
  answerHint: 'In plain words, at most 2,000 characters. The shopper and whoever decides read it.',
  send: 'Send the answer',
  sendNote: 'Once sent, an answer cannot be changed. You can add files until it is decided.',
  addHeading: 'Add a file',
  fileLabel: 'A proof, such as a receipt of delivery',
  fileHint: 'PDF, JPEG, PNG, WebP or text, at most 5 MB.',
  withFile: 'And a file, if you have one',
  add: 'Add the file',
  acceptHeading: 'Accept it',
  accept: (amount: string) => `Accept it: ${amount} goes back to the shopper`,
  acceptHint: 'The dispute is lost and over at once, and the rate part of the fee comes back to you.',
};

/** What is said about a step with a dispute that went well. */
export const disputesSaidEn = {
  dispute_answered: 'Your answer is sent. A person decides by what both sides wrote and gave.',
  dispute_accepted: 'The dispute is accepted. The shopper gets the money back.',
  dispute_file_added: 'The file is added.',
};

/** And about one that did not. */
export const disputesTroubleEn = {
  dispute_over: 'That is not possible any more: the dispute is over, answered, or past its time.',
  dispute_words: 'Write your answer in 1 to 2,000 characters.',
  dispute_file_refused: 'That file was not taken: it has to be PDF, JPEG, PNG, WebP or text of at most 5 MB.',
  dispute_file_limit: 'You have given ten files already; there is no room for more.',
};

/** How the audit log calls what members do here. */
export const disputesActionsEn = {
  dispute_answered: 'Answered a dispute',
  dispute_accepted: 'Accepted a dispute',
  dispute_file_added: 'Added a file to a dispute',
  dispute_file_read: 'Saved a file of a dispute',
} satisfies Partial<Record<MemberAction, string>>;
