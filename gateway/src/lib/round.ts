import type { Knex } from 'knex';
import { connectionOf, type Heard, hearRefusals, queryBy } from './connection.ts';
import { GatewayError } from './errors.ts';
import type { Statement } from './insert-sql.ts';
import { joinInserts } from './join-inserts.ts';
import { type Begun, writeBy } from './tx.ts';

/** What became of a round: everybody's outcome holds, or nothing of it was done and each does it alone. */
export type Ending = 'told' | 'undone';

/** One of those who share a transaction. */
export type Member = {
  /** Hands it its share: its work begins. */
  start: (share: Begun) => void;
  /** Never rejects. */
  worked: Promise<Outcome<unknown>>;
  end: (ending: Ending) => void;
  /** It is not known what became of the round, or there was none. */
  fail: (error: unknown) => void;
  /** What it writes and nobody waits for, as far as it was not sent. */
  kept: Statement[];
  /** Whether anything was sent that its failure would have to undo. */
  hasWritten: boolean;
  /** Whether its work has to be done alone, whatever it ended with. */
  leaves: boolean;
  /** Whether its work has ended: what it still asks for is refused. */
  isOver: boolean;
};

export type Outcome<T> = { value: T } | { error: unknown };

/** Nobody waits behind a lock for neighbours, and no two rounds for each other: each then waits for its own. */
const lockTimeout = '100ms';

/** What a round asks for once, for all of its members. */
export const roundSql = "select set_config('lock_timeout', $1, true)";

// Refused by the database, so known to be undone: not what it says when it ends a connection.
const refusals = /^(?!08|57|58|XX)[0-9A-Z]{5}$/;

/**
 * Runs the work of all members in one transaction, each as if it was alone: what one of them refuses is its own, and where
 * that cannot be, because it has written or the database refused a statement of somebody, the whole is rolled back. Never
 * rejects: each member is told.
 */
export async function runRound(db: Knex, members: readonly Member[]): Promise<void> {
  const heard: Heard = { stop: () => undefined };
  const written: Promise<unknown>[] = [];
  let stage = 'waiting' as 'waiting' | 'working' | 'ending';
  let ending = 'undone' as Ending;
  try {
    await db.transaction(async (sql) => {
      const connection = await connectionOf(sql);
      hearRefusals(connection, heard);
      const query = queryBy(connection, sql, db);
      stage = 'working';
      query(roundSql, [lockTimeout]).catch(() => undefined);
      const whole = { sql, query, write: writeBy(query, written) };
      shareOut(members, whole);
      const outcomes = await Promise.all(members.map((member) => member.worked));
      const isSound = heard.cause === undefined && members.every((member, at) => isOwn(member, outcomes[at]));
      if (outcomes.every(isRefusal) && heard.cause === undefined) ending = 'told';
      if (!isSound || ending === 'told') throw new RolledBack();
      const done = members.filter((member, at) => isDone(member, outcomes[at]));
      for (const statement of joinInserts(done.map(({ kept }) => kept))) whole.write(statement);
      stage = 'ending';
    });
    // Where one of them failed, COMMIT was answered by rolling back.
    await Promise.all(written);
    ending = 'told';
  } catch (error) {
    const isUnknown = stage === 'ending' && !refusals.test(codeOf(heard.cause));
    if (stage === 'waiting' || isUnknown) {
      for (const member of members) member.fail(error);
      return;
    }
  } finally {
    heard.stop();
  }
  for (const member of members) member.end(ending);
}

class RolledBack extends Error {}

function isDone({ leaves }: Member, outcome: Outcome<unknown> | undefined): boolean {
  return outcome !== undefined && 'value' in outcome && !leaves;
}

/** Whether the member's outcome leaves its neighbours alone: it did its work, or ended it before anything of it was written. */
function isOwn(member: Member, outcome: Outcome<unknown> | undefined): boolean {
  return isDone(member, outcome) || (!member.hasWritten && (member.leaves || isRefusal(outcome)));
}

/** Anything else may be a fault of the round's. */
function isRefusal(outcome: Outcome<unknown> | undefined): boolean {
  return outcome !== undefined && 'error' in outcome && outcome.error instanceof GatewayError;
}

function codeOf(refusal: unknown): string {
  const { code } = (refusal ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

type Whole = Omit<Begun, 'apart'>;

function shareOut(members: readonly Member[], whole: Whole): void {
  const takenBy = new Map<string, Member>();
  for (const member of members) {
    const { sql, query, write } = members.length === 1 ? whole : shareOf(member, whole);
    member.start({
      sql,
      query(text, values) {
        if (member.isOver) return Promise.reject(over());
        if (mayWrite(text)) member.hasWritten = true;
        return query(text, values);
      },
      write(statement) {
        if (member.isOver) throw over();
        write(statement);
      },
      apart(name) {
        const first = takenBy.get(name) ?? member;
        if (first !== member) leave(member);
        takenBy.set(name, member);
      },
    });
  }
}

const over = (): Error => new Error('this share of the transaction is over');

/** What is only written is kept until all have done their work, and then sent as few statements; unless it asks again, and is to see it. */
function shareOf(member: Member, { query, write }: Whole): Whole {
  return {
    sql: builderFor(member),
    query(text, values) {
      for (const statement of member.kept.splice(0)) {
        member.hasWritten = true;
        write(statement);
      }
      return query(text, values);
    },
    write: (statement) => void member.kept.push(statement),
  };
}

function leave(member: Member): never {
  member.leaves = true;
  throw new Error('this work has to be done alone');
}

/** Whatever the builder can do, savepoints among it, would be done to the neighbours, too: who asks for it leaves. */
function builderFor(member: Member): Knex.Transaction {
  const refuse = (): never => leave(member);
  return new Proxy(refuse, { apply: refuse, get: refuse }) as never;
}

const kinds = new Map<string, boolean>();
const kindsMax = 1_000;

/** Whether a statement may change a row. Unsure means yes. */
function mayWrite(text: string): boolean {
  const known = kinds.get(text);
  if (known !== undefined) return known;
  if (kinds.size >= kindsMax) kinds.clear();
  const writes =
    !/^\s*(?:select|with)\b/i.test(text) || /^\s*with\b.*\b(?:insert|update|delete|merge)\b/is.test(text);
  kinds.set(text, writes);
  return writes;
}
