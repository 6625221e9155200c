import type { VNode } from 'preact';
import { type CaseMessage, readCase, type ShownCase } from '../../../cases/read.ts';
import { newId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { Facts } from '../../parts/facts.tsx';
import { Conversation } from '../../parts/conversation.tsx';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import { type DashboardInput, may } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { MessageFields } from './fields.tsx';
import { nameOf, partyOf } from './list.tsx';

type Typed = { text: string; formKey: string };

export function showCase(tx: Tx, input: DashboardInput): Promise<Page> {
  return readCasePage(tx, input, { text: '', formKey: newId('req') });
}

/** One of the merchant's cases, with what was typed where that was not taken. Throws `not_found`. */
export async function readCasePage(tx: Tx, input: DashboardInput, typed: Typed): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.cases;
  const { shown, messages } = await readCase(tx, {
    caseId: String(req.params.caseId),
    party: partyOf(input),
  });
  const title = nameOf(input, shown);
  return {
    title,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="cases" title={title}>
        <Facts
          facts={[
            [t.status, t.statuses[shown.status]],
            [t.order, <Order input={input} orderId={shown.orderId} />],
          ]}
        />
        <Conversation
          locale={visit.locale}
          timeZone={visit.merchant.timeZone}
          messages={messages}
          from={({ author }) => t.from[author]}
          to={({ readers }) => (readers === 'all' ? t.to.all : t.to.merchant)}
          articleLabel={t.article}
        />
        <Reply input={input} shown={shown} messages={messages} typed={typed} />
        <p class="asides">
          <a href={dashboardPath('cases')}>{t.back}</a>
        </p>
      </DashboardFrame>
    ),
  };
}

function Order({ input, orderId }: { input: DashboardInput; orderId: string | null }): VNode {
  if (orderId === null || !may(input, 'orders')) return <code>{orderId}</code>;
  return <a href={dashboardPath('orders', orderId)}>{orderId}</a>;
}

function Reply(props: {
  input: DashboardInput;
  shown: ShownCase;
  messages: readonly CaseMessage[];
  typed: Typed;
}): VNode {
  const { input, shown, messages, typed } = props;
  const t = input.t.cases;
  const isClosed = shown.status === 'closed';
  return (
    <section class="step" aria-labelledby="reply-heading">
      <h2 id="reply-heading">{isClosed ? t.reopenHeading : t.replyHeading}</h2>
      <PostForm action={dashboardPath('cases', shown.id, 'messages')} token={input.token} class="step">
        <MessageFields
          input={input}
          readers={messages.at(-1)?.readers === 'all' ? 'all' : 'merchant'}
          {...typed}
        />
      </PostForm>
      {!isClosed && shown.openedBy === 'merchant' && (
        <PostForm action={dashboardPath('cases', shown.id, 'close')} token={input.token}>
          <button class="button quiet" type="submit" aria-describedby="close-hint">
            {t.close}
          </button>
          <p class="hint" id="close-hint">
            {t.closeHint}
          </p>
        </PostForm>
      )}
    </section>
  );
}
