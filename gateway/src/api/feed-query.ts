import { z } from 'zod';

/** A whole number in a query, where everything is text. */
export function wholeNumber(range: { min?: number; max: number; default: number; description: string }) {
  const { min = 0, max, default: missing, description } = range;
  return z
    .string()
    .regex(/^\d{1,16}$/, 'Send a whole number.')
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .default(missing)
    .meta({
      description,
      override: { type: 'integer', pattern: undefined, minimum: min, maximum: max, default: missing },
    });
}

/** What a page of a feed follows. */
export const After = wholeNumber({
  max: Number.MAX_SAFE_INTEGER,
  default: 0,
  description: 'The number of the last one that you have handled; 0 begins at the beginning.',
});
