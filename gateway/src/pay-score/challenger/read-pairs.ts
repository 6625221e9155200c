import type { Tx } from '../../lib/tx.ts';
import { outcomeJoin } from '../review/outcomes.ts';

/** One past decision by two models; `bad` is what became of it, null while that is not known. */
export type ScorePair = { champion: number; challenger: number; bad: boolean | null };

export type Pairs = {
  pairs: ScorePair[];
  /** Decisions of thin files, which the full model has not scored and no challenger can. */
  thin: number;
  /** Decisions that the challenger refused to score, and those that it has not come to. */
  refused: number;
  waiting: number;
};

/** A page compares the newest of them; more would say the same. */
export const mostPairs = 20_000;

/** The decisions that the deciding model and this challenger have both scored, the newest first. */
export async function readPairs(tx: Tx, input: { hash: string }): Promise<Pairs> {
  const bindings = {
    environment: tx.environment.id,
    hash: input.hash,
    now: tx.now,
    most: mostPairs,
  };
  const { rows } = await tx.sql.raw<{ rows: ScorePair[] }>(
    `with a as materialized (
       select a.*, s.score as challenger
       from shadow_scores s
       join assessments a on a.environment_id = s.environment_id and a.id = s.assessment_id
       where s.environment_id = :environment and s.challenger_hash = :hash and s.score is not null and a.pd is not null
       order by s.assessment_id desc limit :most)
     select a.score as champion, a.challenger, case when outcome.known then outcome.bad end as bad
     from a ${outcomeJoin}
     order by a.id desc`,
    bindings,
  );
  return { pairs: rows, ...(await countOthers(tx, bindings)) };
}

async function countOthers(
  tx: Tx,
  bindings: { environment: string; hash: string },
): Promise<Pick<Pairs, 'thin' | 'refused' | 'waiting'>> {
  const { rows } = await tx.sql.raw<{ rows: { thin: number; refused: number; waiting: number }[] }>(
    `select
       count(*) filter (where jsonb_typeof(a.inputs -> 'history') is distinct from 'object')::int as thin,
       count(*) filter (where s.refusal is not null)::int as refused,
       count(*) filter (where jsonb_typeof(a.inputs -> 'history') = 'object' and s.assessment_id is null)::int as waiting
     from assessments a
     left join shadow_scores s
       on s.environment_id = a.environment_id and s.challenger_hash = :hash and s.assessment_id = a.id
     where a.environment_id = :environment`,
    { environment: bindings.environment, hash: bindings.hash },
  );
  return rows[0] ?? { thin: 0, refused: 0, waiting: 0 };
}
