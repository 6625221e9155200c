import { brandName } from '../brand-name.ts';
import type { Debt } from './debts.ts';
import type { AccountInput } from './view.tsx';

/** What a plan is called: after its shop, or after the card that the cash went to. */
export function debtName({ t }: AccountInput, { shop, card }: Pick<Debt, 'shop' | 'card'>): string {
  if (shop !== undefined) return shop;
  return card?.kind === 'card' ? t.plan.cashTo(brandName(card.brand), card.last4) : t.plan.cash;
}
