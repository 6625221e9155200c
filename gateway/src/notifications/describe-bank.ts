import type { StreamEvent } from '../events/feed.ts';
import type { Content } from './templates.ts';

const templates = {
  'bank_account.bound': 'bank_account_bound',
  'bank_account.removed': 'bank_account_removed',
  'mandate.given': 'mandate_given',
  'mandate.ended': 'mandate_ended',
} as const;

/** What to tell a shopper of their bank accounts; `account` is the address of their account. */
export function describeBank({ type, data }: StreamEvent, account: string): Content | undefined {
  if (!Object.hasOwn(templates, type)) return undefined;
  const { bank_name: bank, last4 } = data as { bank_name: string; last4: string };
  return {
    template: templates[type as keyof typeof templates],
    data: { bank, last4, link: `${account}/bank-accounts` },
  };
}
