/** What the checkout says where a purchase is to be confirmed by one more code, in English. */
export const challengeEn = {
  title: 'One more code',
  intro: (phone: string) =>
    `Something about this purchase is unusual, so we want to be sure that it is you. We send a code of 6 digits to your phone, ${phone}.`,
  send: 'Send me the code',
  sent: (phone: string) =>
    `Something about this purchase is unusual, so we sent a code of 6 digits to your phone, ${phone}. It is good for 5 minutes.`,
  label: 'Code for this purchase',
  hint: '6 digits. We never ask for it by phone.',
  check: 'It is me: continue',
  again: 'Send a new code',
  whyHeading: 'Why do you ask?',
  why: 'It happens when a purchase comes from a new device or another country, or when there were many in a short time. It does not count against you: your pay score stays as it is.',
};
