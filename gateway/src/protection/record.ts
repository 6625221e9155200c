import { addMs, dayMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { placeOf } from '../shoppers/sealing.ts';
import { dataKeyOf } from '../shoppers/profile.ts';
import type { PlanOffer } from '../plans/offers.ts';
import type { ProtectionFacts } from './facts.ts';
import type { Protection } from './protect.ts';
import { protectionRules } from './rules.ts';

/**
 * What is kept of one decision, in `guards.protection` of its assessment: in plain what was counted and said, sealed under
 * the shopper's key every figure that tells their income.
 */
export type ProtectionRecord = {
  rules: string;
  code: string | null;
  basis: string;
  open_orders: { counted: number; most: number };
  confirmed_in_a_day: { counted: number; most: number };
  own: { locked: boolean; purchase: string | null; total: string | null };
  /** By plan: why it is offered, or what makes it too much. */
  offers: { code: string; said: string; warns: boolean }[];
  sealed: string;
};

/** Amounts are decimal strings of minor units. */
export type ProtectionFigures = {
  today: string;
  dues: { on: string; amount: string }[];
  income: { basis: string; amount: string; on: string }[];
  measure: Record<string, string>;
  burdens: { code: string; until: string; in_window: string; month: string; in_month: string }[];
};

/** Makes the record of what was decided with these facts. */
export function recordProtection<O extends { offer: PlanOffer }>(
  tx: Tx,
  facts: ProtectionFacts,
  said: Protection<O>,
): ProtectionRecord {
  const { fitting, unfit, tier, measure } = said;
  const { own } = facts;
  const lately = facts.confirmed.filter((at) => at > addMs(facts.now, -dayMs));
  const figures: ProtectionFigures = {
    today: facts.today,
    dues: facts.dues.map(({ on, amount }) => ({ on, amount: String(amount) })),
    income: [facts.means.declared, facts.means.evidenced].flatMap((known) =>
      known ? [{ basis: known.basis, amount: `${known.amount} ${known.currency}`, on: known.on }] : [],
    ),
    measure: Object.fromEntries(Object.entries(measure).map(([name, value]) => [name, String(value)])),
    burdens: [...fitting, ...unfit].map(({ way, burden }) => ({
      code: way.offer.code,
      until: burden.until,
      in_window: String(burden.inWindow),
      month: burden.month,
      in_month: String(burden.inMonth),
    })),
  };
  return {
    rules: protectionRules.version,
    code: said.code,
    basis: measure.basis,
    open_orders: { counted: facts.openOrders, most: tier.openOrders },
    confirmed_in_a_day: { counted: lately.length, most: tier.confirmedInADay },
    own: {
      locked: own.locked,
      purchase: own.purchase === null ? null : String(own.purchase),
      total: own.total === null ? null : String(own.total),
    },
    offers: [
      ...fitting.map(({ way, reason, warns }) => ({ code: way.offer.code, said: reason, warns })),
      ...unfit.map(({ way, obstacle }) => ({ code: way.offer.code, said: obstacle.code, warns: false })),
    ],
    sealed: tx.vault.seal(JSON.stringify(figures), placeOfFigures(tx, facts.shopperId), facts.means.dataKey),
  };
}

/** The figures of a kept record, for its shopper or for who decides about an appeal. */
export async function openFigures(
  tx: Tx,
  { shopperId, record }: { shopperId: string; record: Pick<ProtectionRecord, 'sealed'> },
): Promise<ProtectionFigures> {
  const dataKey = await dataKeyOf(tx, shopperId);
  return JSON.parse(
    tx.vault.open(record.sealed, placeOfFigures(tx, shopperId), dataKey),
  ) as ProtectionFigures;
}

function placeOfFigures(tx: Tx, shopperId: string): string {
  return placeOf(tx, 'assessments', 'guards.protection', shopperId);
}
