/** A statement with `$1` … for its values. */
export type Statement = { text: string; values: readonly unknown[] };

/**
 * Inserts into these columns, for what every order writes: the text is composed once for each number of rows. `then` is
 * what follows the rows, such as `returning *`. Names are the caller's own and never come from outside.
 */
export function insertInto<Column extends string>(
  table: string,
  columns: readonly Column[],
  then = '',
): (rows: readonly Record<Column, unknown>[]) => Statement {
  const texts: string[] = [];
  const textOf = (rows: number): string => {
    const tuples = Array.from({ length: rows }, (_row, row) => {
      const places = columns.map((_column, column) => `$${row * columns.length + column + 1}`);
      return `(${places.join(', ')})`;
    });
    return `insert into ${table} (${columns.join(', ')}) values ${tuples.join(', ')} ${then}`;
  };
  return (rows) => ({
    text: (texts[rows.length] ??= textOf(rows.length)),
    values: rows.flatMap((row) => columns.map((column) => row[column])),
  });
}
