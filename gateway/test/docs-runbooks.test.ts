import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folder = 'docs/operations/runbooks';
const runbooks = readdirSync(join(root, folder)).filter((name) => name !== 'README.md');
const pages = [...runbooks.map((name) => `${folder}/${name}`), 'docs/operations/backup.md'];

type Rule = { alert: string; annotations: { summary?: string; runbook_url?: string } };
const { groups } = parse(read('docs/operations/alerts.yml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

/** What other machines have, with which anybody can look. */
const machine = new Set(['curl', 'psql', 'df', 'du']);

const blocksOf = (page: string, language: string): string[] =>
  [...page.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(
    ([, body = '']) => body,
  );

/** The names of alerts in the line that every runbook begins with. */
function alertsOf(name: string): string[] {
  const line = /^Alerts: (.+)$/m.exec(read(`${folder}/${name}`))?.[1] ?? '';
  return [...line.matchAll(/`(\w+)`/g)].map(([, alert = '']) => alert);
}

describe('the runbooks', () => {
  it('are ten or more, and the list has them all', () => {
    expect(runbooks.length).toBeGreaterThanOrEqual(10);
    const listed = [...read(`${folder}/README.md`).matchAll(/^\| \[([\w-]+\.md)\]/gm)].map(
      ([, name]) => name,
    );
    expect(new Set(listed)).toEqual(new Set(runbooks));
  });

  it.each(runbooks)(
    '%s says how one notices, what people see, where to look, what to do and what comes after',
    (name) => {
      const page = read(`${folder}/${name}`);
      const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      expect(headings).toEqual(['How you notice', 'What people see', 'Look', 'Act', 'Afterwards']);
      for (const part of page.split(/^## .+$/m).slice(1)) expect(part.trim().length).toBeGreaterThan(20);
      expect(page).toMatch(/^Alerts: (?:`|none; )/m);
    },
  );

  it('name the alerts that lead to them, and each alert leads to one', () => {
    const led = rules.map(({ alert, annotations }) => `${alert} runbooks ${annotations.runbook_url}`);
    const named = runbooks.flatMap((name) =>
      alertsOf(name).map((alert) => `${alert} runbooks runbooks/${name}`),
    );
    expect(led.length).toBeGreaterThan(9);
    expect(named.toSorted()).toEqual(led.toSorted());
    const listed = read(`${folder}/README.md`)
      .split('\n')
      .filter((line) => line.startsWith('| ['));
    for (const line of listed) {
      const [, name = ''] = /\[([\w-]+\.md)\]/.exec(line) ?? [];
      expect([...line.matchAll(/`(\w+)`/g)].map(([, alert]) => alert)).toEqual(alertsOf(name));
    }
  });

  it('every alert that a page names by its name exists', () => {
    const known = new Set(rules.map(({ alert }) => alert));
    for (const page of [...pages, 'docs/operations.md', `${folder}/README.md`])
      for (const [, alert = ''] of read(page).matchAll(/`(Morrow[A-Z]\w+)`/g))
        expect(known, page).toContain(alert);
  });
});

/** What is wrong with a command line; undefined when all that it names exists. */
function faultOf(line: string): string | undefined {
  const words = line.replace(/ +#.*$/, '').split(/ +/);
  const [program = ''] = words;
  if (machine.has(program) || line.startsWith('node -e ')) return undefined;
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const isNpm = program === 'npm' && words[1] === 'run';
  const script = isNpm
    ? scripts[words[2] ?? '']?.split(' ').at(-1)
    : words.slice(0, 3).join(' ') === 'node --import tsx'
      ? words[3]
      : undefined;
  if (script === undefined || !existsSync(join(root, script))) return `${line}: there is no such command`;
  const source = read(script);
  const rest = isNpm ? words.slice(words[3] === '--' ? 4 : 3) : words.slice(4);
  const [command = ''] = rest;
  if (!source.includes(`.command('${command}')`)) return `${line}: ${script} has no ${command}`;
  const flags = rest.filter((word) => word.startsWith('--'));
  const missing = flags.find((flag) => !source.includes(`'${flag} `));
  return missing === undefined ? undefined : `${line}: ${script} has no ${missing}`;
}

describe('the commands of runbooks', () => {
  it('the check of them finds one that does not exist', () => {
    expect(faultOf('npm run nothing -- check')).toContain('no such command');
    expect(faultOf('npm run books -- repair')).toContain('has no repair');
    expect(faultOf('npm run books -- check --everything')).toContain('has no --everything');
    expect(faultOf('npm run books -- check --environment live')).toBeUndefined();
  });

  it.each(pages)('%s: all exist, with their options', (path) => {
    const lines = blocksOf(read(path), 'sh').flatMap((body) => body.trim().split(/\n */));
    expect(lines.flatMap((line) => faultOf(line) ?? [])).toEqual([]);
  });
});

describe('the statements of runbooks', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  it.each(runbooks)('%s: all run on the schema of this code', async (name) => {
    const statements = blocksOf(read(`${folder}/${name}`), 'sql').flatMap((body) =>
      body.split(/;\n/).filter((text) => text.trim() !== ''),
    );
    for (const statement of statements) {
      const isWhole = database.db.transaction(async (trx) => {
        await trx.raw(statement);
        throw new Error('it ran');
      });
      await expect(isWhole, statement).rejects.toThrow(/^it ran$/);
    }
  });

  it('most have some', () => {
    const have = runbooks.filter((name) => blocksOf(read(`${folder}/${name}`), 'sql').length > 0);
    expect(have.length).toBeGreaterThan(runbooks.length - 3);
  });
});
