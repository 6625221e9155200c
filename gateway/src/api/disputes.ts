import { z } from 'zod';
import type { Context } from '../context.ts';
import { acceptDispute, answerDispute } from '../disputes/answer.ts';
import { findDispute, listDisputes, mostWords } from '../disputes/disputes.ts';
import { addEvidence } from '../disputes/evidence/add.ts';
import { readEvidence } from '../disputes/evidence/files.ts';
import { evidenceTypes, mostFileBytes, mostFiles } from '../disputes/evidence/types.ts';
import { disputeStatuses } from '../disputes/state.ts';
import { defineRoute, type RequestMerchant, type Route } from '../http/route.ts';
import { idOf, PageQuery, pageOf, toPage } from '../http/schemas.ts';
import { transact, type Tx } from '../lib/tx.ts';
import {
  DisputeJson,
  disputeExample,
  disputeJson,
  EvidenceJson,
  evidenceExample,
  evidenceJson,
} from './resources/dispute.ts';

const params = z.object({ dispute_id: idOf('dsp') });

const answeredExample: DisputeJson = {
  ...disputeExample,
  status: 'under_review',
  answer_text: 'It was sent on 2 March and signed for.',
  allowed_actions: ['accept', 'add_evidence'],
  version: 2,
  answered_at: '2026-03-12T08:30:00.000Z',
};

const lostExample: DisputeJson = {
  ...disputeExample,
  status: 'lost',
  refunded_amount: 4000,
  refund_id: 'rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  ended_by: 'merchant',
  allowed_actions: [],
  version: 2,
  ended_at: '2026-03-12T08:30:00.000Z',
};

/** Files are kept outside the database, so work with them is not one transaction. */
function inTxOf(
  context: Context,
  { environmentId, id, kid }: RequestMerchant,
  access: 'read' | 'write' = 'write',
) {
  const actor = { kind: 'merchant', id, kid } as const;
  return <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    transact(context, { environmentId, actor, access }, work);
}

const list = defineRoute({
  method: 'get',
  path: '/v1/disputes',
  operationId: 'listDisputes',
  summary: 'List disputes',
  description:
    'Disputes of your orders in the order in which they were opened. `status=open` gives those ' +
    'that wait for your answer; each says in `response_due_at` for how long. One that nobody ' +
    'answers is lost.',
  tags: ['Disputes'],
  auth: 'merchant',
  scope: 'read',
  query: PageQuery.extend({
    order_id: idOf('ord').optional(),
    status: z.enum(disputeStatuses).optional(),
  }),
  problems: ['cursor_invalid'],
  success: {
    status: 200,
    description: 'In the order in which they were opened.',
    schema: pageOf(DisputeJson),
    example: { data: [disputeExample], next_cursor: null },
  },
  async read(tx, { query, merchant }) {
    const rows = await listDisputes(tx, {
      merchantId: merchant.id,
      orderId: query.order_id,
      statuses: query.status && [query.status],
      after: query.cursor,
      limit: query.limit + 1,
    });
    const page = toPage(
      rows,
      query.limit,
      (row) => row.id,
      (row) => row,
    );
    const data: DisputeJson[] = [];
    for (const row of page.data) data.push(await disputeJson(tx, row));
    return { data, next_cursor: page.next_cursor };
  },
});

const get = defineRoute({
  method: 'get',
  path: '/v1/disputes/{dispute_id}',
  operationId: 'getDispute',
  summary: 'Read a dispute',
  description:
    'One dispute: what the shopper says, how much is disputed and set apart, until when you are ' +
    'expected to answer, which files there are, and how it ended.',
  tags: ['Disputes'],
  auth: 'merchant',
  scope: 'read',
  params,
  success: { status: 200, description: 'The dispute.', schema: DisputeJson, example: disputeExample },
  read: async (tx, { params: { dispute_id: disputeId }, merchant }) =>
    disputeJson(tx, await findDispute(tx, { disputeId, merchantId: merchant.id })),
});

const answer = defineRoute({
  method: 'post',
  path: '/v1/disputes/{dispute_id}/evidence',
  operationId: 'answerDispute',
  summary: 'Answer a dispute',
  description:
    'Says why the dispute is not right; an operator decides then, by what both sides wrote and gave. Add your files before or after ' +
    'it, as long as nobody has decided.',
  tags: ['Disputes'],
  auth: 'merchant',
  scope: 'refunds',
  params,
  body: z.strictObject({ text: z.string().min(1).max(mostWords) }),
  bodyExample: { text: 'It was sent on 2 March and signed for.' },
  success: { status: 200, description: 'It is under review.', schema: DisputeJson, example: answeredExample },
  problems: ['state_conflict'],
  write: async (tx, { params: { dispute_id: disputeId }, body, merchant }) =>
    disputeJson(tx, await answerDispute(tx, { disputeId, merchantId: merchant.id, text: body.text })),
});

const addFile = defineRoute({
  method: 'post',
  path: '/v1/disputes/{dispute_id}/evidence-files',
  operationId: 'addDisputeEvidence',
  summary: 'Add a file to a dispute',
  description:
    `The body is the file itself, signed by its Content-Digest like every body: at most ${mostFileBytes} bytes, and ${mostFiles} files of ` +
    'each side. Its bytes have to be of the type that Content-Type says. The same file twice is one.',
  tags: ['Disputes'],
  auth: 'merchant',
  scope: 'refunds',
  params,
  query: z.strictObject({
    name: z
      .string()
      .min(1)
      .max(200)
      .default('file')
      .meta({ description: 'What you call it, such as `receipt.pdf`.' }),
  }),
  upload: { types: evidenceTypes, maxBytes: mostFileBytes },
  success: {
    status: 201,
    description: 'It is kept.',
    schema: EvidenceJson,
    example: {
      ...evidenceExample,
      given_by: 'merchant',
      name: 'receipt.pdf',
      content_type: 'application/pdf',
    },
  },
  problems: ['evidence_unreadable', 'evidence_limit', 'state_conflict'],
  async run(context, { params: { dispute_id: disputeId }, query, rawBody, headers, merchant }) {
    const host = { evidence: context.evidence, inTx: inTxOf(context, merchant) };
    const saidToBe = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    return evidenceJson(
      await addEvidence(host, {
        disputeId,
        merchantId: merchant.id,
        side: 'merchant',
        name: query.name,
        bytes: rawBody,
        saidToBe,
      }),
    );
  },
});

const EvidenceContent = EvidenceJson.extend({
  content: z.string().meta({ description: 'The bytes in base64.' }),
}).meta({ id: 'DisputeEvidenceContent' });

const getFile = defineRoute({
  method: 'get',
  path: '/v1/disputes/{dispute_id}/evidence-files/{evidence_id}',
  operationId: 'getDisputeEvidence',
  summary: 'Read a file of a dispute',
  description:
    'A file with its bytes in base64: yours, or one that the shopper gave. Treat what a stranger ' +
    'gave as what it is, and do not open it in a browser.',
  tags: ['Disputes'],
  auth: 'merchant',
  scope: 'read',
  params: params.extend({ evidence_id: idOf('evi') }),
  success: {
    status: 200,
    description: 'The file.',
    schema: EvidenceContent,
    example: { ...evidenceExample, content: '/9j/4AAQSkZJRg==' },
  },
  async run(context, { params: { dispute_id: disputeId, evidence_id: evidenceId }, merchant }) {
    if (!merchant) throw new Error('a dispute is read by its merchant');
    const host = { evidence: context.evidence, inTx: inTxOf(context, merchant, 'read') };
    const { file, bytes } = await readEvidence(host, { disputeId, evidenceId, merchantId: merchant.id });
    return { ...evidenceJson(file), content: bytes.toString('base64') };
  },
});

const accept = defineRoute({
  method: 'post',
  path: '/v1/disputes/{dispute_id}/accept',
  operationId: 'acceptDispute',
  summary: 'Accept a dispute',
  description:
    'Gives in: all that is disputed is refunded out of what was set apart, and the rate part of ' +
    'the fee comes back as with a refund. The dispute is lost and closed at once, without anybody ' +
    'deciding.',
  tags: ['Disputes'],
  auth: 'merchant',
  scope: 'refunds',
  params,
  success: { status: 200, description: 'It is lost.', schema: DisputeJson, example: lostExample },
  problems: ['state_conflict'],
  write: async (tx, { params: { dispute_id: disputeId }, merchant }) =>
    disputeJson(tx, await acceptDispute(tx, { disputeId, merchantId: merchant.id })),
});

export const disputeRoutes: Route[] = [list, get, answer, addFile, getFile, accept];
