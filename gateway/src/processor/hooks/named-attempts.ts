import type { Tx } from '../../lib/tx.ts';
import type { Attempt } from '../attempts.ts';

/** An attempt as news is compared with it. */
export type NamedAttempt = Pick<Attempt, 'id' | 'purpose' | 'subjectId' | 'target' | 'status'>;

/** The attempts that somebody outside means by these names, which are our ids or the processor's references. */
export function findNamedAttempts(tx: Tx, names: readonly string[]): Promise<NamedAttempt[]> {
  return tx
    .sql('processor_attempts')
    .where({ environment_id: tx.environment.id })
    .where((query) => void query.whereIn('id', names).orWhereIn('processor_reference', names))
    .orderBy('id')
    .select<NamedAttempt[]>({
      id: 'id',
      purpose: 'purpose',
      subjectId: 'subject_id',
      target: 'target',
      status: 'status',
    });
}
