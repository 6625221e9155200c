import { operate } from '../../../scripts/operate.ts';
import type { Context } from '../../src/context.ts';
import { transact } from '../../src/lib/tx.ts';
import { type Assessment, findAssessment } from '../../src/pay-score/assessments.ts';
import { replay } from '../../src/pay-score/replay.ts';
import { TrainingRefused } from '../refusal.ts';
import { printRows } from './print.ts';

/**
 * Makes the score of a stored decision again from what it was made of, and says whether it is the same to the last digit.
 * What differs first is named, and the process ends with 1.
 */
export async function replayAssessment({ assessment: id }: { assessment: string }): Promise<void> {
  const assessment = await operate((context) => readAssessment(context, id));
  const { model, modelHash, score, pd, createdAt } = assessment;
  console.log(`${id}, decided on ${createdAt.toISOString()}: ${assessment.outcome}`);
  const replayed = replay(assessment);
  if (replayed.outcome === 'not_kept') {
    console.log('cannot be replayed: which tables it was made by was not kept yet');
    process.exitCode = 1;
    return;
  }
  printRows([
    ['model', `${model} ${modelHash}`],
    ['score', String(score)],
    ['pd', pd === null ? 'none' : String(pd)],
  ]);
  console.log('reasons, made again');
  printRows(
    replayed.score.reasons.map(({ code, value, points }) => [
      code,
      `${String(points).padStart(5)}${value === null ? '' : `  ${value}`}`,
    ]),
  );
  if (replayed.outcome === 'reproduced') return console.log('reproduced');
  const { what, stored, replayed: now } = replayed.first;
  console.log(`differs: ${what} was ${stored}, and is ${now} now`);
  process.exitCode = 1;
}

async function readAssessment(context: Context, id: string): Promise<Assessment> {
  const row = await context
    .db<{ id: string; environment_id: string }>('assessments')
    .where({ id })
    .first('environment_id');
  if (!row) throw new TrainingRefused(`there is no assessment ${id}`);
  const actor = { kind: 'system', id: 'replay' } as const;
  return transact(context, { environmentId: row.environment_id, actor, access: 'read' }, (tx) =>
    findAssessment(tx, { assessmentId: id }),
  );
}
