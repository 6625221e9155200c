import type { Knex } from '@morrow/db';
import { type FaultKind, takeFault } from '../../faults/faults.ts';
import { type DeskAnswer, DeskDown, type DeskQuestion, type FunderDesk } from './port.ts';

type AnswerRow = {
  environment_id: string;
  ask_id: string;
  funder_id: string;
  answer: 'accepted' | 'refused' | 'withdrawn';
  code: string | null;
};

/** Never answers: the connection is open, and that is all. */
const silence = (): Promise<never> => new Promise(() => undefined);

/**
 * The service of a sandbox's funders. It accepts, unless a fault says otherwise: `funder_down` is not reached,
 * `funder_refuses` refuses, `funder_hangs` accepts but its answer never comes, `funder_flaps` is reached every other time.
 * What it answered once it answers again.
 */
export function createSandboxDesk(db: Knex): FunderDesk {
  return {
    async ask(question) {
      const heard = await db.transaction((sql) => hear(sql, question));
      if (heard === 'down') throw new DeskDown();
      return heard === 'silent' ? silence() : heard;
    },
    withdraw: (question) =>
      db.transaction(async (sql) => {
        if (await fault(sql, question, ['funder_down'])) return 'unknown';
        await remember(sql, question, { answer: 'withdrawn', code: null });
        return 'withdrawn';
      }),
  };
}

async function hear(sql: Knex.Transaction, question: DeskQuestion): Promise<DeskAnswer | 'down' | 'silent'> {
  if (await fault(sql, question, ['funder_down'])) return 'down';
  const flap = await fault(sql, question, ['funder_flaps']);
  if (flap && flap.used % 2 === 1) return 'down';
  const known = await sql<AnswerRow>('sandbox_desk_answers')
    .where({ environment_id: question.environmentId, ask_id: question.askId })
    .first();
  if (known) return known.answer === 'accepted' ? { status: 'accepted' } : refusal(known.code);
  const refused = await fault(sql, question, ['funder_refuses']);
  if (refused) {
    const code = 'risk_appetite';
    await remember(sql, question, { answer: 'refused', code });
    return refusal(code);
  }
  await remember(sql, question, { answer: 'accepted', code: null });
  return (await fault(sql, question, ['funder_hangs'])) ? 'silent' : { status: 'accepted' };
}

function refusal(code: string | null): DeskAnswer {
  return { status: 'refused', code: code ?? 'withdrawn' };
}

function fault(sql: Knex.Transaction, question: DeskQuestion, kinds: readonly FaultKind[]) {
  const { environmentId, funderId } = question;
  return takeFault(sql, { environmentId, kinds, funderId });
}

async function remember(
  sql: Knex.Transaction,
  question: DeskQuestion,
  said: Pick<AnswerRow, 'answer' | 'code'>,
): Promise<void> {
  await sql<AnswerRow>('sandbox_desk_answers')
    .insert({
      environment_id: question.environmentId,
      ask_id: question.askId,
      funder_id: question.funderId,
      ...said,
    })
    .onConflict(['environment_id', 'ask_id'])
    .merge(['answer', 'code']);
}
