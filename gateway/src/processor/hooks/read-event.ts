import { z } from 'zod';

const Name = z.string().min(1).max(255);

/** An object that is named by its id, or shown as a whole. */
const Named = z.union([Name, z.object({ id: Name }).transform(({ id }) => id)]);

/** What we read of the object that an event is about. Amounts are not among it, but whether a transfer is back. */
const Thing = z.object({
  id: Name,
  status: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  payment_intent: Named.nullish(),
  reversed: z.boolean().nullish(),
  amount_reversed: z.number().nullish(),
  failure_code: z.string().max(100).nullish(),
});

const Snapshot = z.object({
  object: z.literal('event'),
  id: Name,
  type: Name,
  created: z.number().int().nonnegative(),
  account: Name.nullish(),
  data: z.object({ object: z.unknown() }),
});

/** The newer kind, which tells that something has changed and not how it is now. */
const Notice = z.object({
  object: z.literal('v2.core.event'),
  id: Name,
  type: Name,
  created: z.iso.datetime({ offset: true }),
  related_object: z.object({ id: Name }).nullish(),
});

export type Thing = z.infer<typeof Thing>;

/** One event of the processor. */
export type ProcessorEvent = {
  /** The processor's own id of the event, the same whenever it is sent. */
  id: string;
  type: string;
  madeAt: Date;
  /** The merchant's account that it happened on; undefined for our own. */
  account: string | undefined;
  /** What it is about, as it was then; undefined when that could not be read. */
  thing: Thing | undefined;
};

/** The event in a body that the processor has signed; undefined when it is none. */
export function readEvent(body: Buffer): ProcessorEvent | undefined {
  const json = parse(body);
  const snapshot = Snapshot.safeParse(json);
  if (snapshot.success) {
    const { id, type, created, account, data } = snapshot.data;
    const madeAt = new Date(created * 1000);
    return { id, type, madeAt, account: account ?? undefined, thing: Thing.safeParse(data.object).data };
  }
  const notice = Notice.safeParse(json);
  if (!notice.success) return undefined;
  const { id, type, created, related_object: related } = notice.data;
  return {
    id,
    type,
    madeAt: new Date(created),
    account: undefined,
    thing: related ? { id: related.id } : undefined,
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
