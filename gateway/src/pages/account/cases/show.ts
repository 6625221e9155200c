import { listCases, readCase } from '../../../cases/read.ts';
import { newId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { findMerchant } from '../../../merchants/merchants.ts';
import { findOrder } from '../../../orders/orders.ts';
import { queryOf } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import type { AccountInput } from '../view.tsx';
import { askView } from './ask-view.tsx';
import { readSubjects } from './subjects.ts';
import { casesView, caseView } from './view.tsx';

const casesShown = 100;

/** Whoever is signed in, as a party of cases. */
export function partyOf({ visit }: Pick<AccountInput, 'visit'>) {
  return { side: 'shopper', shopperId: visit.shopper.id } as const;
}

/** The newest cases of the shopper, those that wait for them first. */
export async function showCases(tx: Tx, input: AccountInput): Promise<Page> {
  const cases = await listCases(tx, { party: partyOf(input), limit: casesShown });
  const waits = cases.filter(({ status }) => status === 'waiting_for_shopper');
  return casesView(input, [...waits, ...cases.filter((shown) => !waits.includes(shown))]);
}

/** An empty form, about what the address names where that is theirs. */
export async function showAsk(tx: Tx, input: AccountInput): Promise<Page> {
  return askView(input, {
    subjects: await readSubjects(tx, input, queryOf(input.req, 'about')),
    asked: { subject: '', text: '', readers: 'shopper' },
    formKey: newId('req'),
    answers: undefined,
  });
}

export function showCase(tx: Tx, input: AccountInput): Promise<Page> {
  return readCasePage(tx, input, { typed: '', formKey: newId('req') });
}

/** One of the shopper's cases, with what they typed where that was not taken. Throws `not_found`. */
export async function readCasePage(
  tx: Tx,
  input: AccountInput,
  form: { typed: string; formKey: string },
): Promise<Page> {
  const { shown, messages } = await readCase(tx, {
    caseId: String(input.req.params.caseId),
    party: partyOf(input),
  });
  const { orderId, merchantId, aboutKind, aboutId } = shown;
  const planOfDraw = aboutKind === 'plan' && aboutId !== null ? aboutId : undefined;
  return caseView(input, {
    shown,
    messages,
    shop: merchantId === null ? undefined : (await findMerchant(tx, merchantId)).name,
    planId: orderId === null ? planOfDraw : (await findOrder(tx, { orderId })).planId,
    ...form,
  });
}
