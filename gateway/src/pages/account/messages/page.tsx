import type { VNode } from 'preact';
import { dateIn } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatDate } from '../../../notifications/format.ts';
import { noticeGroupNames } from '../../../notifications/notice-groups.ts';
import { listOwnMessages, type OwnMessage } from '../../../notifications/own-messages.ts';
import { templateTexts } from '../../../notifications/templates.ts';
import { contactOf, setMutedNotices } from '../../../shoppers/profile.ts';
import type { Result } from '../../answer-form.ts';
import { fields } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import { PostForm } from '../../parts/form.tsx';
import { queryOf, withQuery } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import type { AccountAction } from '../action.ts';
import { addressOf } from '../paths.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';

const messagesShown = 30;

/** What the shopper was told, and what of that they want to be sent. */
export async function showMessages(tx: Tx, input: AccountInput): Promise<Page> {
  const { visit, req } = input;
  const t = textsOf[visit.locale].messages;
  const path = addressOf(visit.place.path, 'messages');
  const messages = await listOwnMessages(tx, {
    shopperId: visit.shopper.id,
    before: queryOf(req, 'before'),
    limit: messagesShown,
  });
  const { mutedNotices } = await contactOf(tx, visit.shopper.id);
  const last = messages.length === messagesShown ? messages.at(-1) : undefined;
  return {
    title: t.title,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} title={t.title} intro={t.intro}>
        <section class="card" aria-labelledby="messages-heading">
          <h2 id="messages-heading">{t.listHeading}</h2>
          {messages.length === 0 && <p>{t.none}</p>}
          {messages.map((message) => (
            <Message
              input={input}
              message={message}
              on={dateIn(tx.environment.timeZone, message.occurredAt)}
            />
          ))}
          {last && (
            <p>
              <a href={withQuery(path, { before: last.id })}>{t.older}</a>
            </p>
          )}
        </section>
        <Choice input={input} path={path} muted={mutedNotices} />
        <p class="asides">
          <a href={addressOf(visit.place.path, 'you')}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function Message(props: { input: AccountInput; message: OwnMessage; on: string }): VNode {
  const { input, message, on } = props;
  const { locale } = input.visit;
  const { messages: t } = textsOf[locale];
  return (
    <div class="consent">
      <h3>{templateTexts[locale][message.template].subject}</h3>
      <p class="meta">
        {formatDate(locale, on)}
        {message.muted && ` · ${t.muted}`}
      </p>
      <p dir="auto">{withLinks(message.body, t.link)}</p>
    </div>
  );
}

/** A message as it was sent, with a link where the address of one of our pages stands in it. */
function withLinks(body: string, label: string): (VNode | string)[] {
  return body
    .split(/(https?:\/\/[^\s。]+)/)
    .map((part, at) =>
      at % 2 === 1 && URL.canParse(part) ? <a href={new URL(part).pathname}>{label}</a> : part,
    );
}

/** Ticked is sent: nobody misses what they have not thought of. */
function Choice(props: { input: AccountInput; path: string; muted: readonly string[] }): VNode {
  const { input, path, muted } = props;
  const t = textsOf[input.visit.locale].messages;
  return (
    <PostForm action={path} token={input.token} class="card step">
      <h2>{t.chooseHeading}</h2>
      <p class="hint">{t.chooseIntro}</p>
      {noticeGroupNames.map((group) => (
        <label class="tick">
          <input type="checkbox" name="send" value={group} checked={!muted.includes(group)} />
          {t.groups[group]}
        </label>
      ))}
      <button class="button quiet" type="submit">
        {t.save}
      </button>
    </PostForm>
  );
}

/** Keeps what the shopper wants to be sent. */
export async function keepChoice({ context, visit, req }: AccountAction): Promise<Result> {
  const wanted = fields(req, 'send');
  const muted = noticeGroupNames.filter((group) => !wanted.includes(group));
  await inVisit(context, visit, (tx) => setMutedNotices(tx, { shopperId: visit.shopper.id, muted }));
  return { to: addressOf(visit.place.path, 'messages'), memory: say(visit, 'notices_kept') };
}

/** The way to the messages. */
export function MessagesEntry({ input }: { input: AccountInput }): VNode {
  const { visit } = input;
  const t = textsOf[visit.locale].messages;
  return (
    <section class="card" aria-labelledby="messages-heading">
      <h2 id="messages-heading">{t.entryHeading}</h2>
      <p>{t.entry}</p>
      <p>
        <a href={addressOf(visit.place.path, 'messages')}>{t.entryGo}</a>
      </p>
    </section>
  );
}
