import type { NoticeGroup } from '../../../../notifications/notice-groups.ts';
import type { NoticeText } from '../../../texts/shapes.ts';

/** What the page of messages says in English. */
export const messagesEn = {
  title: 'Messages',
  intro: 'What we have told you, the newest first. We keep a message for 400 days.',
  entryHeading: 'Messages',
  entry: 'Read again what we have told you, and choose what we send.',
  entryGo: 'Open your messages',
  listHeading: 'What we told you',
  none: 'There is no message yet.',
  muted: 'not sent, as you chose',
  link: 'Open the page',
  older: 'Older messages',
  chooseHeading: 'What we send',
  chooseIntro:
    'You can do without these; they are then kept on this page only. Everything else is sent always: what is late or costs something, what you asked for, and what guards your account.',
  groups: {
    ahead: 'Reminders a few days before a payment',
    paid: 'That a payment has come in',
    orders: 'That an order is confirmed',
    limits: 'A higher limit or a lower rate',
  } satisfies Record<NoticeGroup, string>,
  save: 'Keep my choice',
  back: 'Back to your page',
};

export type MessagesTexts = typeof messagesEn;

/** What is said about a choice. */
export const messagesNoticesEn = {
  notices_kept: (): NoticeText => ({ good: true, text: 'Your choice is kept.' }),
};
