import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`it must be a whole number from ${least} on`);
    return value;
  };
}

/** Reads an option that is a share between 0 and 1, neither of them. */
export function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0.01 && value <= 0.9)) throw new InvalidArgumentError('it must be from 0.01 to 0.9');
  return value;
}

/** Collects column names, given apart or with commas between them. */
export function columnNames(text: string, before: string[] = []): string[] {
  return [
    ...before,
    ...text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ];
}
