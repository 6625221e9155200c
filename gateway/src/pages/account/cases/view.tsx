import type { VNode } from 'preact';
import type { CaseMessage, ShownCase } from '../../../cases/read.ts';
import { formatInstant } from '../../format.ts';
import { helpPath } from '../../help/paths.ts';
import { Conversation } from '../../parts/conversation.tsx';
import { PostForm } from '../../parts/form.tsx';
import { MessageText } from '../../parts/message-text.tsx';
import type { Page } from '../../send-page.tsx';
import { SearchForm } from '../../parts/search-form.tsx';
import { textsOf } from '../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import { Readers } from './ask-view.tsx';

export type CasePage = {
  shown: ShownCase;
  messages: readonly CaseMessage[];
  /** The shop that it is about a purchase at, whether or not it reads it. */
  shop: string | undefined;
  /** The plan that it is about, where there is one. */
  planId: string | undefined;
  formKey: string;
  /** What was typed and not taken. */
  typed: string;
};

/** What a case is called: by its subject, or by what it is about where that was not written to the shopper. */
function nameOf(input: AccountInput, { subject, aboutKind }: ShownCase): string {
  return subject ?? textsOf[input.visit.locale].cases.untitled[aboutKind];
}

/** The shopper's cases, and the search of the help. */
export function casesView(input: AccountInput, cases: readonly ShownCase[]): Page {
  const { visit } = input;
  const { cases: t, help } = textsOf[visit.locale];
  const at = `${visit.place.path}/cases`;
  return {
    title: t.title,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} tab="cases" title={t.title} intro={t.intro}>
        <p>
          <a class="button" href={`${at}/new`}>
            {t.askLink}
          </a>
        </p>
        {cases.length === 0 ? (
          <p>{t.none}</p>
        ) : (
          <section class="card">
            <ul class="plans">
              {cases.map((shown) => (
                <li>
                  <a href={`${at}/${shown.id}`}>
                    <bdi>{nameOf(input, shown)}</bdi>
                  </a>
                  <span class="hint">
                    {t.statuses[shown.status]} ·{' '}
                    {formatInstant(visit.locale, shown.waitingSince, visit.environment.timeZone)}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )}
        <h2>{t.helpHeading}</h2>
        <SearchForm
          action={helpPath()}
          name="q"
          label={help.searchLabel}
          hint={help.searchHint}
          button={help.search}
          value=""
        />
      </AccountFrame>
    ),
  };
}

/** One case with what was said in it, and the form to say more. */
export function caseView(input: AccountInput, about: CasePage): Page {
  const { visit } = input;
  const t = textsOf[visit.locale].cases;
  const { shown, messages, shop, planId } = about;
  const title = nameOf(input, shown);
  const kind = t.kinds[shown.aboutKind];
  return {
    title,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} title={title}>
        <dl class="facts">
          <div>
            <dt>{t.status}</dt>
            <dd>{t.statuses[shown.status]}</dd>
          </div>
          {shown.aboutKind !== 'general' && (
            <div>
              <dt>{t.about}</dt>
              <dd>
                {planId === undefined ? kind : <a href={`${visit.place.path}/plans/${planId}`}>{kind}</a>}
                {shop !== undefined && ` · ${shop}`}
              </dd>
            </div>
          )}
        </dl>
        <Conversation
          locale={visit.locale}
          timeZone={visit.environment.timeZone}
          messages={messages}
          from={({ author }) => (author === 'merchant' && shop !== undefined ? shop : t.from[author])}
          to={({ readers }) => (readers === 'all' ? t.to.all : t.to.shopper)}
          articleLabel={t.article}
        />
        <Reply input={input} about={about} />
        <p class="asides">
          <a href={`${visit.place.path}/cases`}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function Reply({ input, about }: { input: AccountInput; about: CasePage }): VNode {
  const { visit, token, notice } = input;
  const t = textsOf[visit.locale].cases;
  const { shown, shop, messages } = about;
  const at = `${visit.place.path}/cases/${shown.id}`;
  const isClosed = shown.status === 'closed';
  return (
    <section class="step" aria-labelledby="reply-heading">
      <h2 id="reply-heading">{isClosed ? t.reopenHeading : t.replyHeading}</h2>
      <PostForm action={`${at}/messages`} token={token} class="step">
        <input type="hidden" name="form_key" value={about.formKey} />
        <MessageText label={t.replyLabel} hint={t.textHint} rows={5} value={about.typed} notice={notice} />
        <Readers input={input} shop={shop} chosen={messages.at(-1)?.readers === 'all' ? 'all' : 'shopper'} />
        <button class="button" type="submit">
          {t.reply}
        </button>
      </PostForm>
      {!isClosed && shown.openedBy === 'shopper' && (
        <PostForm action={`${at}/close`} token={token}>
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
