import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { DeskDown, type DeskProof, type DeskQuestion } from '../../credit/desks/port.ts';
import { GatewayError } from '../../lib/errors.ts';
import { headerLines } from '../signatures/message.ts';
import type { OutgoingRequest } from '../signatures/sign-request.ts';
import type { VerificationKey } from '../signatures/verify.ts';
import { type ReceivedResponse, verifyResponse } from '../signatures/verify-response.ts';
import { ANSWER_TAG } from './question.ts';

const reference = z
  .string()
  .regex(/^[!-~]{1,64}$/)
  .optional();

const Said = z.discriminatedUnion('answer', [
  z.object({ id: z.string(), answer: z.literal('accepted'), reference }),
  z.object({ id: z.string(), answer: z.literal('refused'), code: z.string(), reference }),
  z.object({ id: z.string(), answer: z.literal('withdrawn'), reference }),
]);

/** What a funder's service said, in its words. */
export type Said = z.infer<typeof Said>;

export type AnswerKeys = {
  wallNow: Date;
  /** The key of a funder by its keyid. */
  findKey(keyid: string): Promise<(VerificationKey & { environmentId: string }) | undefined>;
};

/**
 * What a service said to a question, if the funder that was asked has signed it: anything else may come from anybody, and
 * counts as no answer.
 *
 * @throws DeskDown with the reason
 */
export async function readAnswer(
  response: ReceivedResponse,
  request: OutgoingRequest,
  {
    question,
    keys,
  }: { question: Pick<DeskQuestion, 'askId' | 'funderId' | 'environmentId'>; keys: AnswerKeys },
): Promise<Said> {
  if (response.status !== 200) throw new DeskDown(`it answered with ${response.status}`);
  try {
    await verifyResponse(response, request, {
      tag: ANSWER_TAG,
      wallNow: keys.wallNow,
      async findKey(keyid) {
        const key = await keys.findKey(keyid);
        const isOfAsked = key?.ownerId === question.funderId && key.environmentId === question.environmentId;
        return isOfAsked ? key : undefined;
      },
    });
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new DeskDown(`its answer is not signed as it has to be: ${error.message}`);
  }
  const said = Said.safeParse(parse(response.body));
  if (!said.success) throw new DeskDown('its answer cannot be read');
  if (said.data.id !== question.askId) throw new DeskDown('it answered another question');
  return said.data;
}

/** Undefined for what is no JSON. What is kept as text must be the very bytes that were signed, hence UTF-8 only. */
function parse(body: Buffer): unknown {
  try {
    return isUtf8(body) ? JSON.parse(body.toString()) : undefined;
  } catch {
    return undefined;
  }
}

const keptOfAnswer = ['content-type', 'content-digest', 'signature-input', 'signature'];

/** What has to be kept of both messages, so that the answer can be verified again by whoever has the keys. */
export function proofOf(request: OutgoingRequest, response: ReceivedResponse, receivedAt: Date): DeskProof {
  const headers = keptOfAnswer.flatMap((name) => {
    const [line] = headerLines(response, name) ?? [];
    return line === undefined ? [] : [[name, line] as const];
  });
  return {
    url: request.url.href,
    question: { headers: request.headers, body: request.body },
    answer: { status: response.status, headers: Object.fromEntries(headers), body: response.body.toString() },
    receivedAt: receivedAt.toISOString(),
  };
}
