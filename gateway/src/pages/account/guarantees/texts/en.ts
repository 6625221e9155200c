import type { GuaranteeStatus, Role } from '../../../../credit/guarantees/guarantees.ts';
import type { VouchObstacle } from '../../../../repayments/guarantors/eligibility.ts';
import type { AgreementSection } from '../../../texts/agreement-facts.ts';

/** Everything that is said in English about vouching for a friend. */
export const guaranteesEn = {
  title: 'Vouch for a friend',
  intro:
    'You vouch for what a friend buys, up to an amount that you choose. It is free for both of you, and neither pay score changes by it.',
  entryHeading: 'Friends who vouch for each other',
  entryOffers: (count: string) => `Offers that wait for your answer: ${count}`,
  entryGiven: (amount: string) => `You have set ${amount} aside for friends.`,
  entryReceived: (amount: string) => `A friend vouches for you, for up to ${amount}.`,
  entryGo: 'Open',
  entryVouch: 'Vouch for a friend',
  lineGuaranteed: 'Beyond the limit: a friend vouches for it',
  linePledged: 'Of the limit: set aside for friends',
  planPart: 'Back to the friend who paid for you',
  planPaid: 'paid by a friend who vouches for you',
  planWaits: 'A friend’s card is being charged for this plan at this moment. Look again in a little while.',
  waitingHeading: 'Offers to you',
  waiting: (phone: string, amount: string) => `${phone} offers to vouch for you, for up to ${amount}`,
  givenHeading: 'You vouch for',
  receivedHeading: 'Who vouches for you',
  overHeading: (count: string) => `What is over (${count})`,
  none: 'You vouch for nobody, and nobody vouches for you.',
  obstacleHeading: 'You cannot vouch for anybody now',
  obstacles: {
    thin_file:
      'You can vouch for others once you have repaid at least three payments and two full months have passed with us.',
    late: 'You can vouch for others when nothing of yours has been late for six months.',
    score_too_low: 'Your pay score is not high enough yet. The page “Score and limit” shows what moves it.',
    is_debtor: 'A friend vouches for you. As long as that lasts, you cannot vouch for others.',
    debtors_full: 'You vouch for two friends already. That is the most at once.',
    no_room: 'Half of your limit is the most that can be set aside, and too little of it is free now.',
  } satisfies Record<VouchObstacle, string>,
  howHeading: 'How much, and for how long',
  amount: 'The most that you vouch for',
  amountHint: (least: string, most: string) =>
    `From ${least} to ${most}. You never pay more than this in all.`,
  months: 'For new purchases during',
  monthsOf: (count: number) => `${count} months`,
  next: 'Next: what it can cost',
  costHeading: 'What it can cost you',
  cost: (amount: string) =>
    `If your friend pays in time: nothing. If your friend does not pay at all: ${amount} at most, taken from your card after two warnings.`,
  setAside: (amount: string) =>
    `${amount} of your own limit is set aside as long as you vouch, so you can buy less yourself.`,
  identityTitle: 'Prove that it is you',
  identityIntro: 'Only you may agree to this, so we check your identity. The check is good for 15 minutes.',
  identityGo: 'Check',
  readTitle: 'Read and agree',
  readHeading: 'The agreement',
  fingerprint: 'SHA-256 of these terms: ',
  phone: 'Your friend’s phone number',
  phoneHint:
    'We send an invitation to this number. Your friend sees your phone number. We do not tell you whether the number is known to us.',
  cardLegend: 'Your card',
  cardHint: 'It is charged only if your friend does not pay, and only after two warnings.',
  consentHeading: 'What you agree to',
  consentTitle: 'I vouch for my friend',
  consent: (amount: string) =>
    `I have read the agreement above and agree to it. If my friend does not pay, up to ${amount} may be taken from my card.`,
  consentDebtorTitle: 'I accept that a friend vouches for me',
  consentDebtor:
    'I have read the agreement above and agree to it. My friend sees how much of the amount is in use, and when I am more than two weeks late.',
  agree: 'I agree',
  offer: 'Offer to vouch',
  accept: 'Accept',
  decline: 'Decline',
  withdraw: 'Withdraw',
  end: 'End it for new purchases',
  endHint: 'What was bought before stays covered until it is paid. It costs nothing.',
  withdrawHint: 'Nothing is covered yet, so nothing remains.',
  statuses: {
    offered: 'offered',
    accepted: 'time to reconsider',
    active: 'active',
    called: 'called',
    ended: 'ended',
    expired: 'over',
  } satisfies Record<GuaranteeStatus, string>,
  who: { guarantor: 'You vouch for', debtor: 'Vouches for you' } satisfies Record<Role, string>,
  said: {
    offered: (until: string) => `Waits for an answer until ${until}. Nothing is set aside before that.`,
    offeredDebtor: (until: string) => `You can accept or decline it until ${until}. You owe nothing by it.`,
    accepted: (until: string) =>
      `Either of you can withdraw for free until ${until}. After that it is active.`,
    active: (until: string) => `Covers what is bought until ${until}.`,
    called: 'Money was taken from the one who vouches. Nothing new is covered any more.',
    ended: 'Covers no new purchases any more.',
    never: 'Ended before it began to count.',
  },
  pictureHeading: 'Where it stands',
  picture: 'The amount that is vouched for: paid, in use and free',
  paid: 'Paid for the friend',
  inUse: 'In use now',
  free: 'Free',
  cap: 'In all, at most',
  inUseHint: 'In use is what was bought under it and is not paid yet. It falls with each payment.',
  stillCovered: (amount: string) => `Still covered: ${amount}. It falls with each payment.`,
  warningHeading: 'A payment is late',
  warning: (amount: string, date: string) =>
    `If it is still open on ${date}, up to ${amount} is charged to your card. Nothing is taken before that date.`,
  warningDebtor: (amount: string, date: string) =>
    `If it is still open on ${date}, up to ${amount} is taken from your friend. You can prevent that.`,
  toPlan: 'Pay or get help',
  callsHeading: 'What you have paid',
  callsDate: 'Date',
  callsResult: 'Result',
  callsAmount: 'Amount',
  callResults: {
    pending: 'under way',
    succeeded: 'charged',
    failed: 'not charged; no fee',
    charged_back: 'taken back by your bank',
  },
  callBack: (amount: string) => `${amount} of it is back on your card or on its way`,
  claim: (amount: string) => `Your friend owes you ${amount}. Whatever they pay goes to you first.`,
  claimDebtor: (amount: string) =>
    `Your friend has paid ${amount} for you. What you pay goes to them first, and you can begin new plans when they have it back.`,
  payBack: (amount: string) => `Pay ${amount} back`,
  factsHeading: 'Facts',
  offeredOn: 'Offered on',
  acceptedOn: 'Accepted on',
  activeOn: 'Active since',
  until: 'Covers purchases until',
  endedOn: 'Ended on',
  card: 'Card that may be charged',
  changeCard: 'Choose another card',
  change: 'Use this card',
  changeHint: 'From now on this card may be charged.',
  read: 'What was agreed',
  back: 'Back to all',
  text: (cap: string, until: string, offeredOn: string, zero: string): AgreementSection[] => [
    {
      heading: 'What this is',
      paragraphs: [
        `One of you, the guarantor, vouches for what the other, the debtor, buys with Morrow: for up to ${cap} in all. It costs both of you ${zero}. Neither pay score changes by it.`,
      ],
    },
    {
      heading: 'What is covered',
      paragraphs: [
        `Every plan that the debtor confirms while this is active, from the first cent, the oldest plan first, up to ${cap} in all. Late fees are not covered. Plans from before are not covered, and none that are confirmed after the end or after ${until}.`,
        'The debtor can have that much more than their own limit. As long as it is active, the same amount of the guarantor’s limit is set aside; afterwards what is in use, until it is paid.',
      ],
    },
    {
      heading: 'A day to reconsider',
      paragraphs: [
        'After the debtor has accepted, both have 24 hours in which either can withdraw, for free and without a reason. Only then is it active.',
      ],
    },
    {
      heading: 'If the debtor is late',
      paragraphs: [
        'When a covered plan is 15 days late, and again when it is 25 days late, the guarantor gets a warning with the date and the most that may be taken. The debtor gets the same.',
        'When it is 31 days late, and not before the date of the last warning, Morrow charges the guarantor’s card for what is late by then: never more than the warning said, and never more than the agreed amount in all. If the card refuses, it is tried again after 1, 3, 7, 14 and 30 days. The guarantor pays no fee for that and is not late by it.',
        'After a debt has been written off, nothing is taken from the guarantor any more.',
      ],
    },
    {
      heading: 'Who has paid is paid back',
      paragraphs: [
        'What the guarantor has paid, the debtor owes to the guarantor. Whatever the debtor pays on that plan goes to the guarantor’s card first, and Morrow may charge the debtor’s card for it. Until then the debtor begins no new plans.',
      ],
    },
    {
      heading: 'How it ends',
      paragraphs: [
        `Either of you can end it at any moment for new purchases. It ends by itself after ${until}, and when money is taken from the guarantor. What was bought before stays covered until it is paid.`,
      ],
    },
    {
      heading: 'What each of you sees',
      paragraphs: [
        'The guarantor sees how much is in use and when something is more than two weeks late, not what was bought. Each sees the other’s phone number.',
      ],
    },
    {
      heading: 'This text',
      paragraphs: [`Offered on ${offeredOn}. It cannot be changed without both of you.`],
    },
  ],
};

export type GuaranteesTexts = typeof guaranteesEn;

export const guaranteeNoticesEn = {
  guarantee_offered: () => ({
    good: true,
    text: 'Your offer is on its way. If the number belongs to somebody who accepts, we tell you.',
  }),
  guarantee_accepted: () => ({
    good: true,
    text: 'Accepted. Either of you can withdraw for free within 24 hours.',
  }),
  guarantee_over: () => ({ good: true, text: 'Done. What is covered, if anything, is shown below.' }),
  guarantee_card: () => ({ good: true, text: 'From now on this card may be charged.' }),
  guarantee_phone_own: () => ({
    field: 'phone',
    text: 'This is your own number. Nobody can vouch for themselves.',
  }),
  guarantee_phone_invalid: () => ({
    field: 'phone',
    text: 'This is not a mobile number that we can send a message to. Check it.',
  }),
  guarantee_amount: () => ({ field: 'sum', text: 'Choose an amount within the range below.' }),
  guarantee_not_now: () => ({ text: 'You cannot vouch for anybody now. The reason is below.' }),
  guarantee_too_many: () => ({
    text: 'You have made as many offers as may wait at once, or five within a week. Wait for an answer, or withdraw one.',
  }),
  guarantee_consent: () => ({ text: 'Tick the box to go on. Nothing is agreed yet.' }),
  guarantee_late: () => ({
    text: 'A payment of yours is late. Pay it first; then a friend can vouch for you.',
  }),
  guarantee_has: () => ({ text: 'A friend vouches for you already. Only one can at a time.' }),
  guarantee_is: () => ({
    text: 'You vouch for somebody. As long as that lasts, nobody can vouch for you.',
  }),
  guarantee_same_device: () => ({
    text: 'The offer cannot be accepted on a device that your friend has used. Sign in on your own.',
  }),
  guarantee_gone: () => ({ text: 'This offer is not there any more.' }),
};
