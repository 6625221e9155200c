import { z } from 'zod';
import { type Dispute, type DisputeWords, readWords } from '../../disputes/disputes.ts';
import { type EvidenceFile, listEvidence } from '../../disputes/evidence/files.ts';
import { evidenceTypes } from '../../disputes/evidence/types.ts';
import { disputeActions, disputeReasons, disputeStatuses } from '../../disputes/state.ts';
import { AmountJson, CurrencyCode, idOf, Timestamp } from '../../http/schemas.ts';
import type { Id } from '../../lib/ids.ts';
import { toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { listShipments } from '../../orders/captures.ts';
import { ShipmentJson, shipmentJson } from './order.ts';

export const EvidenceJson = z
  .object({
    id: idOf('evi'),
    object: z.literal('dispute_evidence'),
    given_by: z.enum(['shopper', 'merchant']),
    name: z.string(),
    content_type: z.enum(evidenceTypes),
    size: z.int().meta({ description: 'Bytes.' }),
    sha256: z.string().meta({ description: 'Of the bytes, in hexadecimal digits.' }),
    created_at: Timestamp,
  })
  .meta({ id: 'DisputeEvidence' });

const ShippedJson = ShipmentJson.extend({ capture_id: idOf('cap'), captured_at: Timestamp }).meta({
  id: 'DisputeShipment',
});

export const DisputeJson = z
  .object({
    id: idOf('dsp'),
    object: z.literal('dispute'),
    order_id: idOf('ord'),
    status: z.enum(disputeStatuses).meta({
      description:
        'As seen from you: a won dispute refunds nothing. Silence until `response_due_at` is lost.',
    }),
    reason: z.enum(disputeReasons),
    amount: AmountJson.meta({ description: 'What is disputed; it is set apart until the dispute is over.' }),
    currency: CurrencyCode,
    response_due_at: Timestamp.meta({ description: "Until then, by the environment's clock, you answer." }),
    shopper_text: z.string(),
    answer_text: z.string().nullable().meta({ description: 'What you answered.' }),
    decision_text: z.string().nullable().meta({ description: 'Why it was decided so; both sides read it.' }),
    evidence: z.array(EvidenceJson),
    shipments: z.array(ShippedJson).meta({
      description: 'How the goods went, as you told with the captures: you need not send it again.',
    }),
    refunded_amount: AmountJson.meta({ description: 'What of the amount the shopper got by the outcome.' }),
    refund_id: idOf('rfd').nullable(),
    ended_by: z.enum(['merchant', 'deadline', 'operator', 'shopper']).nullable(),
    allowed_actions: z.array(z.enum(['answer', 'accept', 'add_evidence'])),
    version: z.int(),
    created_at: Timestamp,
    answered_at: Timestamp.nullable(),
    ended_at: Timestamp.nullable(),
  })
  .meta({ id: 'Dispute' });

export type DisputeJson = z.output<typeof DisputeJson>;
export type EvidenceJson = z.output<typeof EvidenceJson>;

export const evidenceExample: EvidenceJson = {
  id: 'evi_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'dispute_evidence',
  given_by: 'shopper',
  name: 'broken-cup.jpg',
  content_type: 'image/jpeg',
  size: 182_044,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  created_at: '2026-03-10T08:31:00.000Z',
};

export const disputeExample: DisputeJson = {
  id: 'dsp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'dispute',
  order_id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  status: 'open',
  reason: 'damaged',
  amount: 4000,
  currency: 'CNY',
  response_due_at: '2026-03-23T16:00:00.000Z',
  shopper_text: 'The cup was broken when it came.',
  answer_text: null,
  decision_text: null,
  evidence: [evidenceExample],
  shipments: [
    {
      capture_id: 'cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
      carrier: 'SF Express',
      tracking_number: 'SF1234567890123',
      captured_at: '2026-03-02T08:30:00.000Z',
    },
  ],
  refunded_amount: 0,
  refund_id: null,
  ended_by: null,
  allowed_actions: ['answer', 'accept', 'add_evidence'],
  version: 1,
  created_at: '2026-03-10T08:30:00.000Z',
  answered_at: null,
  ended_at: null,
};

export function evidenceJson(file: EvidenceFile): EvidenceJson {
  return {
    id: file.id,
    object: 'dispute_evidence',
    given_by: file.givenBy,
    name: file.name,
    content_type: file.contentType,
    size: file.size,
    sha256: file.sha256,
    created_at: file.createdAt.toISOString(),
  };
}

/** A dispute as its merchant sees it, with what both sides wrote and gave. */
export async function disputeJson(tx: Tx, dispute: Dispute): Promise<DisputeJson> {
  const words = await readWords(tx, dispute.id);
  const files = await listEvidence(tx, dispute.id);
  const shipments = await listShipments(tx, dispute.orderId);
  return {
    id: dispute.id,
    object: 'dispute',
    order_id: dispute.orderId as Id<'ord'>,
    status: dispute.status,
    reason: dispute.reason,
    amount: toJsonAmount(dispute.amount),
    currency: dispute.currency,
    response_due_at: dispute.responseDueAt.toISOString(),
    ...textsJson(words),
    evidence: files.map(evidenceJson),
    shipments: shipments.map((shipped) => ({
      capture_id: shipped.captureId,
      ...shipmentJson(shipped),
      captured_at: shipped.capturedAt.toISOString(),
    })),
    refunded_amount: toJsonAmount(dispute.refunded),
    refund_id: dispute.refundId as Id<'rfd'> | null,
    ended_by: dispute.endedBy,
    allowed_actions: disputeActions(dispute, 'merchant', tx.now).filter(isMerchants),
    version: dispute.version,
    created_at: dispute.createdAt.toISOString(),
    answered_at: dispute.answeredAt?.toISOString() ?? null,
    ended_at: dispute.endedAt?.toISOString() ?? null,
  };
}

function textsJson({
  words,
  answer,
  note,
}: DisputeWords): Pick<DisputeJson, 'shopper_text' | 'answer_text' | 'decision_text'> {
  return { shopper_text: words, answer_text: answer, decision_text: note };
}

function isMerchants(action: string): action is 'answer' | 'accept' | 'add_evidence' {
  return action === 'answer' || action === 'accept' || action === 'add_evidence';
}
