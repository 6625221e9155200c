import type { Posting } from './posting.ts';

/**
 * The posting of an event of a plan that several funders carry: the template's for each one's part, in their order, stored
 * as one. What belongs to none of them stands in the first part. With a single part it is the template's own.
 */
export function jointly<Part>(
  parts: readonly Part[],
  template: (part: Part, index: number) => Posting,
): Posting {
  const [first, ...rest] = parts.map(template);
  if (!first) throw new Error('nobody carries this plan');
  return { ...first, transfers: [first, ...rest].flatMap(({ transfers }) => transfers) };
}
