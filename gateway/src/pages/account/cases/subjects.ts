import { findAbout } from '../../../cases/about.ts';
import type { CaseAboutKind } from '../../../cases/cases.ts';
import { listDisputesOf } from '../../../disputes/disputes.ts';
import { dateIn } from '../../../lib/dates.ts';
import { GatewayError } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import { findMerchant } from '../../../merchants/merchants.ts';
import { listRepayments } from '../../../repayments/repayments.ts';
import { formatMediumDate } from '../../format.ts';
import { textsOf } from '../../texts/language.ts';
import { debtName } from '../debt-name.ts';
import { type Debt, readDebts } from '../debts.ts';
import type { AccountInput } from '../view.tsx';

/** Something that a question can be about, by its id, as the shopper calls it. */
export type Subject = { id: string; label: string };

/** What a question can be about, and what it is about as asked: `id` is empty for nothing in particular. */
export type Subjects = {
  groups: readonly (readonly ['order' | 'payment' | 'dispute', readonly Subject[]])[];
  chosen: { id: string; kind: CaseAboutKind; shop: string | undefined };
};

/** So many purchases are offered, and payments and disputes of so many of them. */
const mostPurchases = 20;
const mostLooked = 5;

/** Reads what a shopper may ask about; what `asked` names is chosen when it is theirs, and nothing is when it is not. */
export async function readSubjects(tx: Tx, input: AccountInput, asked: string): Promise<Subjects> {
  const debts = await readDebts(tx, input.visit.shopper.id);
  const purchases = debts.slice(0, mostPurchases).map((debt) => purchaseOf(input, debt));
  const payments: Subject[] = [];
  const disputes: Subject[] = [];
  for (const debt of debts.slice(0, mostLooked)) {
    payments.push(...(await paymentsOf(tx, input, debt)));
    disputes.push(...(await disputesOf(tx, input, debt)));
  }
  const chosen = await findChosen(tx, input, asked);
  const isListed = [...purchases, ...payments, ...disputes].some(({ id }) => id === chosen.id);
  const { kinds } = textsOf[input.visit.locale].cases;
  const older = { id: chosen.id, label: `${kinds[chosen.kind]}${chosen.shop ? ` · ${chosen.shop}` : ''}` };
  const groups = [
    ['order', chosen.id === '' || isListed ? purchases : [older, ...purchases]],
    ['payment', payments],
    ['dispute', disputes],
  ] as const;
  return { groups: groups.filter(([, subjects]) => subjects.length > 0), chosen };
}

async function findChosen(tx: Tx, { visit }: AccountInput, asked: string): Promise<Subjects['chosen']> {
  const general = { id: '', kind: 'general', shop: undefined } as const;
  if (asked === '') return general;
  const party = { side: 'shopper', shopperId: visit.shopper.id } as const;
  const about = await findAbout(tx, party, asked).catch((error: unknown) => {
    if (error instanceof GatewayError && error.code === 'not_found') return undefined;
    throw error;
  });
  if (!about || about.kind === 'general') return general;
  const shop = about.merchantId === null ? undefined : (await findMerchant(tx, about.merchantId)).name;
  return { id: asked, kind: about.kind, shop };
}

function purchaseOf(input: AccountInput, debt: Debt): Subject {
  const { plan } = debt;
  const t = textsOf[input.visit.locale].cases;
  const amount = input.money(BigInt(plan.snapshot.amount), plan.currency);
  const label = t.purchaseOf(debtName(input, debt), amount, dateOf(input, debt, plan.createdAt));
  return { id: plan.orderId ?? plan.id, label };
}

async function paymentsOf(tx: Tx, input: AccountInput, debt: Debt): Promise<Subject[]> {
  const t = textsOf[input.visit.locale].cases;
  const repayments = await listRepayments(tx, debt.plan.id);
  return repayments
    .filter(({ guaranteeId }) => guaranteeId === null)
    .slice(0, mostLooked)
    .map(({ id, amount, currency, createdAt }) => ({
      id,
      label: t.paymentOf(
        debtName(input, debt),
        input.money(amount, currency),
        dateOf(input, debt, createdAt),
      ),
    }));
}

async function disputesOf(tx: Tx, input: AccountInput, debt: Debt): Promise<Subject[]> {
  const { orderId } = debt.plan;
  if (orderId === null) return [];
  const t = textsOf[input.visit.locale].cases;
  return (await listDisputesOf(tx, orderId)).map(({ id, amount, currency, createdAt }) => ({
    id,
    label: t.purchaseOf(debtName(input, debt), input.money(amount, currency), dateOf(input, debt, createdAt)),
  }));
}

function dateOf({ visit }: AccountInput, { plan }: Debt, at: Date): string {
  return formatMediumDate(visit.locale, dateIn(plan.timeZone, at));
}
