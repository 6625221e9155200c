import type { NoticeText } from './shapes.ts';

/** What the pages say in English of a check of who somebody is that is done on another service's pages. */
export const hostedIdentityEn = {
  formHeading: 'Who you are',
  form: 'Stripe, a payments company, checks your identity on pages of its own. You come back here afterwards.',
  title: 'Check your identity',
  intro: 'Stripe checks who you are and tells us the result. It takes about two minutes.',
  needed: [
    'Have your passport, identity card or driving licence at hand.',
    'We get your name, your date of birth and the number, and keep them sealed; pictures stay at Stripe.',
    'You can change the device there. This page goes on once Stripe has what it needs.',
  ],
  go: 'Go on to Stripe',
  goHint: 'If you come back before you are done, nothing is lost: this page leads there again.',
  back: 'Back without a check',
  waitingTitle: 'Stripe is looking',
  waiting:
    'Stripe has what you handed in and compares it. That takes seconds, seldom a few minutes. You need not hand in anything again.',
  awayTitle: 'No answer from Stripe',
  away: 'We asked Stripe how your check stands and have no answer. What you handed in there is kept. Look again in a minute.',
  again: 'Look again',
};

export type HostedIdentityTexts = typeof hostedIdentityEn;

export const hostedIdentityNoticesEn = {
  identity_unfinished: (): NoticeText => ({
    text: 'The identity check was not finished. Begin it once more when you have your document at hand.',
  }),
  identity_document_expired: (): NoticeText => ({
    text: 'Your document has expired. Begin the check again with one that is still good.',
  }),
  identity_document_unsupported: (): NoticeText => ({
    text: 'This kind of document cannot be checked. Begin again with a passport, an identity card or a driving licence.',
  }),
  identity_document_unverified: (): NoticeText => ({
    text: 'Your document could not be verified. Begin again in good light, with the whole document in the picture and no glare.',
  }),
  identity_number_not_matched: (): NoticeText => ({
    text: 'The number does not go with this name and date of birth. Begin again and check each of them.',
  }),
  identity_selfie_not_matched: (): NoticeText => ({
    text: 'The picture of you does not match the one in the document. Begin again in good light, without glasses or a hat.',
  }),
  identity_device_unsupported: (): NoticeText => ({
    text: 'This device has no camera that can be used. Begin again on a phone.',
  }),
  identity_check_declined: (): NoticeText => ({
    text: 'You ended the check, so we do not know who you are, and nothing was changed. Begin again whenever you like.',
  }),
  identity_away: (): NoticeText => ({
    text: 'The identity check cannot be begun at the moment. Nothing was changed. Try again in a minute.',
  }),
};
