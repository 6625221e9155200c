import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dependenciesIn, faultOf, licenceList } from './licences.ts';

/**
 * Writes what the gateway is made of into a folder (`.data/sbom` where none is named): `sbom.cdx.json`, the bill of
 * materials by CycloneDX as npm makes it of what is needed at run time, and `licences.txt`. Ends with 1 where a dependency is not pinned or
 * has a licence that is not on the list of `licences.ts`.
 */
const root = resolve(import.meta.dirname, '..');
const folder = resolve(process.argv[2] ?? join(root, '.data/sbom'));

const dependencies = dependenciesIn(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
const made = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  stdio: ['ignore', 'pipe', 'ignore'],
});

type Bill = {
  components: { 'bom-ref': string; purl: string }[];
  dependencies: { ref: string; dependsOn: string[] }[];
};

/** npm's own `--omit dev` also leaves out what is needed at run time and in development. */
function atRunTime(bill: Bill): Bill {
  const tools = dependencies.filter(({ isRuntime }) => !isRuntime);
  const left = new Set(tools.map(({ name, version }) => `pkg:npm/${name}@${version}`));
  for (const { name, version, isRuntime } of dependencies)
    if (isRuntime) left.delete(`pkg:npm/${name}@${version}`);
  const components = bill.components.filter(({ purl }) => !left.has(decodeURIComponent(purl)));
  const refs = new Set(components.map((component) => component['bom-ref']));
  return {
    ...bill,
    components,
    dependencies: bill.dependencies
      .filter(({ ref }) => refs.has(ref) || ref.startsWith('morrow@'))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) })),
  };
}

const bill = atRunTime(JSON.parse(made) as Bill);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
writeFileSync(join(folder, 'licences.txt'), licenceList(dependencies));

console.log(`${folder}: ${bill.components.length} components, ${dependencies.length} licences`);
const faults = dependencies.map(faultOf).filter((fault) => fault !== undefined);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
