import { array, assert, asyncProperty, constantFrom } from 'fast-check';
import { freshDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOnce } from '../src/http/idempotency.ts';
import { GatewayError } from '../src/lib/errors.ts';
import { insertInto } from '../src/lib/insert-sql.ts';
import { transactTogether } from '../src/lib/together.ts';
import { transact, type Tx, type TxHost } from '../src/lib/tx.ts';
import { ensureLiveEnvironment } from '../src/merchants/environments.ts';
import { createTestMerchant, testHost } from './support/events-world.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let host: ReturnType<typeof testHost>;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
  await ensureLiveEnvironment(host, 'UTC');
  await database.db.raw(
    'create table notes (id text primary key, said text not null, by_actor text not null)',
  );
});
afterAll(() => database.drop());

const insertNotes = insertInto('notes', ['id', 'said', 'by_actor']);
const note = (tx: Tx, id: string, said = 'once') =>
  tx.later(insertNotes([{ id, said, by_actor: tx.actor.id }]));

const by = (id: string) => ({ environmentId: 'live', actor: { kind: 'system', id } }) as const;

/** Everybody's work begins in one turn, and so in one transaction. */
function together<T>(works: readonly ((tx: Tx) => Promise<T>)[], at: TxHost = host) {
  return Promise.allSettled(
    works.map((work, index) =>
      transactTogether(at, by(`member ${index}`), { early: async () => undefined, work }),
    ),
  );
}

async function transactionOf(tx: Tx): Promise<string> {
  const [row] = await tx.query<{ id: string }>('select pg_current_xact_id()::text as id where $1', [true]);
  return row!.id;
}

const refusal = () => new GatewayError('limit_exceeded', { detail: 'no' });

async function notesOf(prefix: string): Promise<Record<string, string>> {
  const rows = await database
    .db<{ id: string; by_actor: string }>('notes')
    .where('id', 'like', `${prefix}%`)
    .orderBy('id');
  return Object.fromEntries(rows.map((row) => [row.id, row.by_actor]));
}

const values = (settled: readonly PromiseSettledResult<unknown>[]) =>
  settled.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as { code: string }).code));

const plain = (id: string) => async (tx: Tx) => {
  note(tx, id);
  return transactionOf(tx);
};

describe('those who begin at once', () => {
  it('share one transaction, in which each is who it is', async () => {
    const settled = values(await together([plain('a1'), plain('a2'), plain('a3')]));
    expect(new Set(settled).size).toBe(1);
    expect(await notesOf('a')).toEqual({ a1: 'member 0', a2: 'member 1', a3: 'member 2' });
  });

  it('leave a refusal to the one that is refused', async () => {
    let tries = 0;
    const settled = values(
      await together([
        plain('b1'),
        async () => {
          tries += 1;
          throw refusal();
        },
        plain('b2'),
      ]),
    );
    expect(settled[1]).toBe('limit_exceeded');
    expect(settled[0]).toBe(settled[2]);
    expect(tries).toBe(1);
    expect(Object.keys(await notesOf('b'))).toEqual(['b1', 'b2']);
  });

  it('leave a refusal to the one that is refused also where it wrote what nobody waited for', async () => {
    const settled = values(
      await together([
        plain('bb1'),
        async (tx) => {
          note(tx, 'bb2');
          throw refusal();
        },
        plain('bb3'),
      ]),
    );
    expect(settled[1]).toBe('limit_exceeded');
    expect(settled[0]).toBe(settled[2]);
    expect(Object.keys(await notesOf('bb'))).toEqual(['bb1', 'bb3']);
  });

  it('are all done once each, alone, where one is refused after something of it was written', async () => {
    const settled = values(
      await together([
        plain('c1'),
        async (tx) => {
          note(tx, 'c2');
          await transactionOf(tx);
          throw refusal();
        },
        plain('c3'),
      ]),
    );
    expect(settled[1]).toBe('limit_exceeded');
    expect(settled[0]).not.toBe(settled[2]);
    expect(Object.keys(await notesOf('c'))).toEqual(['c1', 'c3']);
  });

  it('insert what they only write by few statements', async () => {
    const sent: string[] = [];
    const hear = ({ sql }: { sql: string }) => void (sql.startsWith('insert') && sent.push(sql));
    database.db.on('query', hear);
    const ids = Array.from({ length: 7 }, (_, index) => `k${index}`);
    await together(ids.map((id) => async (tx: Tx) => note(tx, id)));
    database.db.off('query', hear);
    expect(sent).toHaveLength(3);
    expect(Object.keys(await notesOf('k'))).toEqual(ids);
  });

  it('see what they wrote themselves when they ask again', async () => {
    const asking = (id: string) => async (tx: Tx) => {
      note(tx, id);
      const [seen] = await tx.query<{ by_actor: string }>('select by_actor from notes where id = $1', [id]);
      return seen?.by_actor;
    };
    expect(values(await together([asking('l1'), asking('l2')]))).toEqual(['member 0', 'member 1']);
  });

  it('lock the rows that they share in one order, and so do not end each other', async () => {
    const rows = ['m1', 'm2', 'm3', 'm4'];
    await database.db('notes').insert(rows.map((id) => ({ id, said: '', by_actor: 'nobody' })));
    const append = (id: string) => async (tx: Tx) => {
      const transaction = await transactionOf(tx);
      const write = { text: 'update notes set said = said || $2 where id = $1', values: [id, '+'] };
      tx.later({ ...write, sharedRow: id });
      return transaction;
    };
    const changed = [rows, rows.toReversed(), rows, rows.toReversed()];
    const inFours = { ...host, mostTogether: 4 };
    const settled = await Promise.all(
      changed.map((order) =>
        together(
          order.map((id) => append(id)),
          inFours,
        ),
      ),
    );
    // Nobody had to be done alone.
    expect(new Set(settled.flatMap(values)).size).toBe(changed.length);
    const found = await database.db<{ said: string }>('notes').where('id', 'like', 'm%').select('said');
    expect(found.map(({ said }) => said)).toEqual(['++++', '++++', '++++', '++++']);
  });

  it('are all done once each, alone, where the database refuses a statement of one', async () => {
    await together([plain('d0')]);
    const settled = values(await together([plain('d1'), plain('d0'), plain('d2'), plain('d2')]));
    expect(settled[1]).toBe('23505');
    // Of two that write the same row one is refused, and only that one.
    expect(settled.slice(2).filter((one) => one === '23505')).toHaveLength(1);
    expect(settled[0]).toMatch(/^\d+$/);
    expect(Object.keys(await notesOf('d'))).toEqual(['d0', 'd1', 'd2']);
  });

  it('keep what a neighbour swallowed from being committed', async () => {
    const settled = await together([
      plain('e1'),
      async (tx) => {
        await tx.query('select 1 / $1::integer', [0]).catch(() => undefined);
        note(tx, 'e2');
        return 'swallowed';
      },
    ]);
    expect(settled[0]?.status).toBe('fulfilled');
    expect(settled[1]).toMatchObject({ status: 'rejected', reason: { code: '22012' } });
    expect(Object.keys(await notesOf('e'))).toEqual(['e1']);
  });

  it('leave the one that uses the builder, which can do to a transaction what it likes', async () => {
    const settled = values(
      await together([
        plain('f1'),
        async (tx) => {
          const id = await transactionOf(tx);
          await tx.sql.transaction(async (inner) => {
            await inner('notes').insert({ id: 'f2', said: 'once', by_actor: 'builder' });
          });
          return id;
        },
        plain('f3'),
      ]),
    );
    expect(settled[0]).toBe(settled[2]);
    expect(settled[1]).not.toBe(settled[0]);
    expect(Object.keys(await notesOf('f'))).toEqual(['f1', 'f2', 'f3']);
  });

  it('refuse what is still asked for when its own work is over', async () => {
    let kept: Tx | undefined;
    const late = async (tx: Tx) => {
      // Time for the first to end its work.
      await transactionOf(tx);
      await transactionOf(tx);
      await expect(kept!.query('select $1::integer', [1])).rejects.toThrow('over');
    };
    const first = async (tx: Tx): Promise<void> => {
      kept = tx;
    };
    expect((await together([first, late])).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });
});

describe('a lock', () => {
  it('that a neighbour has is waited for, and what it did is then seen', async () => {
    const locking = (id: string) => async (tx: Tx) => {
      await tx.lock('one at a time');
      const seen = await tx.query('select id from notes where id like $1', ['g%']);
      note(tx, id);
      return seen.length;
    };
    const works = Array.from({ length: 6 }, (_, index) => locking(`g${index}`));
    const settled = values(await together(works));
    expect(new Set(settled)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });

  it('that somebody else has is waited for alone, by who needs it', async () => {
    let release!: () => void;
    const released = new Promise<void>((resolve) => void (release = resolve));
    let holds!: () => void;
    const held = new Promise<void>((resolve) => void (holds = resolve));
    const holder = transact(host, by('holder'), async (tx) => {
      await tx.lock('elsewhere');
      holds();
      await released;
    });
    await held;
    const done: string[] = [];
    const following = (id: string, lock?: string) => async (tx: Tx) => {
      if (lock !== undefined) await tx.lock(lock);
      note(tx, id);
      return id;
    };
    const all = [following('h1'), following('h2', 'elsewhere'), following('h3')].map((work) =>
      transactTogether(host, by('member'), { early: async () => undefined, work }).then((id) =>
        done.push(id),
      ),
    );
    await Promise.all([all[0], all[2]]);
    expect(done.toSorted()).toEqual(['h1', 'h3']);
    release();
    await Promise.all([holder, ...all]);
    expect(Object.keys(await notesOf('h'))).toEqual(['h1', 'h2', 'h3']);
  });
});

describe('a connection that ends', () => {
  it('before COMMIT leaves everybody done once', async () => {
    let kills = 0;
    const settled = await together([
      plain('i1'),
      async (tx) => {
        note(tx, 'i2');
        kills += 1;
        if (kills === 1) await tx.query('select pg_terminate_backend(pg_backend_pid(), $1)', [0]);
        return 'done';
      },
      plain('i3'),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(kills).toBe(2);
    expect(Object.keys(await notesOf('i'))).toEqual(['i1', 'i2', 'i3']);
  });

  it('behind COMMIT is told to everybody, and the Idempotency-Key says what was done', async () => {
    const merchantId = await createTestMerchant(host, 'live');
    const lost = new Error('Connection terminated unexpectedly');
    const losing = {
      ...host,
      db: new Proxy(host.db, {
        get(db, name) {
          if (name !== 'transaction') return Reflect.get(db, name, db) as unknown;
          return async (work: never) => {
            await db.transaction(work);
            throw lost;
          };
        },
      }),
    };
    const send = (at: TxHost, id: string) =>
      writeOnce(
        at,
        by('sender'),
        { environmentId: 'live', merchantId, key: id, fingerprint: Buffer.alloc(32) },
        {
          ask: async () => id,
          async work(tx, asked) {
            note(tx, asked ?? '');
            return { status: 201, text: JSON.stringify({ id }) };
          },
        },
      );
    const first = await Promise.allSettled([send(losing, 'j1'), send(losing, 'j2')]);
    expect(first).toEqual([
      { status: 'rejected', reason: lost },
      { status: 'rejected', reason: lost },
    ]);
    expect(await Promise.all([send(host, 'j1'), send(host, 'j2')])).toEqual([
      { status: 201, text: '{"id":"j1"}', replayed: true },
      { status: 201, text: '{"id":"j2"}', replayed: true },
    ]);
    expect(Object.keys(await notesOf('j'))).toEqual(['j1', 'j2']);
  });

  it('that cannot be had is told to everybody', async () => {
    const unreachable = {
      ...host,
      db: new Proxy(host.db, { get: () => () => Promise.reject(new Error('no')) }),
    };
    const settled = await together([plain('k1'), plain('k2')], unreachable);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

const kinds = ['plain', 'refused', 'refusedLate', 'taken', 'locks', 'builds', 'broken'] as const;

describe('fifty at once of every kind', () => {
  it('are each done once or not at all, by their own kind only', async () => {
    await together([plain('taken')]);
    let round = 0;
    await assert(
      asyncProperty(array(constantFrom(...kinds), { minLength: 50, maxLength: 50 }), async (drawn) => {
        round += 1;
        const prefix = `z${round}.`;
        const settled = await together(drawn.map((kind, index) => workOf(kind, `${prefix}${index}`)));
        const written = await notesOf(prefix);
        const expected = drawn.flatMap((kind, index) =>
          kind === 'plain' || kind === 'locks' || kind === 'builds' ? [`${prefix}${index}`] : [],
        );
        expect(Object.keys(written).toSorted()).toEqual(expected.toSorted());
        for (const [index, one] of settled.entries()) {
          const id = `${prefix}${index}`;
          expect(one.status).toBe(id in written ? 'fulfilled' : 'rejected');
          if (id in written) expect(written[id]).toBe(`member ${index}`);
        }
      }),
      { numRuns: 6 },
    );
  });
});

function workOf(kind: (typeof kinds)[number], id: string): (tx: Tx) => Promise<unknown> {
  return async (tx) => {
    if (kind === 'refused') throw refusal();
    if (kind === 'locks') await tx.lock('among fifty');
    if (kind === 'broken') await tx.query('select 1 / $1::integer', [0]);
    if (kind === 'builds') {
      await tx.sql('notes').insert({ id, said: 'once', by_actor: tx.actor.id });
      return id;
    }
    note(tx, kind === 'taken' ? 'taken' : id);
    if (kind === 'refusedLate') throw refusal();
    return id;
  };
}
