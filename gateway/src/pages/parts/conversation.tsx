import type { VNode } from 'preact';
import type { CaseMessage } from '../../cases/read.ts';
import { findArticle } from '../../help/articles.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { formatInstant } from '../format.ts';
import { helpPath } from '../help/paths.ts';

/** What was said in a case, the oldest first. Words of strangers are only ever text, each in its own direction of writing. */
export function Conversation(props: {
  locale: Locale;
  timeZone: string;
  messages: readonly CaseMessage[];
  /** Who wrote a message and who reads it, as the one who looks calls them. */
  from: (message: CaseMessage) => string;
  to: (message: CaseMessage) => string;
  /** What stands before the link to an article that was sent along. */
  articleLabel: string;
}): VNode {
  const { locale, timeZone, messages, from, to, articleLabel } = props;
  return (
    <ol class="messages">
      {messages.map((message) => (
        <li class="card">
          <p class="meta">
            <strong>
              <bdi>{from(message)}</bdi>
            </strong>
            <span>{to(message)}</span>
            <time datetime={message.createdAt.toISOString()}>
              {formatInstant(locale, message.createdAt, timeZone)}
            </time>
          </p>
          <Words text={message.text} />
          <ArticleLink locale={locale} slug={message.helpArticle} label={articleLabel} />
        </li>
      ))}
    </ol>
  );
}

/** More lines than these are taken together: each of them would be an element of its own. */
const mostLines = 60;

/** Lines each in the direction that they are written in, also where one is English and the next is Arabic. */
function Words({ text }: { text: string }): VNode {
  const lines = text.split('\n');
  if (lines.length > mostLines) return <blockquote dir="auto">{text}</blockquote>;
  return (
    <blockquote>
      {lines.map((line) => (
        <div dir="auto">{line === '' ? <br /> : line}</div>
      ))}
    </blockquote>
  );
}

/** Nothing for an article that there is no more. */
function ArticleLink(props: { locale: Locale; slug: string | null; label: string }): VNode | null {
  const { locale, slug, label } = props;
  const article = slug === null ? undefined : findArticle(slug, locale);
  if (!article) return null;
  return (
    <p>
      {label} <a href={helpPath(article.slug)}>{article.title}</a>
    </p>
  );
}
