import type { Request, Response } from 'express';
import { GatewayError } from '../lib/errors.ts';
import { isId } from '../lib/ids.ts';
import { type Environment, transact } from '../lib/tx.ts';
import { secretsEqual } from '../lib/vault.ts';
import { type InboxMessage, listInbox } from '../notifications/inbox.ts';
import { inboxPath } from '../notifications/inbox-path.ts';
import type { Locale } from '../shoppers/profile.ts';
import type { PagesContext } from './context.ts';
import { formatInstant } from './format.ts';
import { pagesActor } from './page-visit.ts';
import { type Page, sendPage } from './send-page.tsx';
import { chooseLocale } from './texts/choose-locale.ts';
import { textsOf } from './texts/language.ts';

const pageSize = 50;

/** Shows what a sandbox would have sent to its shoppers. */
export async function showInbox(context: PagesContext, req: Request, res: Response): Promise<void> {
  const environmentId = String(req.params.environmentId);
  const path = inboxPath(context.vault, environmentId);
  if (!isId('sbx', environmentId) || !secretsEqual(req.path, path)) {
    throw new GatewayError('not_found', { detail: 'There is no inbox at this address.' });
  }
  const before = isId('msg', req.query.before) ? req.query.before : undefined;
  const locale = chooseLocale(req, res);
  const { inbox, environment } = await transact(
    context,
    { environmentId, actor: pagesActor, access: 'read' },
    async (tx) => ({
      inbox: await listInbox(tx, { cursor: before, limit: pageSize }),
      environment: tx.environment,
    }),
  );
  sendPage(req, res, inboxPage(inbox, { locale, path, environment }), { locale, self: path, sandbox: true });
}

function inboxPage(
  inbox: { messages: InboxMessage[]; nextCursor: string | null },
  { locale, path, environment }: { locale: Locale; path: string; environment: Environment },
): Page {
  const t = textsOf[locale].inbox;
  return {
    title: t.title,
    body: (
      <div class="step">
        <h1>{t.title}</h1>
        <p class="intro">{t.intro}</p>
        <p>
          <a class="button quiet" href={path}>
            {t.refresh}
          </a>
        </p>
        {inbox.messages.length === 0 && <p>{t.empty}</p>}
        <ol class="messages">
          {inbox.messages.map((message) => (
            <li class="card">
              <p class="meta">
                <time datetime={message.occurredAt.toISOString()}>
                  {formatInstant(locale, message.occurredAt, environment.timeZone)}
                </time>
                <span>{t.channels[message.channel]}</span>
                <span>
                  {t.to} {message.recipient}
                </span>
              </p>
              {message.notBefore && (
                <p class="hint">
                  {t.heldUntil(formatInstant(locale, message.notBefore, environment.timeZone))}
                </p>
              )}
              {message.subject !== null && <h2>{message.subject}</h2>}
              <p class="text">{message.body}</p>
            </li>
          ))}
        </ol>
        {inbox.nextCursor !== null && (
          <p>
            <a href={`${path}?before=${inbox.nextCursor}`}>{t.older}</a>
          </p>
        )}
      </div>
    ),
  };
}
