/** A statement with `$1` … for its values. */
export type Statement = {
  text: string;
  values: readonly unknown[];
  /** Of an insert that may be sent as one with others' of the same form, in any order among theirs. */
  form?: InsertForm;
  /** Names the row it changes, where orders of others change the same one. It may be sent behind all that is asked for after it. */
  sharedRow?: string;
};

/** How rows go into one table; those of several statements can be put together (`joinInserts`). */
export type InsertForm = {
  /** How many values a row has. */
  width: number;
  /** The statement for so many rows. */
  textOf(rows: number): string;
};

type Options<Column extends string> = {
  /** What follows the rows, such as `returning *`; whoever reads what that answers does not use `later`. */
  ending?: string;
  /** SQL for what is stored of a column in place of its value; it names the row's values by `$column`. */
  expressions?: Partial<Record<Column, string>>;
};

/**
 * Inserts into these columns, for what every order writes: the text is composed once for each number of rows. Names and
 * expressions are the caller's own and never come from outside.
 */
export function insertInto<Column extends string>(
  table: string,
  columns: readonly Column[],
  { ending = '', expressions = {} }: Options<Column> = {},
): (rows: readonly Record<Column, unknown>[]) => Statement & { form: InsertForm } {
  const width = columns.length;
  const texts: string[] = [];
  const tupleOf = (row: number): string => {
    const placeOf = (column: Column): string => `$${row * width + columns.indexOf(column) + 1}`;
    const stored = columns.map((column) => {
      const expression: string | undefined = expressions[column];
      return (
        expression?.replaceAll(/\$(\w+)/g, (_whole, name: string) => placeOf(name as Column)) ??
        placeOf(column)
      );
    });
    return `(${stored.join(', ')})`;
  };
  const compose = (rows: number): string => {
    const tuples = Array.from({ length: rows }, (_row, row) => tupleOf(row));
    return `insert into ${table} (${columns.join(', ')}) values ${tuples.join(', ')} ${ending}`;
  };
  const form: InsertForm = { width, textOf: (rows) => (texts[rows] ??= compose(rows)) };
  return (rows) => ({
    text: form.textOf(rows.length),
    values: rows.flatMap((row) => columns.map((column) => row[column])),
    form,
  });
}
