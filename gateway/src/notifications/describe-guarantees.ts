import type { StreamEvent } from '../events/feed.ts';
import type { CalendarDate } from '../lib/dates.ts';
import type { Content } from './templates.ts';

type Told = {
  amount: { amount: bigint; currency: string };
  cap: { amount: bigint; currency: string };
  /** The date that the event names, else the last day of the guarantee. */
  date: CalendarDate;
  link: string;
  event: StreamEvent;
};

type Tell = (told: Told) => Content | undefined;

/** What each side is told of an event; who is not named is not told. */
const tellers: Partial<Record<StreamEvent['type'], { guarantor?: Tell; debtor?: Tell }>> = {
  'guarantee.offered': {
    guarantor: ({ cap: amount, link }) => ({ template: 'guarantee_offered', data: { amount, link } }),
  },
  'guarantee.accepted': {
    guarantor: ({ cap: amount, link }) => ({ template: 'guarantee_accepted', data: { amount, link } }),
    debtor: ({ cap: amount, link }) => ({ template: 'guarantee_accepted_debtor', data: { amount, link } }),
  },
  'guarantee.active': {
    guarantor: ({ cap: amount, date, link }) => ({
      template: 'guarantee_active',
      data: { amount, date, link },
    }),
    debtor: ({ cap: amount, date, link }) => ({
      template: 'guarantee_active_debtor',
      data: { amount, date, link },
    }),
  },
  'guarantee.warning': {
    guarantor: ({ amount, date, link }) => ({ template: 'guarantee_warning', data: { amount, date, link } }),
    debtor: ({ amount, date, link }) => ({
      template: 'guarantee_warning_debtor',
      data: { amount, date, link },
    }),
  },
  'guarantee.called': {
    guarantor: ({ amount, link }) => ({ template: 'guarantee_called', data: { amount, link } }),
    debtor: ({ amount, link }) => ({ template: 'guarantee_called_debtor', data: { amount, link } }),
  },
  'guarantee.call_failed': {
    guarantor: ({ amount, link }) => ({ template: 'guarantee_call_failed', data: { amount, link } }),
  },
  // The debtor hears of it as of a payment that was received.
  'guarantee.reimbursed': {
    guarantor: ({ amount, link }) => ({ template: 'guarantee_reimbursed', data: { amount, link } }),
  },
  'guarantee.ended': { guarantor: tellEnded, debtor: tellEnded },
  'guarantee.expired': {
    guarantor: ({ link }) => ({ template: 'guarantee_expired', data: { link } }),
    debtor: ({ link }) => ({ template: 'guarantee_expired_debtor', data: { link } }),
  },
};

/** What to tell one side of a guarantee; undefined for every other event. */
export function describeGuarantee(event: StreamEvent, account: string): Content | undefined {
  const { role, on } = event.data;
  const teller = tellers[event.type];
  if (!teller || (role !== 'guarantor' && role !== 'debtor')) return undefined;
  const moneyOf = (member: string): Told['amount'] => ({
    amount: BigInt(Number(event.data[member] ?? 0)),
    currency: textIn(event, 'currency'),
  });
  return teller[role]?.({
    amount: moneyOf('amount'),
    cap: moneyOf('cap'),
    date: textIn(event, on === undefined ? 'expires_on' : 'on'),
    link: `${account}/guarantees/${event.objectId}`,
    event,
  });
}

function textIn({ type, data }: StreamEvent, member: string): string {
  const value = data[member];
  if (typeof value !== 'string') throw new Error(`${type} does not say ${member}`);
  return value;
}

/** Before it was active, nothing was covered. */
function tellEnded({ event, link }: Told): Content {
  if (event.data.was_active !== true) return { template: 'guarantee_withdrawn', data: { link } };
  const template = event.data.role === 'debtor' ? 'guarantee_ended_debtor' : 'guarantee_ended';
  return { template, data: { link } };
}
