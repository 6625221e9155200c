import type { InsertForm, Statement } from './insert-sql.ts';

type Inserts = { form: InsertForm; values: unknown[] };

/**
 * So many rows go into one statement at most, and only so many as are a power of two: each number is a text of its own, which
 * every connection prepares and keeps.
 */
const mostRows = 32;

/**
 * What several write in one transaction, each of them one list, in the order in which it is sent. Rows of one form come together; each
 * one's statements stay in the order in which it wrote them, and nobody minds those of others between them. What changes a
 * row that others change, too, comes last, in order of the rows: so it is locked only while the transaction ends, and no two
 * transactions wait for each other.
 */
export function joinInserts(written: readonly (readonly Statement[])[]): Statement[] {
  const shared = written.flat().filter(({ sharedRow }) => sharedRow !== undefined);
  return [...joinRows(written), ...shared.toSorted((a, b) => compareTexts(rowOf(a), rowOf(b)))];
}

const rowOf = ({ sharedRow = '' }: Statement): string => sharedRow;

const compareTexts = (a: string, b: string): number => Number(a > b) - Number(a < b);

function joinRows(written: readonly (readonly Statement[])[]): Statement[] {
  // What is sent before the insert with the same number, and behind the last one.
  const between: Statement[][] = [[]];
  const inserts: Inserts[] = [];
  const add = (statement: Statement, passed: number): number => {
    const { form, values, sharedRow } = statement;
    if (sharedRow !== undefined) return passed;
    if (!form) {
      between[passed]?.push(statement);
      return passed;
    }
    const found = inserts.findIndex((insert, index) => index >= passed && insert.form === form);
    if (found !== -1) {
      inserts[found]?.values.push(...values);
      return found + 1;
    }
    inserts.splice(passed, 0, { form, values: [...values] });
    between.splice(passed + 1, 0, []);
    return passed + 1;
  };
  for (const own of written) {
    let passed = 0;
    for (const statement of own) passed = add(statement, passed);
  }
  return between.flatMap((others, at) => [...others, ...(inserts[at] ? inFew(inserts[at]) : [])]);
}

function inFew({ form, values }: Inserts): Statement[] {
  const statements: Statement[] = [];
  for (let from = 0; from < values.length;) {
    const left = (values.length - from) / form.width;
    const rows = 2 ** Math.floor(Math.log2(Math.min(left, mostRows)));
    const to = from + rows * form.width;
    statements.push({ text: form.textOf(rows), values: values.slice(from, to) });
    from = to;
  }
  return statements;
}
