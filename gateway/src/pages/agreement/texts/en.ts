import type { AgreementSection } from '../../texts/agreement-facts.ts';

/** What the words of an agreement are filled with: formatted amounts and dates, and names. */
export type PermissionFacts = {
  shop: string;
  funder: string;
  description: string;
  order: string;
  day: string;
  month: string;
  /** What all agreements of the shopper together may take in a day. */
  shopperDay: string;
  zero: string;
  chargeAfterDays: number;
  termsVersion: string;
  agreedOn: string;
};

/** Everything that is said in English about agreements to pay later without confirming each order. */
export const agreementsEn = {
  signInTitle: 'Pay later without confirming each time',
  signInIntro: (shop: string) =>
    `${shop} asks whether it may take orders that you pay later, without asking you each time. Sign in to read what you would agree to. Nothing is agreed yet.`,
  identityTitle: 'Prove that it is you',
  identityIntro:
    'Only you may agree to this, so we check your identity again. The check is good for 15 minutes.',
  identityGo: 'Check',
  signedInAs: (phone: string) => `Signed in with ${phone}.`,
  other: 'That is not me: use another number',
  termsTitle: 'Read and decide',
  termsIntro: (shop: string) =>
    `This is off unless you switch it on. If you do not want it, go back to ${shop}; you can still confirm each order yourself.`,
  shop: 'Shop',
  purpose: 'What for',
  orderCeiling: 'For one order, at most',
  dayCeiling: 'In a day, at most',
  monthCeiling: 'In a month, at most',
  charged: 'Charged to your card',
  chargedAfter: (days: number) =>
    days === 0 ? 'on the day of the final amount' : `${days} days after the final amount`,
  fundedBy: 'Funded by',
  end: 'Ending it',
  endHow: 'at any time, with one tap in your account',
  textHeading: 'What you agree to',
  consentTitle: (shop: string) => `Orders at ${shop} without my confirmation`,
  consentBody: (shop: string, order: string) =>
    `I allow ${shop} to take orders of up to ${order} each without asking me each time, as written above, until I end it.`,
  agree: 'I agree',
  button: 'Switch it on',
  buttonHint: 'Nothing is charged now.',
  back: (shop: string) => `Go back to ${shop}`,
  noFunder: 'Nobody can fund such orders at the moment. This is not about you; try again in a while.',
  doneTitle: 'Switched on',
  doneIntro: (shop: string) =>
    `${shop} may now take orders that you pay later. We send you a message for each of them.`,
  suspendedTitle: 'Suspended for now',
  suspendedIntro: 'Something is late, so no order is taken until it is paid. Your account shows what.',
  account: 'See it in your account, and end it there',
  endedTitle: 'This agreement has ended',
  ended: (shop: string) => `${shop} cannot take orders by it. Orders taken before stay as they are.`,
  expired: 'The time to agree is over. Nothing was agreed.',
  list: {
    title: 'Your agreements',
    intro:
      'Shops that may take orders which you pay later, without asking you each time. You can end each of them at once.',
    none: 'There is none: every order needs your confirmation.',
    endNow: (shop: string) => `End it for ${shop}`,
    endHint: 'Works at once. Orders taken before stay to be paid.',
    statuses: {
      pending: 'not agreed yet',
      active: 'switched on',
      suspended: 'suspended, because something is late',
      ended: 'ended',
    },
    agreedOn: 'Agreed on',
    endedOn: 'Ended on',
    card: 'Card',
    ended: (count: string) => `Ended agreements: ${count}`,
    refused: 'The last order was refused',
  },
  text: permissionText,
};

export type AgreementsTexts = typeof agreementsEn;

function permissionText(facts: PermissionFacts): AgreementSection[] {
  return [
    {
      heading: 'What you allow',
      paragraphs: [
        `${facts.shop} may take orders for “${facts.description}” without asking you each time: at most ${facts.order} for one order, ${facts.day} in a day and ${facts.month} in a month.`,
        `All such agreements of yours together take at most ${facts.shopperDay} in a day.`,
      ],
    },
    {
      heading: 'When you pay',
      paragraphs: [
        facts.chargeAfterDays === 0
          ? 'Each order is taken from the card you choose here on the day on which the shop tells the final amount.'
          : `Each order is taken from the card you choose here ${facts.chargeAfterDays} days after the shop tells the final amount.`,
        'The shop may first reserve more than the order will cost. You owe only the final amount, and nothing before the shop tells it. You can pay earlier at any time.',
      ],
    },
    {
      heading: 'What it costs',
      paragraphs: [`You pay what the order costs. Interest: ${facts.zero}. Fees: ${facts.zero}.`],
    },
    {
      heading: 'Who funds it',
      paragraphs: [
        `${facts.funder} pays ${facts.shop} for you and owns what you owe; Morrow runs this and collects the payments. No funder that you have not agreed to carries an order.`,
        'Each order is decided anew by your pay score and what you may owe. An order can be refused.',
      ],
    },
    {
      heading: 'What you are told',
      paragraphs: ['We send you a message for each order, for its final amount and for each payment.'],
    },
    {
      heading: 'If a payment is late',
      paragraphs: [
        'We try the card again after 1, 3, 7, 14 and 30 days and tell you each time. From the 4th day on no order is taken until it is paid, and your pay score falls.',
      ],
    },
    {
      heading: 'How it ends',
      paragraphs: [
        `You can end it at any time and without a reason, with one tap in your account; it works at once. ${facts.shop} can end it, too. Orders taken before stay to be paid.`,
      ],
    },
    {
      heading: 'This text',
      paragraphs: [
        `Terms ${facts.termsVersion}, agreed on ${facts.agreedOn}. What you agree to cannot be changed afterwards without you.`,
      ],
    },
  ];
}
