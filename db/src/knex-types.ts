import type { Knex } from 'knex';

/** pg writes a bigint exactly, but knex's types do not know that one may be bound. */
type Binding = Knex.RawBinding | bigint;
/** What may be bound to the question marks of raw SQL. */
export type Bindings = Binding | readonly Binding[] | Readonly<Record<string, Binding>>;

// TypeScript merges two declarations of an interface only when their type parameters are the same.
/* oxlint-disable typescript/no-explicit-any, eslint/no-unused-vars */
declare module 'knex' {
  namespace Knex {
    interface RawBuilder<TRecord extends {} = any, TResult = any> {
      <TResult2 = TResult>(sql: string, bindings: Bindings): Raw<TResult2>;
    }
    interface RawQueryBuilder<TRecord extends {} = any, TResult = unknown[]> {
      <TResult2 = TResult>(sql: string, bindings?: Bindings): QueryBuilder<TRecord, TResult2>;
    }
    interface Where<TRecord extends {} = any, TResult = unknown> {
      (columnName: string, value: bigint): QueryBuilder<TRecord, TResult>;
      (columnName: string, operator: string, value: bigint): QueryBuilder<TRecord, TResult>;
    }
  }
}
