import { Pool, type PoolClient } from 'pg';
import { isConnectionFailure } from '../http/database-failures.ts';

/**
 * Connections for Graphile Worker. It notes the end of a job without waiting for it, and tries that again only after
 * errors that it knows to pass; after any other one nobody handles the rejection, which ends the process. So a connection
 * that broke is told to it as one that timed out.
 */
export function createSchedulerPool(connectionString: string, warn: (error: Error) => void): Pool {
  // It listens, and prepares its statements.
  const pool = new Pool({ connectionString, max: 3 });
  pool.on('error', warn);
  pool.on('connect', (client) => {
    client.on('error', warn);
    client.query = passing(client.query.bind(client)) as PoolClient['query'];
  });
  pool.connect = passing(pool.connect.bind(pool)) as Pool['connect'];
  return pool;
}

/** What a call that answers by a promise fails with; one that takes a callback is left as it is. */
function passing(call: unknown): unknown {
  return (...given: unknown[]): unknown => {
    const answer = (call as (...given: unknown[]) => unknown)(...given);
    return answer instanceof Promise ? answer.catch(tellAsPassing) : answer;
  };
}

function tellAsPassing(error: unknown): never {
  if (error instanceof Error && isConnectionFailure(error)) Object.assign(error, { code: 'ETIMEDOUT' });
  throw error;
}
