import { z } from 'zod';

/** What package-lock.json says of one installed package. */
const Package = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  license: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  dev: z.boolean().optional(),
});
const Lock = z.looseObject({ packages: z.record(z.string(), Package) });

export type Dependency = {
  name: string;
  version: string;
  /** By SPDX; empty where the package names none. */
  licence: string;
  /** Whether the hash of what is installed stands in the lock file. */
  isPinned: boolean;
  /** Whether it is needed where the gateway runs, and not only to develop it. */
  isRuntime: boolean;
};

/** Licences that ask for no more than to be named with what we hand on. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
]);
/** Licences of tools that we use and do not hand on: who changes their files has to show the changes. */
const allowedInDevelopment = new Set(['MPL-2.0']);

/** Everything that package-lock.json installs from elsewhere, by name and version. `lock` is the file's JSON. */
export function dependenciesIn(lock: unknown): Dependency[] {
  const { packages } = Lock.parse(lock);
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
    .map(([path, { version = '', license = '', integrity, dev = false }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      licence: license,
      isPinned: /^\d+\.\d+\.\d+/.test(version) && integrity?.startsWith('sha512-') === true,
      isRuntime: !dev,
    }))
    .toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What is wrong with a dependency, or undefined: where it has a choice of licences, one that is allowed is enough. */
export function faultOf({ name, version, licence, isPinned, isRuntime }: Dependency): string | undefined {
  const at = `${name} ${version}`;
  if (!isPinned) return `${at} is not pinned by its hash`;
  const choices = licence.replaceAll(/[()]/g, '').split(' OR ');
  const fits = choices.some((one) => allowed.has(one) || (!isRuntime && allowedInDevelopment.has(one)));
  return fits ? undefined : `${at} has the licence ${licence || 'of nobody'}`;
}

/** A list for people: how many of each licence, then every package with its own. */
export function licenceList(dependencies: readonly Dependency[]): string {
  const counts = new Map<string, number>();
  for (const { licence } of dependencies) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  return [
    ...[...counts].toSorted(([a], [b]) => compare(a, b)).map(([licence, count]) => `${licence}: ${count}`),
    '',
    ...dependencies.map(
      ({ name, version, licence, isRuntime }) =>
        `${name} ${version} · ${licence}${isRuntime ? '' : ' · development only'}`,
    ),
    '',
  ].join('\n');
}
