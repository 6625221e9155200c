import { z } from 'zod';
import { invalidRequest } from './answers.ts';
import type { Form } from './form.ts';

export const Amount = z
  .string()
  .regex(/^[1-9][0-9]{0,14}$/)
  .transform(Number);
export const Currency = z.string().regex(/^[a-z]{3}$/);
/** Stripe's limits: 50 keys of 40 characters with values of 500. */
export const Metadata = z
  .record(z.string().min(1).max(40), z.string().max(500))
  .refine((metadata) => Object.keys(metadata).length <= 50)
  .default({});

/** Reads parameters; those that are wrong or not known are refused, so that no mistake of ours passes unseen. */
export function read<S extends z.ZodType>(schema: S, form: Form): z.output<S> {
  const parsed = schema.safeParse(form);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys';
  const param = unknown ? issue.keys[0] : issue?.path.join('.');
  throw invalidRequest(
    `${param}: ${issue?.message ?? 'invalid'}`,
    unknown ? 'parameter_unknown' : 'parameter_invalid',
    param,
  );
}

/** What every list may be asked. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^([1-9][0-9]?|100)$/)
    .transform(Number)
    .default(10),
  starting_after: z.string().optional(),
  created: z
    .strictObject({
      gte: z
        .string()
        .regex(/^[0-9]+$/)
        .transform(Number),
    })
    .optional(),
};

/** The query of a list that can be narrowed by one field. */
export function listQuery<F extends string>(field: F) {
  return z.strictObject({ ...pageQuery, ...({ [field]: z.string() } as Record<F, z.ZodString>) });
}

type PageInput = {
  limit: number;
  starting_after?: string | undefined;
  created?: { gte: number } | undefined;
};

/** One page of `objects`, which are the newest first, as Stripe's lists are. */
export function pageOf<T extends { id: string; created: number }>(
  url: string,
  objects: T[],
  page: PageInput,
) {
  const gte = page.created?.gte ?? 0;
  const wanted = objects.filter(({ created }) => created >= gte);
  const start = page.starting_after ? wanted.findIndex(({ id }) => id === page.starting_after) + 1 : 0;
  const data = wanted.slice(start, start + page.limit);
  return { object: 'list', url, has_more: start + data.length < wanted.length, data };
}
