/** Ways in which a statement of a migration can hold up everybody who writes, with what to do instead. */
export const dangers = {
  index_not_concurrent:
    'create or drop an index of an existing table concurrently, in a migration of its own that says so',
  column_type: 'a new type rewrites the table: add a column, fill it by batches, move over, drop the old one',
  set_not_null:
    'reads the table: add the constraint `not null … not valid`, and validate it in a migration that runs concurrently',
  constraint_not_valid:
    'reads the table: add it `not valid` (unique and primary keys `using index`), and validate it in a migration that runs concurrently',
  validate_in_transaction: 'validate a constraint in a migration that runs concurrently',
  column_rewrites:
    'an added column may have a constant default, and nothing that is computed by the row (identity, stored, a volatile default)',
  column_checked: 'an added column takes its constraints afterwards, `not valid`',
  table_rewritten: 'rewrites the table or locks it whole',
  backfill: 'fill in rows by batches (`limit`), in a migration that runs concurrently',
  several_tables:
    'change one existing table in a migration: the lock of one is held while the next is waited for',
  hidden: 'what a `do` block or a called function executes cannot be checked: write the statements out',
  not_concurrent: 'a migration that runs concurrently holds only what needs no transaction',
} as const;

export type Danger = keyof typeof dangers;

export type Found = { danger: Danger; statement: string };

type Input = {
  /** The SQL of one migration as it was sent, statements separated by semicolons. */
  sql: string;
  /** Whether it runs outside a transaction. */
  concurrently: boolean;
};

/**
 * What in a migration may hold up writers of tables that were there before it; tables that it makes itself are nobody's yet.
 * Goes by the form of statements, not by what is in the tables: every existing table counts as a big one.
 */
export function dangersOf({ sql, concurrently }: Input): Found[] {
  const statements = statementsOf(sql);
  const fresh = new Set(
    statements.flatMap((text) => nameAfter(text, /^create (?:unlogged )?table (?:if not exists )?/) ?? []),
  );
  const found: Found[] = [];
  const locked = new Set<string>();
  for (const statement of statements) {
    for (const danger of judge(statement, fresh, concurrently)) found.push({ danger, statement });
    const table = nameAfter(statement, /^alter table (?:if exists )?(?:only )?/);
    if (table === undefined || fresh.has(table) || concurrently) continue;
    locked.add(table);
    if (locked.size === 2) found.push({ danger: 'several_tables', statement });
  }
  return found;
}

function judge(text: string, fresh: ReadonlySet<string>, concurrently: boolean): Danger[] {
  if (concurrently) return needsNoTransaction(text) ? [] : ['not_concurrent'];
  if (text.startsWith('do ') || /^(?:call|execute) /.test(text)) return ['hidden'];
  const indexed = /^create (?:unique )?index (?:.*? )?on (?:only )?([\w."]+)/.exec(text)?.[1];
  if (indexed !== undefined) return fresh.has(bare(indexed)) ? [] : ['index_not_concurrent'];
  if (text.startsWith('drop index ')) return ['index_not_concurrent'];
  if (/^(?:vacuum|cluster|truncate|reindex|lock|refresh materialized view)\b/.test(text))
    return ['table_rewritten'];
  const written = nameAfter(text, /^(?:update (?:only )?|delete from (?:only )?|merge into )/);
  if (written !== undefined) return fresh.has(written) ? [] : ['backfill'];
  const altered = nameAfter(text, /^alter table (?:if exists )?(?:only )?/);
  return altered === undefined || fresh.has(altered) ? [] : actionsOf(text).flatMap(judgeAction);
}

/** One action of an `alter table` on a table in use. */
function judgeAction(action: string): Danger[] {
  if (/^alter (?:column )?\S+ (?:set data )?type /.test(action)) return ['column_type'];
  if (/^alter (?:column )?\S+ set not null/.test(action)) return ['set_not_null'];
  if (/^alter (?:column )?\S+ (?:add generated|set expression)/.test(action)) return ['column_rewrites'];
  if (action.startsWith('validate constraint')) return ['validate_in_transaction'];
  if (/^(?:set (?:logged|unlogged|tablespace|access method)|detach partition)/.test(action))
    return ['table_rewritten'];
  if (/^add (?:constraint|check|foreign key|unique|primary key|exclude|not null)\b/.test(action))
    return /not valid$|using index \S+/.test(action) ? [] : ['constraint_not_valid'];
  if (!/^add (?!value)/.test(action)) return [];
  const found: Danger[] = [];
  if (/ generated | (?:small|big)?serial\b/.test(action) || hasVolatileDefault(action))
    found.push('column_rewrites');
  const isUnfilled = / not null/.test(action) && !/ default /.test(action);
  if (isUnfilled || / (?:references|check|unique|primary key)\b/.test(action)) found.push('column_checked');
  return found;
}

/** now() and its kin are computed once for all rows; of other functions nobody can tell by their name. */
function hasVolatileDefault(action: string): boolean {
  const value =
    / default (.*?)(?: (?:check|references|constraint|not null|unique)\b.*)?$/.exec(action)?.[1] ?? '';
  const calls = value.matchAll(/([\w.]+) ?\(/g);
  return [...calls].some(
    ([, name = '']) => !['now', 'transaction_timestamp', 'jsonb_build_object'].includes(name),
  );
}

function needsNoTransaction(text: string): boolean {
  return (
    /^(?:create (?:unique )?index|drop index|reindex \w+) concurrently /.test(text) ||
    /^alter table (?:if exists )?\S+ (?:validate constraint \S+|detach partition \S+ concurrently)$/.test(
      text,
    ) ||
    /^(?:select|set|reset|show|with) /.test(text) ||
    (/^(?:update|delete from|insert into) /.test(text) && / limit /.test(text))
  );
}

/** The parts of an `alter table` between commas that no parentheses hold. */
function actionsOf(text: string): string[] {
  const body = text.replace(/^alter table (?:if exists )?(?:only )?\S+ /, '');
  let depth = 0;
  let parts = [''];
  for (const letter of body) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) parts.push('');
    else parts = [...parts.slice(0, -1), parts.at(-1)! + letter];
  }
  return parts.map((part) => part.trim());
}

/** The single statements, in lower case and on one line each, without comments and what is quoted. */
function statementsOf(sql: string): string[] {
  return sql
    .replaceAll(/\$(\w*)\$[\s\S]*?\$\1\$/g, "''")
    .replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    .toLowerCase()
    .split(';')
    .map((text) => text.replaceAll(/\s+/g, ' ').trim())
    .filter((text) => text !== '');
}

function nameAfter(text: string, start: RegExp): string | undefined {
  const rest = start.exec(text);
  const name = rest && /^[\w."]+/.exec(text.slice(rest[0].length))?.[0];
  return name ? bare(name) : undefined;
}

const bare = (name: string): string => name.replaceAll('"', '').replace(/^public\./, '');
