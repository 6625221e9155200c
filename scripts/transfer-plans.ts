import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { Context } from '../gateway/src/context.ts';
import { GatewayError } from '../gateway/src/lib/errors.ts';
import { isId } from '../gateway/src/lib/ids.ts';
import { transact } from '../gateway/src/lib/tx.ts';
import { liveEnvironmentId } from '../gateway/src/merchants/environments.ts';
import {
  type TransferAnswer,
  transferPlans,
  type TransferRequest,
} from '../gateway/src/orders/transfer-plans.ts';
import { operate } from './operate.ts';
import { printTable, showAmount } from './table.ts';

/** So many plans go over in one transaction, so that nobody waits long for the locks of one. */
const batchSize = 50;

type Options = { environment: string; from: string; to: string; price: string; reference: string };

new Command('transfer')
  .description(
    'Transfer plans from one funder to another. The list has one plan id a line and names no person. Run it again with the same reference after a failure: what went over stays.',
  )
  .argument('<list>', 'the file with the ids of the plans')
  .requiredOption('--from <funder>', 'whose they are')
  .requiredOption('--to <funder>', 'whose they become')
  .requiredOption('--price <percent>', 'what is paid, in percent of the principal that is owed, such as 98.5')
  .requiredOption('--reference <reference>', 'of this list; a plan is transferred once under it')
  .option('--environment <id>', 'a sandbox instead of live', liveEnvironmentId)
  .action(async (list: string, options: Options, command: Command) => {
    const planIds = planIdsOf(await readFile(list, 'utf8'));
    const stranger = planIds.find((id) => !isId('pln', id));
    if (stranger !== undefined) command.error(`${stranger} is not the id of a plan`);
    const priceBasisPoints = basisPointsOf(options.price);
    if (priceBasisPoints === undefined) command.error('The price is a percentage with two decimals at most.');
    const request = {
      fromFunderId: options.from,
      toFunderId: options.to,
      reference: options.reference,
      priceBasisPoints,
    };
    await operate((context) => transferAll(context, options.environment, { ...request, planIds }));
  })
  .parseAsync()
  .catch((error: unknown) => {
    if (!(error instanceof GatewayError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });

/** Blank lines and what follows a `#` are not ids. */
function planIdsOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return [...new Set(lines.filter(Boolean))];
}

function basisPointsOf(percent: string): number | undefined {
  const [, units, decimals = ''] = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(percent) ?? [];
  return units === undefined ? undefined : Number(units) * 100 + Number(decimals.padEnd(2, '0'));
}

async function transferAll(
  context: Context,
  environmentId: string,
  { planIds, ...request }: TransferRequest,
): Promise<void> {
  const actor = { kind: 'system', id: 'transfer-plans' } as const;
  for (let from = 0; from < planIds.length; from += batchSize) {
    const batch = planIds.slice(from, from + batchSize);
    const answers = await transact(context, { environmentId, actor }, (tx) =>
      transferPlans(tx, { ...request, planIds: batch }),
    );
    print(`${environmentId}: ${from + batch.length} of ${planIds.length}`, answers);
    if (answers.some(({ outcome }) => outcome === 'refused')) process.exitCode = 1;
  }
}

function print(title: string, answers: readonly TransferAnswer[]): void {
  printTable(
    title,
    ['plan', 'outcome', 'currency', 'principal', 'price'],
    answers.map((answer) => {
      if (answer.outcome === 'refused') return [answer.planId, answer.code, '', '', ''];
      const { currency, principal, price } = answer.transfer;
      const amounts = [principal, price].map((amount) => showAmount(Number(amount), currency));
      return [answer.planId, answer.outcome, currency, ...amounts];
    }),
  );
}
