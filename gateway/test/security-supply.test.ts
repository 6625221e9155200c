import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { dependenciesIn, faultOf } from '../../scripts/licences.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
const lock = read('package-lock.json');

it('every dependency is pinned by its hash and has a licence that is allowed', () => {
  const dependencies = dependenciesIn(lock);
  expect(dependencies.length).toBeGreaterThan(200);
  expect(dependencies.filter(({ isRuntime }) => isRuntime).length).toBeGreaterThan(100);
  expect(dependencies.map(faultOf).filter((fault) => fault !== undefined)).toEqual([]);
});

it('what only mutation testing installs is pinned and licensed as well', () => {
  const dependencies = dependenciesIn(read('scripts/mutation/package-lock.json'));
  expect(dependencies.length).toBeGreaterThan(100);
  expect(dependencies.filter(({ isRuntime }) => isRuntime)).toEqual([]);
  // Data about browsers, which asks to be named where it is handed on; we do not hand it on.
  const code = dependencies.filter(({ name }) => name !== 'caniuse-lite');
  expect(code.map(faultOf).filter((fault) => fault !== undefined)).toEqual([]);
});

it.each([
  ['of nobody', { license: undefined }],
  ['AGPL-3.0-only', { license: 'AGPL-3.0-only' }],
  ['MPL-2.0', { license: 'MPL-2.0' }],
  ['MIT AND GPL-3.0-only', { license: 'MIT AND GPL-3.0-only' }],
])('a dependency at run time with the licence %s is a fault', (_name, change) => {
  const installed = { version: '1.0.0', integrity: 'sha512-x', ...change };
  const [found] = dependenciesIn({ packages: { 'node_modules/a': installed } });
  expect(found && faultOf(found)).toContain('a 1.0.0 has the licence');
  const [tool] = dependenciesIn({ packages: { 'node_modules/a': { ...installed, dev: true } } });
  expect(tool && faultOf(tool) === undefined).toBe(change.license === 'MPL-2.0');
});

it.each([
  ['without a hash', { version: '1.0.0' }],
  ['with a weak hash', { version: '1.0.0', integrity: 'sha1-x' }],
  ['from a branch', { version: 'main', integrity: 'sha512-x' }],
])('a dependency %s is a fault', (_name, installed) => {
  const [found] = dependenciesIn({ packages: { 'node_modules/a': { ...installed, license: 'MIT' } } });
  expect(found && faultOf(found)).toContain('is not pinned');
});

it('the bill of materials names everything that the gateway needs at run time', () => {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-sbom-'));
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/sbom.ts', folder], {
    cwd: root,
    stdio: 'ignore',
  });
  expect(readdirSync(folder).toSorted()).toEqual(['licences.txt', 'sbom.cdx.json']);
  const { bomFormat, components } = JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8')) as {
    bomFormat: string;
    components: { purl: string }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const named = new Set(components.map(({ purl }) => decodeURIComponent(purl)));
  const { dependencies } = JSON.parse(readFileSync(join(root, 'gateway/package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const [name, version] of Object.entries(dependencies))
    expect(named).toContain(`pkg:npm/${name}@${version}`);
  rmSync(folder, { recursive: true });
});
