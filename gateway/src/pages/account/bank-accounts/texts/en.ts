import type { NoticeText } from '../../../texts/shapes.ts';

/** Everything that the pages say in English of bank accounts and their debits. Amounts, dates and names come formatted. */
export const banksEn = {
  title: 'Bank accounts',
  intro:
    'Accounts of your own, from which plans can be paid. Of each we show its bank and its last four digits only.',
  entryHeading: 'Bank accounts',
  entry: 'Bind an account of your own, and pay plans from it.',
  entryGo: 'Open bank accounts',
  name: (bank: string, last4: string) => `${bank}, ends in ${last4}`,
  boundOn: (date: string) => `Bound on ${date}`,
  none: 'You have bound no account.',
  allowedOn: (date: string) =>
    `You allowed debits on ${date}. Choose the account on the page of each plan that is to be paid from it.`,
  notAllowed: 'Nothing may be debited from this account.',
  read: 'What you agreed to',
  fingerprint: 'Fingerprint of the text that you read (SHA-256)',
  agree: 'I agree',
  allow: 'Allow debits',
  end: (account: string) => `End the permission for ${account}`,
  endButton: 'End the permission',
  endHint: 'At once. What the bank was asked for before goes on.',
  remove: (account: string) => `Remove the account ${account}`,
  removeButton: 'Remove the account',
  earlierHeading: 'Permissions that have ended',
  earlier: (account: string, from: string, until: string) => `${account}: from ${from} until ${until}`,
  endedBy: { shopper: 'ended by you', bank: 'ended by your bank' },
  addHeading: 'Add an account',
  addIntro:
    'It has to be in the name that your identity was verified with. After a change of your bank accounts no cash is drawn for 24 hours, and we tell you of it.',
  holder: 'Account holder',
  holderHint: 'Your name as the bank has it.',
  number: 'Account number',
  numberHint: 'All digits, or the IBAN. It is kept encrypted.',
  add: 'Add this account',
  full: 'You have as many accounts as can be bound. Remove one to add another.',
  proveHeading: 'Prove that it is you',
  proveIntro: 'Adding, allowing and removing need an identity check within the last 15 minutes.',
  prove: 'Check my identity',
  testHeading: 'Test accounts of this sandbox',
  testIntro: 'Bind them under your own name. Each answers as it says.',
  testNumber: 'Number',
  testResult: 'What happens',
  back: 'Back to you',
  planLink: 'Pay from a bank account: bind one, or look after yours',
  payFrom: (account: string) =>
    `Asked of ${account}. Its bank takes about two business days; interest runs until then, and nothing becomes late meanwhile.`,
  waitingHeading: 'On its way from your bank',
  waiting: (amount: string) =>
    `We asked your bank for ${amount}. It takes about two business days; until then nothing of it becomes late, and it is asked for once only.`,
  chargedBack: (amount: string) =>
    `Your bank took ${amount} back, so it is owed again. Please pay it another way; this account is not asked again.`,
  failed: {
    insufficient_funds: (amount: string) =>
      `There is not enough money on the account for ${amount}. Nothing was taken. We ask at most twice more; you can also choose another way below.`,
    refused: (amount: string) =>
      `Your bank did not pay ${amount}. Nothing was taken, and this account is not asked again. Choose another way below, then pay again.`,
    other: (amount: string) =>
      `Your bank did not pay ${amount}. Nothing was taken. Pay again, or choose another way below.`,
  },
};

export type BankTexts = typeof banksEn;

/** What is said about the last form. */
export const bankNoticesEn = {
  bank_bound: (): NoticeText => ({
    good: true,
    text: 'The account is bound. To pay plans from it, allow debits below.',
  }),
  bank_removed: (): NoticeText => ({ good: true, text: 'The account is removed.' }),
  bank_allowed: (): NoticeText => ({
    good: true,
    text: 'Debits are allowed. Choose the account on the page of each plan that is to be paid from it.',
  }),
  bank_ended: (): NoticeText => ({
    good: true,
    text: 'The permission has ended. Nothing is debited any more.',
  }),
  bank_chosen: (): NoticeText => ({
    good: true,
    text: 'From now on the payments are taken from the bank account.',
  }),
  bank_holder_differs: (): NoticeText => ({
    field: 'holder',
    text: 'This is not the name that your identity was verified with. Only an account of your own can be bound.',
  }),
  bank_number_invalid: (): NoticeText => ({
    field: 'number',
    text: 'This is no account number. Copy all digits from your bank’s card or statement.',
  }),
  bank_name_differs: (): NoticeText => ({
    field: 'holder',
    text: 'The bank says that the account has another holder.',
  }),
  bank_account_closed: (): NoticeText => ({
    field: 'number',
    text: 'The bank says that the account is closed.',
  }),
  bank_account_not_found: (): NoticeText => ({ field: 'number', text: 'The bank knows no such account.' }),
  bank_not_a_test_account: (): NoticeText => ({
    field: 'number',
    text: 'In a sandbox only the test accounts below can be bound.',
  }),
  bank_account_in_use: (): NoticeText => ({
    field: 'number',
    text: 'Somebody else has bound this account.',
  }),
  bank_too_many: (): NoticeText => ({ text: 'You have as many accounts as can be bound. Remove one first.' }),
  bank_no_answer: (): NoticeText => ({
    text: 'The bank does not answer now. Nothing was changed; try again in a minute.',
  }),
  bank_consents: (): NoticeText => ({
    text: 'Please agree to each text; the identity check is one of them.',
  }),
  bank_in_use: (): NoticeText => ({
    text: 'A plan is still paid from this account, or its bank has not answered yet. Choose another way to pay on the page of that plan first.',
  }),
  bank_gone: (): NoticeText => ({ text: 'That account is not bound any more.' }),
};
