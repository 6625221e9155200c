import { describe, expect, it } from 'vitest';
import { namedSql } from '../src/lib/named-sql.ts';

describe('a statement with names for its values', () => {
  it('has one place for each name, in the order in which they come first', () => {
    const find = namedSql<'id' | 'environment'>('select :id where a = :environment or b = :id');
    expect(find({ environment: 'live', id: 'ord_1' })).toEqual({
      text: 'select $1 where a = $2 or b = $1',
      values: ['ord_1', 'live'],
    });
  });

  it('leaves casts, colons in texts and values that it does not name alone', () => {
    const sum = namedSql<'amount' | 'unused'>("select :amount::bigint, 'a: b', 'principal:' || id from t");
    expect(sum({ amount: 1n, unused: 2 })).toEqual({
      text: "select $1::bigint, 'a: b', 'principal:' || id from t",
      values: [1n],
    });
  });
});
