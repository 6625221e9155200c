import { operate } from '../../../scripts/operate.ts';
import { printTable } from '../../../scripts/table.ts';
import type { Context } from '../../src/context.ts';
import { type Tx, transact } from '../../src/lib/tx.ts';
import { addChallenger } from '../../src/pay-score/challenger/add.ts';
import { findChallenger, listChallengers } from '../../src/pay-score/challenger/challengers.ts';
import { countShadowScores } from '../../src/pay-score/challenger/count-shadow-scores.ts';
import { retireChallenger } from '../../src/pay-score/challenger/retire.ts';
import { runChallengers } from '../../src/pay-score/challenger/run-challengers.ts';
import { writeModel } from '../../src/pay-score/model/load.ts';
import { readModel } from '../read-model.ts';
import { TrainingRefused } from '../refusal.ts';

type Where = { environment: string };

/** Adds a model file as a challenger, and lets it score every past decision. */
export async function addModel(options: Where & { model: string; name: string }): Promise<void> {
  const { sha256: _, ...content } = readModel(options.model).file;
  const text = writeModel(content);
  await operate(async (context) => {
    const { hash } = await inEnvironment(context, options, (tx) =>
      addChallenger(tx, { name: options.name, text }),
    );
    console.log(`${options.name} (${hash.slice(0, 12)}) scores in ${options.environment}`);
    await scoreAll(context, options);
  });
}

export async function runNow(options: Where): Promise<void> {
  await operate((context) => scoreAll(context, options));
}

async function scoreAll(context: Context, { environment }: Where): Promise<void> {
  let sofar = 0;
  const scored = await runChallengers(context, environment, (batch) => {
    sofar += batch;
    if (process.stderr.isTTY) process.stderr.write(`\r${sofar} decisions scored`);
  });
  if (process.stderr.isTTY && scored > 0) process.stderr.write('\n');
  console.log(`${scored} decisions scored`);
}

export async function listModels(options: Where): Promise<void> {
  await operate(async (context) => {
    const [challengers, scored] = await inEnvironment(context, options, async (tx) => [
      await listChallengers(tx),
      await countShadowScores(tx),
    ]);
    if (challengers.length === 0) return console.log('there are no challengers');
    printTable(
      'challengers',
      ['hash', 'name', 'scored', 'added', 'state'],
      challengers.map(({ hash, name, addedAt, retiredAt }) => [
        hash.slice(0, 12),
        name,
        String(scored.get(hash) ?? 0),
        addedAt.toISOString().slice(0, 10),
        retiredAt ? `retired ${retiredAt.toISOString().slice(0, 10)}` : 'scores',
      ]),
    );
  });
}

export async function retireModel(begin: string, options: Where): Promise<void> {
  await operate(async (context) => {
    const name = await inEnvironment(context, options, async (tx) => {
      const challenger = await findChallenger(tx, begin);
      if (!challenger) throw new TrainingRefused(`there is no challenger whose hash begins with ${begin}`);
      await retireChallenger(tx, challenger);
      return challenger.name;
    });
    console.log(`${name} is retired`);
  });
}

function inEnvironment<T>(
  context: Context,
  { environment }: Where,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const actor = { kind: 'system', id: 'challenger' } as const;
  return transact(context, { environmentId: environment, actor }, work);
}
