import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { findPlan } from '../../repayments/plans.ts';
import { readReceipt } from '../../repayments/receipt-payload.ts';
import { listReceipts, type PlanReceipt } from '../../repayments/receipts.ts';
import type { AgreedText } from '../../shoppers/agreed-texts.ts';
import { readTexts } from '../../shoppers/kept-texts.ts';
import type { AccountFile, FileInput } from './download.ts';

/** The name under which a plan's chain is saved. */
export function receiptsFileName(planId: string): string {
  return `morrow-${planId}.json`;
}

/** The chain of a plan with everything that is its shopper's to show: `morrow verify` reads it. */
export async function receiptsFile(tx: Tx, input: FileInput): Promise<AccountFile> {
  const receipts = await ownReceipts(tx, input);
  const texts = textsOf(receipts);
  const words = await readTexts(
    tx,
    texts.map((text) => text.text_hash),
  );
  const content = {
    object: 'plan_receipts',
    plan_id: input.planId,
    keys_url: input.keysUrl,
    receipts: receipts.map(({ sequence, hash, jws, disclosures }) => ({ sequence, hash, jws, disclosures })),
    texts: texts.flatMap((text) => {
      const found = words.get(text.text_hash);
      return found === undefined ? [] : { ...text, text: found };
    }),
  };
  return {
    name: receiptsFileName(input.planId),
    type: 'application/json; charset=utf-8',
    content: `${JSON.stringify(content, null, 2)}\n`,
  };
}

/** The agreement's words exactly as the page showed them; `not_found` when no page did, as with a test person's. */
export async function wordsFile(tx: Tx, input: FileInput): Promise<AccountFile> {
  const shown = shownAgreement(await ownReceipts(tx, input));
  const words = shown && (await readTexts(tx, [shown.text_hash])).get(shown.text_hash);
  if (words === undefined) throw new GatewayError('not_found', { detail: 'No page showed an agreement.' });
  return {
    name: `morrow-${input.planId}.txt`,
    type: 'text/plain; charset=utf-8',
    content: words,
  };
}

/** The agreement's own text among those that its receipt names. */
export function shownAgreement(receipts: readonly PlanReceipt[]): AgreedText | undefined {
  return textsOf(receipts).find(({ purpose }) => purpose === 'agreement');
}

function textsOf([agreement]: readonly PlanReceipt[]): AgreedText[] {
  return (agreement && readReceipt(agreement).texts) ?? [];
}

async function ownReceipts(tx: Tx, { visit, planId }: FileInput): Promise<PlanReceipt[]> {
  const plan = await findPlan(tx, { planId, shopperId: visit.shopper.id });
  return listReceipts(tx, plan.id);
}
