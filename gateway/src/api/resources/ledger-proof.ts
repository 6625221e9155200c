import { z } from 'zod';
import { CurrencyCode, AmountJson, Timestamp } from '../../http/schemas.ts';
import type { LedgerProof } from '../../ledger/seals/proof.ts';

const hash = z.string().meta({ description: 'SHA-256 in lower-case hex.' });

const Transfer = z.object({
  environment: z.string(),
  id: z.string(),
  posting_id: z.string(),
  event: z.string(),
  kind: z.enum(['posted', 'pending', 'post', 'void']),
  pending_id: z.string().nullable(),
  debit: z.string(),
  credit: z.string(),
  currency: CurrencyCode,
  amount: AmountJson,
  subject_id: z.string(),
  occurred_at: Timestamp,
  recorded_at: Timestamp,
});

export const SealJson = z
  .object({
    number: z.int().min(1),
    hash: hash.meta({ description: 'SHA-256 of `jws` in hex; the next seal names it.' }),
    jws: z.string().meta({
      description:
        "A compact JWS by one of the gateway's keys (GET /.well-known/jwks.json), typ morrow-seal+jwt, over the Merkle " +
        'root of a range of transfers.',
    }),
  })
  .meta({ id: 'LedgerSeal' });

export const LedgerProofJson = z
  .object({
    object: z.literal('ledger_proof'),
    transfers: z.array(
      z.object({
        transfer: Transfer.meta({
          description: 'The leaf is SHA-256 of a zero byte and this object in canonical JSON (RFC 8785).',
        }),
        sealed: z
          .object({
            seal: z.int().min(1),
            place: z.int().min(0).meta({ description: 'From 0, among the transfers of its seal.' }),
            path: z.array(hash).meta({ description: 'The audit path of RFC 9162, the lowest hash first.' }),
          })
          .nullable()
          .meta({ description: 'Null until the next seal, a few seconds after the posting.' }),
      }),
    ),
    seals: z.array(SealJson),
  })
  .meta({ id: 'LedgerProof' });

export const sealExample: z.output<typeof SealJson> = {
  number: 7,
  hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  jws: 'eyJhbGciOiJFZERTQSJ9.eyJudW1iZXIiOjd9.c2lnbmF0dXJl',
};

const proofExample: z.output<typeof LedgerProofJson> = {
  object: 'ledger_proof',
  transfers: [
    {
      transfer: {
        environment: 'sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
        id: '4711',
        posting_id: 'pst_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
        event: 'capture',
        kind: 'post',
        pending_id: '4710',
        debit: 'principal:pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071:fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
        credit: 'merchant:mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
        currency: 'CNY',
        amount: 10000,
        subject_id: 'cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
        occurred_at: '2026-03-01T08:30:00.000Z',
        recorded_at: '2026-03-01T08:30:00.000Z',
      },
      sealed: { seal: 7, place: 0, path: [] },
    },
  ],
  seals: [sealExample],
};

export const proofSuccess = {
  status: 200 as const,
  description: 'The transfers in the order in which they were posted, and the seals over them.',
  schema: LedgerProofJson,
  example: proofExample,
};

export function proofJson(proof: LedgerProof): z.output<typeof LedgerProofJson> {
  return { object: 'ledger_proof', ...proof } as z.output<typeof LedgerProofJson>;
}
