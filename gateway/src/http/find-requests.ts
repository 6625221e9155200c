import type { Partitioned } from '@morrow/db';
import { addMs, dayMs } from '../lib/dates.ts';
import { deleteStrays } from '../lib/delete-some.ts';
import { GatewayError, type ProblemCode } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

/** Long enough to look into what a shop's people noticed over a weekend. */
export const requestsKeptDays = 7;

/** How a request went: well; refused, which the sender can mend; or failed on our side or on the way. */
export const requestOutcomes = ['succeeded', 'refused', 'failed'] as const;
export type RequestOutcome = (typeof requestOutcomes)[number];

/** One request to the API, as the merchant's developers see it. */
export type ApiRequest = {
  id: Id<'req'>;
  /** When it came; wall time. */
  at: Date;
  method: string;
  path: string;
  operation: string;
  /** Null where the connection ended before the answer. */
  status: number | null;
  outcome: RequestOutcome;
  problem: ProblemCode | null;
  kid: string | null;
  durationMs: number;
};

type Row = {
  environment_id: string;
  merchant_id: string;
  id: Id<'req'>;
  at: Date;
  method: string;
  path: string;
  operation: string;
  status: number | null;
  problem: ProblemCode | null;
  kid: string | null;
  duration_ms: number;
};

/** Which statuses an outcome has, in SQL. */
const statusesOf: Record<RequestOutcome, string> = {
  succeeded: 'status < 400',
  refused: 'status between 400 and 499',
  failed: '(status >= 500 or status is null)',
};

/** The merchant's requests of the last days, the newest first, before the one named `before`. */
export async function listRequests(
  tx: Tx,
  input: {
    merchantId: string;
    outcome?: RequestOutcome | undefined;
    problem?: ProblemCode | undefined;
    before?: Id<'req'> | undefined;
    limit: number;
  },
): Promise<ApiRequest[]> {
  const { outcome, problem, before } = input;
  const rows = await requestsOf(tx, input.merchantId)
    .modify((query) => {
      if (outcome !== undefined) void query.whereRaw(statusesOf[outcome]);
      if (problem !== undefined) void query.where({ problem });
      if (before !== undefined) void query.where('id', '<', before);
    })
    .orderBy('id', 'desc')
    .limit(input.limit);
  return rows.map(toRequest);
}

/** One request of the merchant; `not_found` when it is another's, or was not kept. */
export async function findRequest(
  tx: Tx,
  input: { merchantId: string; requestId: string },
): Promise<ApiRequest> {
  const row = await requestsOf(tx, input.merchantId)
    .where({ id: input.requestId as Id<'req'> })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such request.' });
  return toRequest(row);
}

/** When each of these keys of a merchant last signed a request whose signature was good, as far as it is kept. */
export async function lastUsesOfKeys(
  tx: Tx,
  { merchantId, kids }: { merchantId: string; kids: readonly string[] },
): Promise<Map<string, Date>> {
  const { rows } = await tx.sql.raw<{ rows: { kid: string; at: Date }[] }>(
    `select k.kid, r.at from unnest(cast(:kids as text[])) as k (kid)
     cross join lateral (
       select at from api_requests
       where environment_id = :environmentId and merchant_id = :merchantId and kid = k.kid
         and status is distinct from 401
       order by id desc limit 1) r`,
    { kids: [...kids], environmentId: tx.environment.id, merchantId },
  );
  return new Map(rows.map(({ kid, at }) => [kid, at]));
}

/** They go by whole days; a worker may stand still for a week before one is missing. */
export const requestPartitions: Partitioned = {
  table: 'api_requests',
  idPrefix: 'req',
  every: 'day',
  ahead: 7,
  keptDays: requestsKeptDays,
};

/** Deletes older requests of this environment than are kept, as far as no partition goes with them; answers how many. */
export async function pruneRequests(tx: Tx): Promise<number> {
  const oldest = addMs(tx.wallNow, -requestsKeptDays * dayMs);
  return deleteStrays(tx, requestPartitions.table, (query) => query.where('at', '<=', oldest));
}

function requestsOf(tx: Tx, merchantId: string) {
  return tx.sql<Row>('api_requests').where({ environment_id: tx.environment.id, merchant_id: merchantId });
}

function toRequest(row: Row): ApiRequest {
  const { status } = row;
  return {
    id: row.id,
    at: row.at,
    method: row.method,
    path: row.path,
    operation: row.operation,
    status,
    outcome: status === null || status >= 500 ? 'failed' : status >= 400 ? 'refused' : 'succeeded',
    problem: row.problem,
    kid: row.kid,
    durationMs: row.duration_ms,
  };
}
