import type { VNode } from 'preact';
import type { DeclineCode } from '../../pay-score/assessments.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { textsOf } from '../texts/language.ts';

/** Where in the account something can be done about a reason. */
const leads: Partial<Record<DeclineCode, 'payments' | 'limits'>> = {
  line_suspended: 'payments',
  too_many_orders: 'payments',
  amount_above_available: 'payments',
  locked_by_shopper: 'limits',
  above_own_ceiling: 'limits',
  unaffordable: 'limits',
};

const pageOf = { payments: '', limits: '/own-limits' } as const;

/** A link to where something can be done about this reason, if there is such a place. */
export function Lead(props: { locale: Locale; code: DeclineCode; account: string }): VNode | null {
  const { locale, code, account } = props;
  const lead = leads[code];
  if (!lead) return null;
  return (
    <p>
      <a href={account + pageOf[lead]}>{textsOf[locale].declined.leads[lead]}</a>
    </p>
  );
}
