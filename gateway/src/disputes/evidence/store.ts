import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Where files lie that are too large for the database. A name is 64 hexadecimal digits and means nothing outside; the bytes
 * come sealed, so whoever keeps them cannot read them. Putting a name again replaces it, removing what is not there does
 * nothing.
 */
export type EvidenceStore = {
  put(name: string, bytes: Buffer): Promise<void>;
  /** Throws when there is no such file. */
  get(name: string): Promise<Buffer>;
  remove(name: string): Promise<void>;
  /** The names of what was put before this instant of the wall clock, in no order. */
  listBefore(at: Date): AsyncIterable<string>;
};

const nameShape = /^[0-9a-f]{64}$/;
const partSuffix = '.part';

/** A store in a folder of this machine, which is made with the first file; readable by nobody else. */
export function diskEvidence(folder: string): EvidenceStore {
  const shelfOf = (name: string): string => join(folder, name.slice(0, 2));
  const pathOf = (name: string): string => {
    if (!nameShape.test(name)) throw new Error('evidence has a name that no file of ours has');
    return join(shelfOf(name), name);
  };
  return {
    async put(name, bytes) {
      const path = pathOf(name);
      await mkdir(shelfOf(name), { recursive: true, mode: 0o700 });
      // A process that ends in the middle leaves a part, never half a file under its name.
      await writeFile(path + partSuffix, bytes, { mode: 0o600, flush: true });
      await rename(path + partSuffix, path);
    },
    get: async (name) => readFile(pathOf(name)),
    remove: async (name) => rm(pathOf(name), { force: true }),
    async *listBefore(at) {
      for (const shelf of await namesIn(folder)) {
        for (const file of await namesIn(join(folder, shelf))) {
          const path = join(folder, shelf, file);
          const name = file.endsWith(partSuffix) ? file.slice(0, -partSuffix.length) : file;
          if (!nameShape.test(name) || !(await isOlder(path, at))) continue;
          if (name === file) yield name;
          else await rm(path, { force: true });
        }
      }
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => absent(error, []));
}

async function isOlder(path: string, at: Date): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => absent(error, undefined));
  return found !== undefined && found.mtime < at;
}

function absent<T>(error: unknown, instead: T): T {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return instead;
  throw error;
}
