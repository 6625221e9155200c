import type { VNode } from 'preact';
import { eventTypes } from '../../events/types.ts';
import { eventExamples, type EventExample, type MerchantEventType } from '../../http/event-examples.ts';
import { messageExample } from '../../http/openapi-webhooks.ts';
import { apiVersions, newestVersion, versionHeader } from '../../http/versions.ts';
import type { Contract, Tag } from './contract.ts';
import { Fields } from './fields.tsx';
import { eventPath, operationPath, tagPath } from './paths.ts';
import { Line, Prose } from './prose.tsx';

/** Where a reader begins. */
export function Introduction({ contract }: { contract: Contract }): VNode {
  return (
    <>
      <h1>Morrow API</h1>
      <Prose text={contract.introduction} />
      <h2>Operations</h2>
      <dl class="tags">
        {contract.tags.map((tag) => (
          <>
            <dt>
              <a href={tagPath(tag)}>{tag.name}</a>
            </dt>
            <dd>
              <Line text={tag.description} />
            </dd>
          </>
        ))}
      </dl>
    </>
  );
}

/** What belongs together. */
export function TagPage({ tag }: { tag: Tag }): VNode {
  return (
    <>
      <h1>{tag.name}</h1>
      <Prose text={tag.description} />
      <ul class="operations">
        {tag.operations.map(({ operationId, method, path, summary }) => (
          <li>
            <a href={operationPath(operationId)}>{summary}</a>
            <span class="target">
              <span class={`verb ${method.toLowerCase()}`}>{method}</span>
              <code>{path}</code>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

const schemeNames: Record<string, string> = {
  merchantSignature: 'Requests of your server',
  newKeySignature: 'Registering a key',
  funderSignature: 'Requests of a funder',
  publishableKey: 'Pages of your shop',
  clientToken: 'Pages that follow one session',
};

/** How callers say who they are. */
export function Signing({ contract }: { contract: Contract }): VNode {
  return (
    <>
      <h1>Signing requests</h1>
      <p>
        Nobody ever sends a secret. Your server keeps a private key and signs each request with it; we know
        the public key only. So a log, a proxy or a leak of ours gives nobody the right to act for you.
      </p>
      {Object.entries(schemeNames).map(([name, title]) => {
        const about = contract.securitySchemes[name]?.description;
        return (
          about !== undefined && (
            <>
              <h2>{title}</h2>
              <Prose text={about} />
            </>
          )
        );
      })}
    </>
  );
}

const merchantEvents = Object.entries(eventExamples) as [MerchantEventType, EventExample][];

/** Every event that a merchant may get. */
export function EventsPage({ contract }: { contract: Contract }): VNode {
  return (
    <>
      <h1>Events and webhooks</h1>
      <Prose text="Whatever happens to your objects becomes an event with a number: 1, 2, 3 and so on, without gaps. Read them by [the feed](/docs/operations/listEvents) from the last number that you have seen; that is the truth, and nothing is lost. [Webhooks](/docs/operations/createWebhookEndpoint) tell you at once that there is something: they may come twice, late, or in another order, so drop what you have had by its id, and ignore what is older than what you know by `object_version`." />
      <h2>The body of a webhook</h2>
      <Fields contract={contract} schema={{ $ref: '#/components/schemas/WebhookMessage' }} />
      <h2>Types</h2>
      <dl class="tags">
        {merchantEvents.map(([type]) => (
          <>
            <dt>
              <a href={eventPath(type)}>
                <code>{type}</code>
              </a>
            </dt>
            <dd>
              <Line text={eventTypes[type]} />
            </dd>
          </>
        ))}
      </dl>
    </>
  );
}

export function EventPage({ type }: { type: MerchantEventType }): VNode {
  const sequence = merchantEvents.findIndex(([name]) => name === type) + 1;
  return (
    <>
      <h1>
        <code>{type}</code>
      </h1>
      <p>
        <Line text={eventTypes[type]} />
      </p>
      <h2>As a webhook</h2>
      <pre tabindex={0}>
        <code>{JSON.stringify(messageExample(type, eventExamples[type], sequence), null, 2)}</code>
      </pre>
      <p>
        <a href="/docs/events">All events</a>
      </p>
    </>
  );
}

/** What changed, the newest version first. */
export function Changelog(): VNode {
  return (
    <>
      <h1>Changelog</h1>
      <Prose
        text={`Send \`${versionHeader}: ${newestVersion}\` to pin the version that you wrote your code for; without it you get the newest. The answer names the version that it was made by. A new version begins only when something could break a client. New fields in answers, new operations, new types of events and new optional fields come without one.`}
      />
      {apiVersions.map(({ date, changes }) => (
        <>
          <h2 id={date}>{date}</h2>
          <ul>
            {changes.map((change) => (
              <li>
                <Line text={change} />
              </li>
            ))}
          </ul>
        </>
      ))}
    </>
  );
}
