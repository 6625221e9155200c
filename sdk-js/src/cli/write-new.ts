import { writeFileSync } from 'node:fs';
import { UsageError } from './read-files.ts';

/** Writes a secret into a file of its own, for its owner's eyes only. @throws UsageError when the file is there already. */
export function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new UsageError(
      isThere
        ? `${file} is there already; a secret is never written over something.`
        : `${file} cannot be written: ${(error as Error).message}`,
    );
  }
}
