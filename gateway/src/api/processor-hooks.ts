import { type RequestHandler, Router } from 'express';
import type { Context } from '../context.ts';
import { localsOf } from '../http/locals.ts';
import { readBody, refuseMethod } from '../http/mount.ts';
import { refuseOverload } from '../http/overload.ts';
import { addressOf, rateLimitsOf } from '../http/rate-limits.ts';
import { GatewayError } from '../lib/errors.ts';
import { takeProcessorNews } from '../jobs/take-processor-news.ts';
import { type ProcessorEvent, readEvent } from '../processor/hooks/read-event.ts';
import { isFromProcessor } from '../processor/hooks/verify.ts';

/** Many times what the processor's largest events have. */
const bodyMaxBytes = 1_048_576;

/**
 * Where the processor tells what has happened: POST /stripe, signed by it under one of `secrets`. Everything that it has
 * signed is answered with 204, whatever becomes of it, because it would only say it again; nothing outside is called before
 * the answer. What it has not signed is a 400 that does not say why, and is counted by address. It is no part of the API
 * that merchants call, so it stands in no contract.
 */
export function processorHooks(
  context: Context,
  input: { environmentId: string; secrets: readonly string[] },
): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post('/stripe', refuseOverload, readBody(bodyMaxBytes), receive(context, input));
  router.all('/stripe', refuseMethod('POST'));
  return router;
}

function receive(
  context: Context,
  { environmentId, secrets }: { environmentId: string; secrets: readonly string[] },
): RequestHandler {
  const { count } = rateLimitsOf(context);
  return async (req, res) => {
    localsOf(res).operationId = 'receiveProcessorNews';
    const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    const event = eventIn(body, req.headersDistinct['stripe-signature'], {
      secrets,
      now: context.clock.now(),
    });
    if (!event) {
      await count(res, 'address', addressOf(req.ip ?? ''));
      throw new GatewayError('malformed_header');
    }
    const became = await takeProcessorNews(context, { environmentId, event });
    context.log.info(
      { event: event.id, type: event.type, ...(became === 'repeated' ? { result: became } : became) },
      'the processor has news',
    );
    res.statusCode = 204;
    res.end();
  };
}

/** What the processor says; undefined when it is not the processor, or not now. */
function eventIn(
  body: Buffer,
  signatures: readonly string[] | undefined,
  { secrets, now }: { secrets: readonly string[]; now: Date },
): ProcessorEvent | undefined {
  const [header, ...others] = signatures ?? [];
  if (header === undefined || others.length > 0) return undefined;
  return isFromProcessor({ body, header, secrets, wallNow: now }) ? readEvent(body) : undefined;
}
