import type { ComponentChildren, VNode } from 'preact';
import { render } from 'preact-render-to-string';
import { iconPath, integrityOf, stylesheetPath } from '../assets.ts';
import type { Contract, Tag } from './contract.ts';
import { operationPath, tagPath } from './paths.ts';

export type DocsPage = {
  title: string;
  /** The tag whose operations the navigation shows. */
  tag?: Tag | undefined;
  path: string;
  body: ComponentChildren;
};

const chapters = [
  ['/docs', 'Start here'],
  ['/docs/signing', 'Signing requests'],
  ['/docs/events', 'Events and webhooks'],
  ['/docs/problems', 'Problems'],
  ['/docs/changelog', 'Changelog'],
] as const;

/** The whole page as HTML: navigation, which on a phone is folded, and its body. */
export function renderPage(contract: Contract, { title, tag, path, body }: DocsPage): string {
  const html = render(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · Morrow API`}</title>
        <link rel="icon" href={iconPath} type="image/svg+xml" />
        <link rel="stylesheet" href={stylesheetPath} integrity={integrityOf(stylesheetPath)} />
      </head>
      <body class="docs">
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header>
          <a class="brand" href="/docs">
            <img src={iconPath} alt="" width="26" height="26" />
            Morrow API
          </a>
          <a href="/openapi.json">openapi.json</a>
        </header>
        <div class="sides">
          <nav aria-label="Documentation">
            <details class="folded">
              <summary>Contents</summary>
              <Navigation contract={contract} tag={tag} path={path} />
            </details>
            <div class="open">
              <Navigation contract={contract} tag={tag} path={path} />
            </div>
          </nav>
          <main id="main" tabindex={-1}>
            {body}
          </main>
        </div>
      </body>
    </html>,
  );
  return `<!doctype html>${html}`;
}

function Navigation({
  contract,
  tag,
  path,
}: {
  contract: Contract;
  tag: Tag | undefined;
  path: string;
}): VNode {
  return (
    <ul>
      {chapters.map(([href, name]) => (
        <Item href={href} name={name} path={path} />
      ))}
      <li class="rule">Operations</li>
      {contract.tags.map((other) => (
        <Item href={tagPath(other)} name={other.name} path={path}>
          {other === tag && (
            <ul>
              {other.operations.map(({ operationId, summary }) => (
                <Item href={operationPath(operationId)} name={summary} path={path} />
              ))}
            </ul>
          )}
        </Item>
      ))}
    </ul>
  );
}

function Item(props: { href: string; name: string; path: string; children?: ComponentChildren }): VNode {
  const { href, name, path, children } = props;
  return (
    <li>
      <a href={href} aria-current={href === path ? 'page' : undefined}>
        {name}
      </a>
      {children}
    </li>
  );
}
