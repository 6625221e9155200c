import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Keeps the file for script tags, as it is built now, under the version of the package: the gateway serves it at that
 * version's address for ever. What is kept already is never changed: other bytes need a new version.
 */
const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const { version } = JSON.parse(read('package.json'));
const script = read('dist/morrow.iife.js');
const integrity = `sha384-${createHash('sha384').update(script).digest('base64')}`;
const releases = JSON.parse(read('releases/releases.json'));
const kept = releases.find((release) => release.version === version);

if (kept && kept.integrity !== integrity) {
  console.error(`${version} is kept with other bytes: raise the version in package.json, then release it.`);
  process.exitCode = 1;
} else if (kept) {
  console.log(`${version} is kept already.`);
} else {
  mkdirSync(new URL(`releases/${version}/`, import.meta.url), { recursive: true });
  writeFileSync(new URL(`releases/${version}/morrow.js`, import.meta.url), script);
  writeFileSync(
    new URL('releases/releases.json', import.meta.url),
    `${JSON.stringify([...releases, { version, integrity }], null, 2)}\n`,
  );
  console.log(`${version} is kept: ${integrity}`);
}
