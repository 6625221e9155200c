import type { ErasureObstacle } from '../../../../privacy/obstacles.ts';
import type { NoticeText } from '../../../texts/shapes.ts';

const obstacles: Record<ErasureObstacle, string> = {
  debt: 'A plan is not over, or something is still owed.',
  hold: 'An amount is held for an order that has not been shipped.',
  payment: 'A payment or a refund is under way.',
  return: 'Goods are on their way back to a shop.',
  dispute: 'A dispute is open.',
  appeal: 'An appeal waits for its answer.',
  agreement: 'A shop may still order on your account. End that agreement first.',
  guarantee: 'A guarantee, for you or by you, has not ended.',
};

/** Everything that the pages say in English of somebody's own data. */
export const dataEn = {
  title: 'Your data',
  intro: 'Take everything that we keep about you, or have us forget you.',
  entryHeading: 'Your data',
  entry: 'Take a copy of everything that we keep about you, or have us forget you.',
  entryGo: 'Open your data',
  proveHeading: 'Prove that it is you',
  proveIntro: 'Both need an identity check within the last 15 minutes.',
  prove: 'Check my identity',
  takeHeading: 'Take your data',
  take: 'One file (JSON) with your profile, what you agreed to, orders, plans with every date and payment, decisions with their reasons, limits, messages and disputes. Keep it in a safe place.',
  takeButton: 'Download my data',
  takenOn: (date: string) => `Taken last on ${date}.`,
  eraseHeading: 'Have us forget you',
  erase:
    'Your phone, name, identity number, mail address, messages and files are gone at once and for good; should a backup ever be brought back, you are erased from it again. Books, receipts and what you agreed to stay under a number that leads to nobody. Take your data first: afterwards nobody can show you anything.',
  eraseAgain: 'You can come back with the same phone; you begin anew then.',
  standing: 'This is not possible yet:',
  obstacles,
  eraseTick: 'I understand that this cannot be undone.',
  eraseButton: 'Forget me',
  back: 'Back to the page about you',
};

export type DataTexts = typeof dataEn;

export const dataNoticesEn = {
  data_erased: (): NoticeText => ({
    good: true,
    text: 'You are forgotten. Nothing here leads to you any more.',
  }),
  data_stands: (): NoticeText => ({
    text: 'Nothing was erased: something still depends on who you are. It is listed below.',
  }),
  data_not_ticked: (): NoticeText => ({
    field: 'understood',
    text: 'Nothing was erased. Tick the box first if you are sure.',
  }),
  data_consents: (): NoticeText => ({
    text: 'Please agree to each text; the identity check is one of them.',
  }),
};
