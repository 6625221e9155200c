import type { AppealStatus } from '../../../../appeals/appeals.ts';

/** What the account says of decisions and appeals in English. */
export const decisionsEn = {
  title: 'Decisions',
  intro:
    'Every decision about you of the last 13 months, with its reasons. Shops are told yes or no, and nothing else.',
  none: 'Nothing has been decided about you in the last 13 months.',
  older: 'Older decisions',
  outcomes: { approved: 'Approved', declined: 'Declined' },
  draw: 'Cash draw',
  order: (shop: string) => `${shop}, by your agreement`,
  look: 'Reasons and next steps',
  of: (date: string, amount: string) => `${date}, ${amount}`,
  oneTitle: (what: string) => `Decision on ${what}`,
  why: 'Why',
  approvedWhy: 'It was approved.',
  byPerson: 'It was approved because a person had looked at your appeal.',
  back: 'All decisions',
  appealHeading: 'You do not agree?',
  appealHint: (left: string) =>
    `We decide again at once with the facts of today. If you then still do not agree, a person looks at it. You can appeal ${left} more times in 30 days.`,
  appealButton: 'Decide again with the facts of today',
  noneLeft: 'You have appealed three times in 30 days. You can again when the first of them is 30 days ago.',
  againHeading: 'Decided again',
  againApproved: (date: string) =>
    `With the facts of ${date} it is approved. Start again from the shop: the checkout of then is over.`,
  againDeclined: (date: string) => `With the facts of ${date} it is still declined.`,
  askHeading: 'Ask for a person',
  askIntro:
    'Tell us in your own words what we should know. It is kept encrypted, and only who decides reads it. Please do not write anything about health.',
  askLabel: 'What should we know?',
  askHint: 'At most 2000 characters.',
  askButton: 'Ask for a person',
  openText: (date: string) =>
    `Since ${date} a person has it to look at. You get a message when it is answered.`,
  yourWords: 'What you wrote',
  answer: 'What we answered',
  withdraw: 'Withdraw my appeal',
  granted: (amount: string, date: string) =>
    `Until ${date}, one purchase of up to ${amount} goes ahead whatever your score. Start again from the shop.`,
  grantUsed: 'The purchase that was granted has been decided.',
  grantOver: 'The time of what was granted is over.',
  statuses: {
    rescored: 'Decided again',
    open: 'A person looks at it',
    upheld: 'A person looked at it, and it stands',
    granted: 'A person granted it',
    withdrawn: 'You withdrew your appeal',
  } satisfies Record<AppealStatus, string>,
  adverseHeading: 'Notice',
  adverse:
    'The federal Equal Credit Opportunity Act prohibits creditors from discriminating against credit applicants on the basis of race, color, religion, national origin, sex, marital status, age (provided the applicant has the capacity to enter into a binding contract); because all or part of the applicant’s income derives from any public assistance program; or because the applicant has in good faith exercised any right under the Consumer Credit Protection Act. The federal agency that administers compliance with this law concerning this creditor is the Federal Trade Commission, Equal Credit Opportunity, Washington, DC 20580.',
};

export const decisionNoticesEn = {
  appeal_too_many: () => ({
    text: 'You have appealed three times in 30 days. Please wait until you can again.',
  }),
  appeal_refused: () => ({ text: 'This decision cannot be appealed against now.' }),
  appeal_asked: () => ({ good: true, text: 'We have it. A person looks at it and answers you.' }),
  appeal_words: () => ({ field: 'words', text: 'Tell us in your own words, in at most 2000 characters.' }),
  appeal_gone: () => ({ text: 'There is no appeal here that waits for that any more.' }),
  appeal_withdrawn: () => ({ good: true, text: 'Your appeal is withdrawn.' }),
};

export type DecisionTexts = typeof decisionsEn;
