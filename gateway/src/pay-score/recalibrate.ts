import type { Tx } from '../lib/tx.ts';
import { type Binding, firstBinding, scaleOf } from './binding.ts';
import { fitBinding, type Outcome, outcomesOf } from './fit-binding.ts';
import { fullModel } from './full-model.ts';
import { listMonths } from './list-months.ts';
import { lastMonthEnd } from './months.ts';

/** What a recalibration came to in one currency: `kept` where there is too little to go by, with the binding that stays. */
export type Recalibration = {
  currency: string;
  outcome: 'fitted' | 'kept';
  binding: Binding;
  observations: number;
  bad: number;
};

/** So many shoppers are read at once. */
const pageSize = 500;

/** The currencies in which an environment has closed months. */
export async function listBookCurrencies(tx: Tx): Promise<string[]> {
  const rows = await tx
    .sql('score_months')
    .where({ environment_id: tx.environment.id })
    .distinct<{ currency: string }[]>('currency')
    .orderBy('currency');
  return rows.map(({ currency }) => currency);
}

/**
 * Fits the binding of the trained tables to what became of the book's own shoppers, from each month end to the next, and puts
 * it in force from `tx.now` on. Scores and their order stay as they are; only pd changes. Decisions that are stored keep
 * the binding that they were made with.
 */
export async function recalibrate(tx: Tx, { currency }: { currency: string }): Promise<Recalibration> {
  const first = firstBinding(currency);
  const k = (await bookScale(tx, currency)) ?? first.k;
  const outcomes = await readOutcomes(tx, { currency, binding: { ...first, k } });
  const fitted = fitBinding(outcomes, first);
  const counts = { observations: outcomes.length, bad: outcomes.filter(({ bad }) => bad).length };
  if (!fitted) return { currency, outcome: 'kept', binding: await bindingInForce(tx, currency), ...counts };
  const binding = { ...fitted, k };
  await tx
    .sql('score_bindings')
    .insert({
      environment_id: tx.environment.id,
      currency,
      model_hash: fullModel.file.sha256,
      valid_from: tx.now,
      ...binding,
      ...counts,
    })
    .onConflict(['environment_id', 'currency', 'model_hash', 'valid_from'])
    .ignore();
  return { currency, outcome: 'fitted', binding, ...counts };
}

/** By the median target limit of the book's lines; undefined where there is no line. */
async function bookScale(tx: Tx, currency: string): Promise<number | undefined> {
  const { rows } = await tx.sql.raw<{ rows: { median: bigint | null }[] }>(
    `select percentile_disc(0.5) within group (order by target_limit) as median from credit_lines
     where environment_id = ? and currency = ? and target_limit > 0`,
    [tx.environment.id, currency],
  );
  const median = rows[0]?.median ?? null;
  return median === null ? undefined : scaleOf(median);
}

async function readOutcomes(tx: Tx, input: { currency: string; binding: Binding }): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const lastEnd = lastMonthEnd(tx);
  for (let after = ''; ;) {
    const page = await listMonths(tx, { currency: input.currency, lastEnd, after, most: pageSize });
    for (const { months, targetLimit } of page)
      outcomes.push(...outcomesOf(fullModel, months, { binding: input.binding, targetLimit }));
    const last = page.at(-1);
    if (page.length < pageSize || !last) return outcomes;
    after = last.shopperId;
  }
}

async function bindingInForce(tx: Tx, currency: string): Promise<Binding> {
  const row = await tx
    .sql('score_bindings')
    .where({ environment_id: tx.environment.id, currency, model_hash: fullModel.file.sha256 })
    .where('valid_from', '<=', tx.now)
    .orderBy('valid_from', 'desc')
    .first<Binding | undefined>('a', 'b', 'k');
  return row ?? firstBinding(currency);
}
