import type { NoticeText } from '../../../texts/shapes.ts';

/** Everything that the pages say in English of the ways to sign in. */
export const signingInEn = {
  title: 'Signing in',
  intro: (phone: string) => `A code to ${phone} always opens your account. A passkey does so without a code.`,
  entry: 'Sign in with your fingerprint, your face or your device’s lock instead of a code.',
  entryGo: 'Your passkeys',
  passkey: {
    use: 'Use a passkey',
    failed: 'No passkey was used. Try again, or ask for a code instead.',
  },
  outside: {
    use: (name: string) => `Sign in with ${name}`,
    heading: 'Accounts elsewhere',
    hint: 'Whoever is signed in there is signed in here. We ask there for nothing but your phone number.',
    linked: (made: string, used: string | undefined) =>
      used === undefined ? `Linked on ${made}` : `Linked on ${made}, last used on ${used}`,
    remove: 'Remove',
    removeNamed: (name: string) => `Remove ${name}`,
  },
  offerHeading: 'Next time without a code',
  offer: 'Make a passkey on this device: your fingerprint, your face or the device’s lock signs you in.',
  passkeysHeading: 'Passkeys',
  passkeysHint:
    'A passkey stays on your device or in your password manager. We keep only what recognises it, and nobody can type it in elsewhere.',
  none: 'You have no passkey yet.',
  full: 'You have 10 passkeys, which is as many as there can be. Remove one that you no longer use to add another.',
  add: 'Make a passkey',
  notMade: 'No passkey was made. Try again, or go on with codes: nothing was changed.',
  noScript: 'Passkeys need JavaScript, which this browser does not run. Codes work without it.',
  elsewhere: 'Browsers make no passkeys for a numeric address like this one. Open this page here:',
  unnamed: (date: string) => `Passkey of ${date}`,
  made: (made: string, used: string | undefined) =>
    used === undefined ? `Made on ${made}, not used yet` : `Made on ${made}, last used on ${used}`,
  change: 'Rename or remove',
  name: 'Name',
  nameButton: 'Keep this name',
  remove: 'Remove this passkey',
  removeNamed: (name: string) => `Remove this passkey: ${name}`,
  proveHeading: 'Prove that it is you',
  proveIntro:
    'A passkey opens everything here, so adding one needs an identity check within the last 15 minutes.',
  prove: 'Check my identity',
  back: 'Back to the page about you',
};

export type SigningInTexts = typeof signingInEn;

export const signingInNoticesEn = {
  passkey_refused: (): NoticeText => ({
    text: 'This passkey did not sign you in. Try once more, or ask for a code: that always works.',
  }),
  passkey_limit: (): NoticeText => ({
    text: 'There were too many tries with passkeys from here. Ask for a code, or wait ten minutes.',
  }),
  passkey_added: (): NoticeText => ({
    good: true,
    text: 'Your passkey is ready. It signs you in the next time, here and at every checkout.',
  }),
  passkey_not_made: (): NoticeText => ({
    text: 'This passkey was not kept: the page was open too long, or the device did not check that it is you. Try again.',
  }),
  passkey_too_many: (): NoticeText => ({
    text: 'You have as many passkeys as there can be. Remove one that you no longer use, then add this one.',
  }),
  passkey_named: (): NoticeText => ({ good: true, text: 'The name is kept.' }),
  passkey_name_long: (): NoticeText => ({
    text: 'The name of a passkey has at most 40 characters. Choose a shorter one.',
  }),
  passkey_removed: (): NoticeText => ({
    good: true,
    text: 'The passkey is removed, and you are signed out everywhere else. Delete it in your password manager, too.',
  }),
  outside_refused: (): NoticeText => ({
    text: 'You were not signed in there, so nothing was changed here. Try again, or sign in by code.',
  }),
  outside_unavailable: (): NoticeText => ({
    text: 'The other service does not answer. Sign in by code, or try again in a minute.',
  }),
  outside_limit: (): NoticeText => ({
    text: 'There were too many tries from here. Sign in by code, or wait ten minutes.',
  }),
  outside_needs_phone: (): NoticeText => ({
    good: true,
    text: 'You are signed in there, and we do not know you by it yet. Prove your mobile number once: from then on it signs you in here.',
  }),
  outside_removed: (): NoticeText => ({ good: true, text: 'It does not sign you in here any more.' }),
  outside_gone: (): NoticeText => ({ text: 'This was removed before. Below is what there is now.' }),
  passkey_gone: (): NoticeText => ({ text: 'This passkey was removed before. Below is what there is now.' }),
};
