import type { ComponentChildren, VNode } from 'preact';
import { readersFor } from '../../../cases/messages.ts';
import { type CaseMessage, readCase, type ShownCase } from '../../../cases/read.ts';
import { type HelpArticle, helpAudiences } from '../../../help/articles.ts';
import { searchHelp } from '../../../help/search.ts';
import type { Tx } from '../../../lib/tx.ts';
import { findDataKey } from '../../../shoppers/profile.ts';
import { formatInstant } from '../../format.ts';
import { Conversation } from '../../parts/conversation.tsx';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import { audit, type ConsoleInput, may } from '../input.ts';
import { Facts } from '../../parts/facts.tsx';
import { consolePath } from '../paths.ts';
import { MessageFields, type Typed } from './fields.tsx';
import { namesOf, partyOf } from './list.tsx';
import { nothingTyped } from './new.tsx';
import { casePath } from './paths.ts';

const mostFitting = 3;

/** One case with everything that was said in it. That somebody read it is kept. */
export async function showCase(tx: Tx, input: ConsoleInput): Promise<Page> {
  const page = await readCasePage(tx, input, nothingTyped());
  await audit(tx, input.visit, 'case_viewed', { objectId: String(input.req.params.caseId) });
  return page;
}

/** The page of a case, with what was typed where that was not taken. Throws `not_found`. */
export async function readCasePage(tx: Tx, input: ConsoleInput, typed: Typed): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.cases;
  const { shown, messages } = await readCase(tx, {
    caseId: String(req.params.caseId),
    party: partyOf(input),
  });
  const isErased = (await findDataKey(tx, shown.shopperId)) === undefined;
  const operators = messages.filter(({ author }) => author === 'operator').map(({ authorId }) => authorId);
  const names = await namesOf(tx, [shown.assignedTo, ...operators]);
  const title = shown.subject ?? t.title;
  return {
    title,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="cases" title={title}>
        <CaseFacts input={input} shown={shown} names={names} />
        <Conversation
          locale={visit.locale}
          timeZone={visit.environment.timeZone}
          messages={messages}
          from={({ author, authorId }) => names.get(authorId ?? '') ?? t.from[author]}
          to={({ readers }) => t.to[readers]}
          articleLabel={t.article}
        />
        <Steps input={input} shown={shown} />
        {isErased ? (
          <p class="hint">{t.erased}</p>
        ) : (
          <Reply input={input} shown={shown} messages={messages} typed={typed} />
        )}
        <p class="asides">
          <a href={consolePath(visit.environment.id, 'cases')}>{t.back}</a>
        </p>
      </ConsoleFrame>
    ),
  };
}

function CaseFacts(props: {
  input: ConsoleInput;
  shown: ShownCase;
  names: ReadonlyMap<string, string>;
}): VNode {
  const { input, shown, names } = props;
  const { visit } = input;
  const t = input.t.cases;
  const { timeZone } = visit.environment;
  const facts: [string, ComponentChildren][] = [
    [t.status, t.statuses[shown.status]],
    [t.since, formatInstant(visit.locale, shown.waitingSince, timeZone)],
    [t.assigned, names.get(shown.assignedTo ?? '') ?? t.nobody],
    [t.openedBy, t.from[shown.openedBy]],
    [t.opened, formatInstant(visit.locale, shown.createdAt, timeZone)],
    [t.about, <AboutLink input={input} shown={shown} />],
    [t.shopper, <Shopper input={input} shopperId={shown.shopperId} />],
  ];
  if (shown.orderId !== null && shown.orderId !== shown.aboutId)
    facts.push([t.order, <code>{shown.orderId}</code>]);
  if (shown.merchantId !== null) facts.push([t.merchant, <code>{shown.merchantId}</code>]);
  return (
    <section class="card">
      <Facts facts={facts} />
    </section>
  );
}

function AboutLink({ input, shown }: { input: ConsoleInput; shown: ShownCase }): VNode {
  const { aboutKind, aboutId } = shown;
  const kind = input.t.cases.kinds[aboutKind];
  if (aboutKind === 'dispute' && may(input, 'disputes')) {
    return <a href={`${consolePath(input.visit.environment.id, 'disputes')}/${aboutId}`}>{kind}</a>;
  }
  return (
    <>
      {kind} {aboutId !== null && <code>{aboutId}</code>}
    </>
  );
}

function Shopper({ input, shopperId }: { input: ConsoleInput; shopperId: string }): VNode {
  if (!may(input, 'shoppers')) return <code>{shopperId}</code>;
  return <a href={`${consolePath(input.visit.environment.id, 'shoppers')}/${shopperId}`}>{shopperId}</a>;
}

function Steps({ input, shown }: { input: ConsoleInput; shown: ShownCase }): VNode {
  const { visit, token } = input;
  const t = input.t.cases;
  const at = casePath(visit.environment.id, shown.id);
  const isMine = shown.assignedTo === visit.operator.id;
  return (
    <>
      <PostForm action={isMine ? `${at}/give-back` : `${at}/take`} token={token}>
        <button class="button quiet" type="submit">
          {isMine ? t.give : t.take}
        </button>
      </PostForm>
      {shown.status !== 'closed' && (
        <details>
          <summary>{t.close}</summary>
          <PostForm action={`${at}/close`} token={token} class="step">
            <p class="hint" id="close-hint">
              {t.closeHint}
            </p>
            <button class="button quiet" type="submit" aria-describedby="close-hint">
              {t.close}
            </button>
          </PostForm>
        </details>
      )}
    </>
  );
}

function Reply(props: {
  input: ConsoleInput;
  shown: ShownCase;
  messages: readonly CaseMessage[];
  typed: Typed;
}): VNode {
  const { input, shown, messages, typed } = props;
  const t = input.t.cases;
  const readers = messages.findLast((message) => message.readers !== 'internal')?.readers;
  return (
    <section class="step" aria-labelledby="reply-heading">
      <h2 id="reply-heading">{t.replyHeading}</h2>
      <PostForm
        action={`${casePath(input.visit.environment.id, shown.id)}/messages`}
        token={input.token}
        class="step"
      >
        <MessageFields
          input={input}
          typed={{ ...typed, readers: typed.readers ?? readers }}
          readers={readersFor('operator', shown)}
          fitting={fittingTo(input, shown, messages)}
        />
      </PostForm>
    </section>
  );
}

/** The articles that fit what was asked last, for whoever asked it. */
function fittingTo(
  { visit }: ConsoleInput,
  { subject }: ShownCase,
  messages: readonly CaseMessage[],
): HelpArticle[] {
  const asked = messages.findLast(({ author }) => author !== 'operator');
  if (!asked) return [];
  const audience = helpAudiences.find((one) => one === asked.author);
  return searchHelp(`${subject ?? ''} ${asked.text}`, { locale: visit.locale, audience, most: mostFitting });
}
