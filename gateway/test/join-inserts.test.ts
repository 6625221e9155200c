import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insertInto, type Statement } from '../src/lib/insert-sql.ts';
import { joinInserts } from '../src/lib/join-inserts.ts';

const insertPair = insertInto('pairs', ['a', 'b']);
const insertWord = insertInto('words', ['word'], { ending: 'on conflict do nothing' });

/** What somebody writes, as it is told by `told` below. */
type Write = { kind: 'pair' | 'word' | 'other' | 'shared'; said: string };

function statementOf({ kind, said }: Write): Statement {
  if (kind === 'pair') return insertPair([{ a: said, b: said }]);
  if (kind === 'word') return insertWord([{ word: said }]);
  if (kind === 'other') return { text: 'update others', values: [said] };
  return { text: 'update shared', values: [said], sharedRow: said.slice(-1) };
}

/** The writes that a statement does, in its order. */
function told({ text, values }: Statement): string[] {
  return text.startsWith('insert into pairs')
    ? values.filter((_value, at) => at % 2 === 0).map(String)
    : values.map(String);
}

const anyWrites = array(array(constantFrom('pair', 'word', 'other', 'shared'), { maxLength: 8 }), {
  maxLength: 40,
});

/** Names each write by who writes it, its place there, and the row that it changes where that is shared. */
const named = (kinds: readonly (readonly Write['kind'][])[]): Write[][] =>
  kinds.map((own, by) => own.map((kind, at) => ({ kind, said: `${by}:${at}:${(by * 7 + at) % 5}` })));

describe('writes of several in one transaction', () => {
  it('are all sent once, and what is no shared row in the order in which each one wrote it', () => {
    assert(
      property(anyWrites, (kinds) => {
        const writes = named(kinds);
        const sent = joinInserts(writes.map((own) => own.map(statementOf))).flatMap(told);
        expect(sent.toSorted()).toEqual(
          writes
            .flat()
            .map(({ said }) => said)
            .toSorted(),
        );
        for (const own of writes) {
          const inOrder = own.filter(({ kind }) => kind !== 'shared').map(({ said }) => said);
          expect(sent.filter((said) => inOrder.includes(said))).toEqual(inOrder);
        }
      }),
    );
  });

  it('change shared rows behind everything else, in order of the rows', () => {
    assert(
      property(anyWrites, (kinds) => {
        const sent = joinInserts(named(kinds).map((own) => own.map(statementOf)));
        const isShared = sent.map(({ sharedRow }) => sharedRow !== undefined);
        expect(isShared).toEqual(isShared.toSorted((a, b) => Number(a) - Number(b)));
        const rows = sent.flatMap(({ sharedRow }) => sharedRow ?? []);
        expect(rows).toEqual(rows.toSorted());
      }),
    );
  });

  it('insert the rows of those who write alike by as few statements as powers of two allow', () => {
    const alike = Array.from({ length: 45 }, (_, by) =>
      named([['other', 'pair', 'word']])
        .flat()
        .map(({ kind }) => ({ kind, said: `${by}` })),
    );
    const sent = joinInserts(alike.map((own) => own.map(statementOf)));
    const countsOf = (table: string) =>
      sent.filter(({ text }) => text.includes(table)).map((one) => told(one).length);
    expect(countsOf('pairs')).toEqual([32, 8, 4, 1]);
    expect(countsOf('words')).toEqual([32, 8, 4, 1]);
    expect(countsOf('others')).toHaveLength(45);
  });
});

describe('an insert', () => {
  it('numbers the values of each row, also where an expression names them', () => {
    const insert = insertInto('t', ['id', 'at', 'zone'], {
      expressions: { zone: 'coalesce($zone::text, (select zone from z where id = $id))' },
      ending: 'returning id',
    });
    const row = { id: 1, at: 2, zone: null };
    expect(insert([row, { ...row, id: 4 }])).toMatchObject({
      text:
        'insert into t (id, at, zone) values ($1, $2, coalesce($3::text, (select zone from z where id = $1))), ' +
        '($4, $5, coalesce($6::text, (select zone from z where id = $4))) returning id',
      values: [1, 2, null, 4, 2, null],
    });
  });
});
