import { z } from 'zod';
import { type Checkpoint, emptyHash, listCheckpoints } from '../events/checkpoints.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { Timestamp } from '../http/schemas.ts';
import { After, wholeNumber } from './feed-query.ts';

const Hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ description: 'SHA-256 in hexadecimal.' });

const CheckpointSchema = z
  .object({
    object: z.literal('event_checkpoint'),
    sequence: z.int().min(1).meta({ description: 'The number of the last event that it covers.' }),
    hash: Hash,
    previous_sequence: z
      .int()
      .min(0)
      .meta({ description: 'Up to where the checkpoint before covers; 0 for the first.' }),
    previous_hash: Hash,
    jws: z.string().meta({
      description:
        'The same, signed: a compact JWS of type morrow-event-checkpoint+jwt by the gateway’s key.',
    }),
    created_at: Timestamp,
  })
  .meta({ id: 'EventCheckpoint' });

const checkpointExample: z.output<typeof CheckpointSchema> = {
  object: 'event_checkpoint',
  sequence: 7,
  hash: 'af5357ac613e705e880ad7dba45cf9e489765be5c83dccf9d89ff8970b705ffe',
  previous_sequence: 0,
  previous_hash: emptyHash,
  jws: 'eyJhbGciOiJFZERTQSIsImtpZCI6ImsiLCJ0eXAiOiJtb3Jyb3ctZXZlbnQtY2hlY2twb2ludCtqd3QifQ.e30.AA',
  created_at: '2026-03-01T08:30:02.000Z',
};

function checkpointJson(checkpoint: Checkpoint): z.output<typeof CheckpointSchema> {
  return {
    object: 'event_checkpoint',
    sequence: Number(checkpoint.sequence),
    hash: checkpoint.hash,
    previous_sequence: Number(checkpoint.previousSequence),
    previous_hash: checkpoint.previousHash,
    jws: checkpoint.jws,
    created_at: checkpoint.createdAt.toISOString(),
  };
}

const list = defineRoute({
  method: 'get',
  path: '/v1/event-checkpoints',
  operationId: 'listEventCheckpoints',
  summary: 'Read the checkpoints of the feed',
  description:
    'The gateway’s signature under everything in your feed up to a number, each naming the one before: keep them, and ' +
    'check offline that no event was changed, removed or inserted. At most 100 events lie between two; they are made ' +
    'within an hour of an event, in a sandbox within seconds.',
  tags: ['Events'],
  auth: 'merchant',
  scope: 'read',
  query: z.strictObject({
    after: After,
    limit: wholeNumber({ min: 1, max: 100, default: 20, description: 'How many at most.' }),
  }),
  success: {
    status: 200,
    description: 'Those whose number is above `after`, in order.',
    schema: z.object({ data: z.array(CheckpointSchema) }),
    example: { data: [checkpointExample] },
  },
  async read(tx, { query, merchant }) {
    const rows = await listCheckpoints(tx, {
      stream: merchant.id,
      after: BigInt(query.after),
      limit: query.limit,
    });
    return { data: rows.map(checkpointJson) };
  },
});

export const eventCheckpointRoutes: Route[] = [list];
