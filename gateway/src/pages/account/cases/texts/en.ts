import type { CaseAboutKind, CaseSide, CaseStatus } from '../../../../cases/cases.ts';

/** What the account says about questions in English. Times, amounts and names come formatted. */
export const casesEn = {
  title: 'Questions',
  intro: 'What you asked us, and what we or a shop wrote to you. A person answers.',
  none: 'You have not asked anything yet.',
  askLink: 'Ask a question',
  helpHeading: 'Look for an answer first',
  askTitle: 'Ask a question',
  askIntro: 'We look for an answer in our help first. Nothing is sent before you say so.',
  aboutLabel: 'What is it about?',
  aboutGeneral: 'Something else',
  aboutGroups: { order: 'A purchase', payment: 'A payment', dispute: 'A dispute' },
  purchaseOf: (name: string, amount: string, date: string) => `${name}, ${amount}, ${date}`,
  paymentOf: (name: string, amount: string, date: string) => `${amount} for ${name}, ${date}`,
  subjectLabel: 'In one line',
  subjectHint: 'At most 150 characters.',
  textLabel: 'Your question',
  textHint: 'In your own words, at most 4,000 characters. Please write no card numbers and no codes.',
  go: 'Go on',
  answersHeading: 'Does this answer it?',
  answersHint: 'If it does, you need not send anything.',
  noAnswers: 'We found nothing in our help that fits. Send your question; a person answers it.',
  readersLabel: 'Who reads it?',
  readers: {
    shopper: 'Only Morrow',
    all: (shop: string) => `Morrow and ${shop}`,
  },
  send: 'Send my question',
  again: 'Look for answers again',
  about: 'About',
  kinds: {
    general: 'Something else',
    order: 'Your purchase',
    plan: 'Your plan',
    payment: 'Your payment',
    dispute: 'Your dispute',
  } satisfies Record<CaseAboutKind, string>,
  untitled: {
    general: 'A message to you',
    order: 'About your purchase',
    plan: 'About your plan',
    payment: 'About your payment',
    dispute: 'About your dispute',
  } satisfies Record<CaseAboutKind, string>,
  status: 'Where it stands',
  statuses: {
    open: 'we work on it',
    waiting_for_shopper: 'waits for you',
    waiting_for_merchant: 'waits for the shop',
    waiting_for_operator: 'waits for us',
    closed: 'closed',
  } satisfies Record<CaseStatus, string>,
  from: { shopper: 'You', operator: 'Morrow', merchant: 'The shop' } satisfies Record<CaseSide, string>,
  to: { shopper: 'you and Morrow', all: 'you, Morrow and the shop' },
  article: 'From our help:',
  replyHeading: 'Write in it',
  reopenHeading: 'Not settled? Write again',
  replyLabel: 'Your message',
  reply: 'Send',
  close: 'It is settled: close it',
  closeHint: 'You can open it again by writing in it.',
  back: 'All questions',
};

export type CasesTexts = typeof casesEn;

/** What is said after a form about questions. */
export const caseNoticesEn = {
  case_sent: 'Your question is sent. A person answers it, and you get a message.',
  case_written: 'Your message is sent.',
  case_closed: 'The question is closed.',
  case_not_yours: 'Whoever opened it closes it, or Morrow does.',
  case_incomplete:
    'Write one line of at most 150 characters, and a question of at most 4,000. Nothing was sent.',
  case_text: 'Write 1 to 4,000 characters. Nothing was sent.',
  case_too_many:
    'That is more than can be open at once, or more than one question can hold. Nothing was sent.',
};
