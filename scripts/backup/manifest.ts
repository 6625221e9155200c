import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a backup holds; the last file that is written, so that a backup without it is none. */
export type Manifest = {
  /** Of PostgreSQL, such as 18: another one cannot read these files. */
  version: number;
  /** When the copy was whole; nothing earlier can be restored from it. ISO 8601, the database's clock. */
  wholeAt: string;
  /** The first segment of the write-ahead log that it needs. */
  firstWal: string;
  /** Who owned the data; PostgreSQL only reads what it owns. */
  owner: { uid: number; gid: number };
  folders: string[];
  /** By path below `data`: the SHA-256 in hex. */
  files: Record<string, string>;
};

export const manifestName = 'backup.json';
export const dataName = 'data';

/** Throws when there is no whole backup in `folder`. */
export async function readManifest(folder: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as Manifest;
  } catch (cause) {
    throw new Error(`${folder} holds no whole backup: ${manifestName} is missing or damaged.`, { cause });
  }
}
