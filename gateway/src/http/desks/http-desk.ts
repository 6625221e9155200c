import type { Context } from '../../context.ts';
import { findDesk } from '../../credit/desks/addresses.ts';
import { deskDeadlineMs } from '../../credit/desks/desks.ts';
import { DeskDown, type DeskQuestion, type DeskReceipt, type FunderDesk } from '../../credit/desks/port.ts';
import { findFunderKey } from '../../credit/funder-keys.ts';
import { GatewayError } from '../../lib/errors.ts';
import { gatewayKeys } from '../../lib/gateway-key.ts';
import { OutsideFailure, sendOutside } from '../send-outside.ts';
import { type AnswerKeys, proofOf, readAnswer, type Said } from './answer.ts';
import { deskTarget } from './desk-target.ts';
import { signQuestion } from './question.ts';

type Host = Pick<Context, 'db' | 'clock' | 'vault' | 'config' | 'log'>;

/** Over before whoever asks gives up, so that the reason is logged. */
const timeoutMs = deskDeadlineMs - 100;
/** An honest answer has some hundred. */
const mostBytes = 16 * 1024;

/**
 * The services of funders that lie at addresses of their own (docs/funders.md). Each question and each answer is signed.
 * Whatever is not an answer that the funder signed to this very question is an outage, and is logged with its reason.
 */
export function createHttpDesk(host: Host): FunderDesk {
  return {
    async ask(question) {
      const { said, receipt } = await send(host, question, 'ask');
      if (said.answer === 'accepted') return { status: 'accepted', receipt };
      if (said.answer === 'refused') return { status: 'refused', code: said.code, receipt };
      throw outage(host, question, 'it answered a question as if it were told of a withdrawal');
    },
    async withdraw(question) {
      const { said } = await send(host, question, 'withdraw');
      if (said.answer === 'withdrawn') return 'withdrawn';
      throw outage(host, question, 'it was told of a withdrawal and answered something else');
    },
  };
}

async function send(
  host: Host,
  question: DeskQuestion,
  type: 'ask' | 'withdraw',
): Promise<{ said: Said; receipt: DeskReceipt }> {
  const { db, clock, vault, config } = host;
  const [key] = gatewayKeys(vault);
  const { environmentId } = question;
  const url = (await findDesk(db, question))?.url;
  try {
    if (!key || !url) throw new DeskDown('it has no address');
    // What the rules for addresses allowed when it was set, they may not allow now.
    const target = deskTarget(config, { url, environmentId });
    const request = signQuestion(question, { type, url: target.url, key, wallNow: clock.now() });
    const { headers, body } = request;
    const sent = { method: 'POST' as const, headers, body, timeoutMs, mostBytes };
    const response = await sendOutside(target, sent);
    const receivedAt = clock.now();
    const keys = { wallNow: receivedAt, findKey: findKeyOf(host) };
    const said = await readAnswer(response, request, { question, keys });
    return {
      said,
      receipt: { reference: said.reference ?? null, proof: proofOf(request, response, receivedAt) },
    };
  } catch (error) {
    const isOutage =
      error instanceof DeskDown || error instanceof OutsideFailure || error instanceof GatewayError;
    throw isOutage ? outage(host, question, error.message) : error;
  }
}

function outage({ log }: Host, { askId, funderId }: DeskQuestion, reason: string): DeskDown {
  log.warn({ funder_id: funderId, ask_id: askId, reason }, 'the service of a funder did not answer');
  return new DeskDown(reason);
}

function findKeyOf(host: Host): AnswerKeys['findKey'] {
  return async (keyid) => {
    const key = await findFunderKey(host, keyid);
    return key && { ...key, ownerId: key.funderId };
  };
}
