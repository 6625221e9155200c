import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import { encodeCursor, idOf, PageQuery, pageOf, Timestamp } from '../http/schemas.ts';
import { listInbox } from '../notifications/inbox.ts';

const MessageJson = z
  .object({
    id: idOf('msg'),
    object: z.literal('message'),
    channel: z.enum(['sms', 'mail']),
    template: z.string(),
    recipient: z.string(),
    subject: z.string().nullable(),
    body: z.string(),
    occurred_at: Timestamp,
    not_before: Timestamp.nullable().meta({
      description: 'Until when it is held back, so that nobody is woken; null when it goes out at once.',
    }),
  })
  .meta({ id: 'Message', description: 'What would have been sent to a person.' });

/** What a sandbox would have sent to people. */
export const inboxRoute = defineRoute({
  method: 'get',
  path: '/v1/sandbox/inbox',
  operationId: 'listInbox',
  summary: "Read the sandbox's inbox",
  description:
    'What shoppers of the sandbox were written, the newest first: codes to sign in, reminders, ' +
    'receipts. Nothing is sent to anybody real.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  query: PageQuery,
  problems: ['cursor_invalid'],
  success: {
    status: 200,
    description: 'The newest first.',
    schema: pageOf(MessageJson),
    example: {
      data: [
        {
          id: 'msg_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
          object: 'message',
          channel: 'sms',
          template: 'sign_in_code',
          recipient: '+8619900000001',
          subject: null,
          body: '123456 is your code.',
          occurred_at: '2026-03-01T08:30:00.000Z',
          not_before: null,
        },
      ],
      next_cursor: null,
    },
  },
  async read(tx, { query }) {
    const { messages, nextCursor } = await listInbox(tx, { cursor: query.cursor, limit: query.limit });
    return {
      data: messages.map((message) => ({
        id: message.id,
        object: 'message' as const,
        channel: message.channel,
        template: message.template,
        recipient: message.recipient,
        subject: message.subject,
        body: message.body,
        occurred_at: message.occurredAt.toISOString(),
        not_before: message.notBefore?.toISOString() ?? null,
      })),
      next_cursor: nextCursor && encodeCursor(nextCursor),
    };
  },
});
