import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The pages that people read: those at the root, below docs/ and beside the ledger. */
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The cells of every row of a Markdown table in `markdown`, without heads and rules. */
function rowsOf(markdown: string): string[][] {
  const lines = markdown.split('\n');
  return lines.flatMap((line, index) => {
    const isRow =
      line.startsWith('|') && !/^\|[\s|:-]+\|$/.test(line) && !/^\|[\s|:-]+\|$/.test(lines[index + 1] ?? '');
    return isRow
      ? [
          line
            .slice(1, -1)
            .split('|')
            .map((cell) => cell.trim()),
        ]
      : [];
  });
}

/** The part of a page below a heading, down to the next one of the same depth. */
function sectionOf(markdown: string, heading: string): string {
  const [, after] = markdown.split(`\n## ${heading}\n`);
  if (after === undefined) throw new Error(`there is no section ${heading}`);
  return after.split('\n## ')[0] ?? '';
}

type Manifest = { workspaces?: string[]; scripts?: Record<string, string> } & {
  [group in 'dependencies' | 'devDependencies' | 'optionalDependencies' | 'peerDependencies']?: Record<
    string,
    string
  >;
};

describe('docs/dependencies.md', () => {
  const manifest = JSON.parse(read('package.json')) as Manifest;
  // Mutation testing installs its own packages, apart from ours.
  const folders = [...(manifest.workspaces ?? []), 'scripts/mutation'];

  it('is about the root, every workspace and what has packages of its own', () => {
    const headings = [...read('docs/dependencies.md').matchAll(/^## `(.+)`$/gm)].map(([, name]) => name);
    expect(new Set(headings)).toEqual(new Set([...folders, 'root']));
  });

  it.each([...folders, 'root'])('lists what %s depends on, with exact versions and reasons', (name) => {
    const { dependencies, devDependencies, optionalDependencies, peerDependencies } = JSON.parse(
      read(name === 'root' ? 'package.json' : `${name}/package.json`),
    ) as Manifest;
    const declared = { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies };
    const foreign = Object.entries(declared).filter(([dependency]) => !dependency.startsWith('@morrow/'));
    const listed = rowsOf(sectionOf(read('docs/dependencies.md'), `\`${name}\``));

    expect(listed.map(([dependency = '', version = '']) => `${dependency} ${version}`).toSorted()).toEqual(
      foreign.map(([dependency, version]) => `\`${dependency}\` ${version}`).toSorted(),
    );
    for (const [, version] of foreign) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    for (const [dependency, , reason = ''] of listed) expect(reason, dependency).not.toBe('');
  });
});

describe('the docs', () => {
  it.each(pages)('%s leads only to what exists', (page) => {
    const markdown = read(page);
    const links = [...markdown.matchAll(/(?<!!)\[[^\]]*\]\(([^)#]+)[^)]*\)/g)].map(
      ([, target = '']) => target,
    );
    const near = links.filter((target) => !/^[a-z]+:/.test(target));
    for (const target of near) expect(existsSync(join(root, dirname(page), target)), target).toBe(true);
  });

  it.each(pages)('%s names only files and npm scripts that exist', (page) => {
    const markdown = read(page);
    const named = [...markdown.matchAll(/`((?:db|gateway|sdk-js|merchant-demo|scripts|docs)\/[\w./-]+)`/g)];
    for (const [, path = ''] of named) expect(existsSync(join(root, path)), path).toBe(true);
    const { scripts = {} } = JSON.parse(read('package.json')) as Manifest;
    for (const [, script = ''] of markdown.matchAll(/npm run ([\w:-]+)/g))
      expect(Object.keys(scripts)).toContain(script);
  });

  it('show the modules in the order that imports are held to', () => {
    const [, body = ''] =
      /const order[^=]*= \[\n([\s\S]*?)\n\];/.exec(read('scripts/check-imports.ts')) ?? [];
    const order = body.split('\n').map((line) => [...line.matchAll(/'([\w-]+)'/g)].map(([, name]) => name));
    const shown = rowsOf(sectionOf(read('docs/architecture.md'), 'The rooms')).map(([modules = '']) =>
      [...modules.matchAll(/`([\w-]+)`/g)].map(([, name]) => name),
    );
    expect(order.length).toBeGreaterThan(10);
    expect(shown).toEqual(order);
  });

  it('name every file of the architecture’s walk as it is in gateway/src', () => {
    const named = [...read('docs/architecture.md').matchAll(/`([a-z-]+\/[\w./-]+\.tsx?)`/g)].map(
      ([, path = '']) => path,
    );
    const missing = named.filter(
      (path) => !existsSync(join(root, 'gateway/src', path)) && !existsSync(join(root, path)),
    );
    expect(named.length).toBeGreaterThan(30);
    expect(missing).toEqual([]);
  });

  it('explain every variable that the configuration reads', () => {
    const configured = [...read('gateway/src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(
      ([, name]) => name,
    );
    const explained = rowsOf(sectionOf(read('docs/operations.md'), 'Variables')).map(([name = '']) =>
      name.replaceAll('`', ''),
    );
    expect(new Set(explained)).toEqual(new Set(configured));
  });

  it('explain every task that the worker starts by the clock', () => {
    const tasks = [...read('gateway/src/jobs/worker.ts').matchAll(/\{ task: '(\w+)'/g)].map(
      ([, name]) => name,
    );
    const explained = rowsOf(sectionOf(read('docs/operations.md'), 'What runs by itself')).map(
      ([name = '']) => name.replaceAll('`', ''),
    );
    expect(explained).toEqual(tasks);
  });
});
